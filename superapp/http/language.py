"""In which language to answer: Indonesian, or English when the reader prefers it."""

from functools import lru_cache
from typing import Any

INDONESIAN, ENGLISH = "id", "en"


def request_language(request: Any) -> str:
    """Return `id` or `en`, as `Accept-Language` (RFC 9110, section 12.5.4) prefers; `id` without a preference."""
    return preferred(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200])


@lru_cache(maxsize=512)
def preferred(header: str) -> str:
    """Return the language that an `Accept-Language` header prefers among ours."""
    weights = {INDONESIAN: 0.0, ENGLISH: 0.0}
    for part in header.lower().split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.split("-")[0].strip()
        if language in weights:
            weights[language] = max(weights[language], _weight(parameters))
    return ENGLISH if weights[ENGLISH] > weights[INDONESIAN] else INDONESIAN


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
