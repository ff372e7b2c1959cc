"""How a person proved who they are, in the words of `amr` (RFC 8176)."""

from collections.abc import Iterable, Mapping
from typing import Any

_PASSWORD, _CODE, _SECOND = "pwd", "otp", "mfa"


def methods_of(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the `amr` values of the sign-in library's records, which are dicts with `method`, `at` and more."""
    found = set()
    for record in records:
        match record.get("method"):
            case "password":
                found.add(_PASSWORD)
            case "code":
                found |= {_CODE, "sms"} if record.get("phone") else {_CODE}
            case "mfa":
                found |= {_SECOND, *_second(record)}
    return sorted(found)


def _second(record: Mapping[str, Any]) -> set[str]:
    if record.get("type") == "webauthn":
        return {"hwk", "user"} if record.get("passwordless") else {"hwk"}
    return {_CODE}
