"""Pages by cursor: `{next, previous, results}`, no totals, the same cost on every page."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db.models import Model, Q, QuerySet
from rest_framework.utils.urls import replace_query_param

from superapp.http.problems import FieldError, Problem

MOST, USUAL = 100, 20
Row = TypeVar("Row")
Found = TypeVar("Found", bound=Model)
Key = tuple[Any, ...]
_DETAIL = {"id": "Penanda halaman (cursor) tidak sah.", "en": "This is not a cursor of this list."}


class InvalidCursor(Problem):
    """400: a cursor that the list did not give."""

    def __init__(self) -> None:
        super().__init__(
            status=400,
            code="invalid_cursor",
            detail=_DETAIL,
            errors=[FieldError("/cursor", "invalid_cursor", _DETAIL)],
        )


def invalid_limit() -> Problem:
    """Return 400: `limit` is no number from 1 to `MOST`."""
    detail = {"id": f"Angka 1 sampai {MOST}.", "en": f"A number from 1 to {MOST}."}
    return Problem(
        status=400, code="invalid_limit", detail=detail, errors=[FieldError("/limit", "invalid_limit", detail)]
    )


def read_limit(request: Any, *, default: int = USUAL) -> int:
    """Return how many lines the caller asks for.

    :raises Problem: 400 `invalid_limit`.
    """
    asked = request.GET.get("limit")
    if asked is None:
        return default
    if asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= MOST:
        return int(asked)
    raise invalid_limit()


def encode_cursor(key: Sequence[Any]) -> str:
    """Return the opaque text of an ordering key (strings and numbers)."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).decode().rstrip("=")


def decode_cursor(text: str, types: Sequence[type]) -> list[Any]:
    """Return the ordering key of a cursor.

    :raises InvalidCursor: when it does not hold values of these `types`.
    """
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise InvalidCursor from None
    if not isinstance(key, list) or len(key) != len(types):
        raise InvalidCursor
    if any(type(value) is not wanted for value, wanted in zip(key, types, strict=True)):
        raise InvalidCursor
    if any("\x00" in value for value in key if isinstance(value, str)):
        raise InvalidCursor
    return key


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page a caller asks for. `after` and `before` are ordering keys; one of them at most."""

    limit: int
    after: Key | None = None
    before: Key | None = None


def read_page(request: Any, types: Sequence[type]) -> Asked:
    """Return the page that `limit` and `cursor` ask for; the key's values are of `types`: str, int, UUID, date or
    datetime.

    :raises InvalidCursor: for a cursor that this list did not give.
    :raises Problem: 400 `invalid_limit`.
    """
    limit = read_limit(request)
    cursor = request.GET.get("cursor", "")
    if not cursor:
        return Asked(limit)
    direction, *texts = decode_cursor(cursor, [str, *(str for _ in types)])
    try:
        key = tuple(_READERS[wanted](text) for wanted, text in zip(types, texts, strict=True))
    except ValueError:
        raise InvalidCursor from None
    if direction not in ("after", "before"):
        raise InvalidCursor
    return Asked(limit, after=key) if direction == "after" else Asked(limit, before=key)


def rows_of(
    found: QuerySet[Found], by: str, *, limit: int, after: Key | None, before: Key | None, latest_first: bool = True
) -> list[Found]:
    """Return up to `limit` rows ordered by a column and then by their keys, `after` or `before` such a pair."""
    falling = latest_first is (before is None)
    if edge := after or before:
        value, key = edge
        way = "lt" if falling else "gt"
        found = found.filter(Q(**{f"{by}__{way}": value}) | Q(**{by: value, f"pk__{way}": key}))
    rows = list(found.order_by(*([f"-{by}", "-pk"] if falling else [by, "pk"]))[:limit])
    return rows if before is None else rows[::-1]


def page_of(
    request: Any, asked: Asked, rows: list[Row], *, key: Callable[[Row], Sequence[Any]], line: Callable[[Row], Any]
) -> dict[str, Any]:
    """Return the page's body from `rows`, read in the list's order with one more than `limit`.

    `key` takes a row's ordering key, `line` tells the row to the caller.
    """
    further = len(rows) > asked.limit
    if asked.before:
        rows = rows[-asked.limit :]
        more, back = True, further
    else:
        rows = rows[: asked.limit]
        more, back = further, asked.after is not None
    return {
        "next": link(request, "after", key(rows[-1])) if rows and more else None,
        "previous": link(request, "before", key(rows[0])) if rows and back else None,
        "results": [line(row) for row in rows],
    }


def link(request: Any, direction: str, key: Sequence[Any]) -> str:
    """Return the address of the page `after` or `before` an ordering key."""
    texts = [value.isoformat() if isinstance(value, date) else str(value) for value in key]
    return replace_query_param(request.build_absolute_uri(), "cursor", encode_cursor([direction, *texts]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


_READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: _moment,
}
