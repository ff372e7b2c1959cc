"""JSON in and out."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from superapp.http.problems import FieldError, invalid, step, too_large

_CONTROL = {"id": "Ada karakter yang tidak sah (NUL).", "en": "It holds a character that is not allowed (NUL)."}
_HUGE = {"id": "Bilangan terlalu besar.", "en": "The number is too large."}
# Beyond it a number is not the same everywhere (RFC 7493, section 2.2): the phone's is rounded, the database's is not.
_LARGEST = 2**53 - 1
_TWICE = {"id": "Kunci ini ada dua kali. Hapus salah satunya.", "en": "This key comes twice. Remove one of them."}
_DEEP = {"id": "Bertingkat terlalu dalam.", "en": "It nests too deep."}
_MOST_PLACES = 20
_MAYBE_HUGE = re.compile(rb"\d{16}|\d[eE]")


class JsonRenderer(BaseRenderer):
    """Writes UTF-8 JSON; times and ids in their standard text forms."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, ReturnDict | dict):
        return dict(value)
    if isinstance(value, ReturnList | list | tuple | set | frozenset):
        return list(value)
    return str(value)


class JsonBytes(BaseParser):
    """Hands JSON over as it was sent, for whom every byte counts; at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return _bytes_of(stream)


def bytes_of(request: Any) -> bytes:
    """Return the body that `JsonBytes` read; empty for a request without one."""
    return request.data if isinstance(request.data, bytes) else b""


def _bytes_of(stream: Any) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    content: bytes = stream.read(limit + 1)
    if len(content) > limit:
        raise too_large()
    return content


class JsonParser(BaseParser):
    """Reads JSON of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.

    Refuses NUL, which no text column can hold, and numbers too large to be the same on the phone and in the database.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        content = _bytes_of(stream)
        try:
            value = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise ParseError(code="malformed_json") from error
        if b"\\u0000" in content and (pointer := _where(_has_nul, value)) is not None:
            raise invalid([FieldError(pointer, "null_character", _CONTROL)])
        if _MAYBE_HUGE.search(content) and (pointer := _where(_is_huge, value)) is not None:
            raise invalid([FieldError(pointer, "number_too_large", _HUGE)])
        return value


class JsonOnceParser(JsonParser):
    """Reads JSON in which no key comes twice: of what people write by hand, one of the two would be lost unseen."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        content = _bytes_of(stream)
        value = super().parse(BytesIO(content))
        twice: dict[int, tuple[dict[str, Any], str]] = {}

        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            made = dict(pairs)
            if len(made) < len(pairs):
                seen: set[str] = set()
                name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
                twice[id(made)] = (made, name)
            return made

        try:
            read = json.loads(content, object_pairs_hook=once)
        except RecursionError:
            raise invalid([FieldError("", "too_deep", _DEEP)]) from None
        if twice:
            raise invalid([FieldError(pointer, "twice", _TWICE) for pointer in _places(read, twice)])
        return value


def _places(value: Any, twice: dict[int, tuple[dict[str, Any], str]]) -> list[str]:
    """Return where keys came twice, some of them."""
    found: list[str] = []
    waiting = [("", value)]
    while waiting and len(found) < _MOST_PLACES:
        pointer, each = waiting.pop()
        if id(each) in twice:
            found.append(pointer + step(twice[id(each)][1]))
        inner = each.items() if isinstance(each, dict) else enumerate(each) if isinstance(each, list) else ()
        waiting += [(pointer + step(str(name)), one) for name, one in inner]
    return found or [""]


def _has_nul(value: Any) -> bool:
    return isinstance(value, str) and "\x00" in value


def _is_huge(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) > _LARGEST


def _where(wrong: Callable[[Any], bool], value: Any) -> str | None:
    """Return where in `value` something is wrong, a name's fault at its object; None where nothing is.

    Without recursion: a body may nest deeper than Python's stack.
    """
    waiting = [("", value)]
    while waiting:
        pointer, each = waiting.pop()
        if isinstance(each, dict):
            if any(wrong(name) for name in each):
                return pointer
            waiting += [(pointer + step(name), inner) for name, inner in reversed(each.items())]
        elif isinstance(each, list):
            waiting += [(f"{pointer}/{place}", inner) for place, inner in reversed(list(enumerate(each)))]
        elif wrong(each):
            return pointer
    return None


class FirstOfEach(BaseContentNegotiation):
    """Always JSON: RFC 9110 (12.5.1) lets a server disregard `Accept`, and a body helps more than a 406."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type
