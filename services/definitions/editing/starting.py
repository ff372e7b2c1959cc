"""What a new service may be begun from: short definitions that are sound as they are."""

from functools import cache
from pathlib import Path
from typing import Any

from services.definitions.reading import read_yaml

STARTERS = ("letter", "permit", "registration", "blank")
_FOLDER = Path(__file__).parent / "starters"


def starter(name: str, *, slug: str, title: dict[str, str]) -> dict[str, Any]:
    """Return the content of a new service begun from one of `STARTERS`."""
    return _read(name) | {"service": slug, "title": title}


@cache
def _read(name: str) -> dict[str, Any]:
    if name not in STARTERS:
        raise LookupError(name)
    return read_yaml(_FOLDER / f"{name}.yaml")[0]
