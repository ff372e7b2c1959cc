"""JSON in and out."""

from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from superapp.http.problems import FieldError, invalid, too_large

_CONTROL = {"id": "Ada karakter yang tidak sah (NUL).", "en": "It holds a character that is not allowed (NUL)."}


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


class JsonParser(BaseParser):
    """Reads JSON of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes. Refuses NUL, which no text column can hold."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise too_large()
        try:
            value = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise ParseError from error
        if b"\\u0000" in content and (pointer := _nul(value, "")) is not None:
            raise invalid([FieldError(pointer, "null_character", _CONTROL)])
        return value


def _nul(value: Any, pointer: str) -> str | None:
    """Return where a NUL is, None without one."""
    if isinstance(value, str):
        return pointer if "\x00" in value else None
    if isinstance(value, list):
        inner = enumerate(value)
    elif isinstance(value, dict):
        inner = value.items()  # type: ignore[assignment]
        if any("\x00" in key for key in value):
            return pointer
    else:
        return None
    return next((found for key, each in inner if (found := _nul(each, f"{pointer}/{key}")) is not None), None)


class FirstOfEach(BaseContentNegotiation):
    """Always JSON: RFC 9110 (12.5.1) lets a server disregard `Accept`, and a body helps more than a 406."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type
