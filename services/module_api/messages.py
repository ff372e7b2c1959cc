"""Hooks' arguments and answers as JSON, read back by the types that the contract declares: nothing is unpickled."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from django.utils import timezone

_PLAIN: tuple[type, ...] = (str, int, float, bool, type(None))


def packed(value: Any) -> bytes:
    """Return `value` as JSON.

    :raises TypeError: when it holds what JSON cannot carry.
    """
    return orjson.dumps(value, default=_mapping)


def _mapping(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no data")


def opened(kind: Any, raw: Any, place: str = "the answer") -> Any:
    """Return `raw`, as JSON reads it, as a value of the declared type `kind`.

    :raises TypeError: naming the place that does not fit.
    """
    if kind is Any:
        return raw
    if kind in _PLAIN:
        return _plain(kind, raw, place)
    if is_dataclass(kind):
        return _record(kind, raw, place)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _either(inner, raw, place)
    if origin is Literal and raw in inner:
        return raw
    if origin in (list, tuple) and isinstance(raw, list):
        return origin(opened(inner[0], each, f"{place}[{index}]") for index, each in enumerate(raw))
    if (kind is dict or origin in (dict, Mapping)) and isinstance(raw, dict):
        return {key: opened(inner[1], each, f"{place}[{key!r}]") for key, each in raw.items()} if inner else raw
    if kind in (UUID, datetime, date) and isinstance(raw, str):
        return _moment(kind, raw, place)
    raise TypeError(f"{place} is not {_named(kind)}")


def _plain(kind: type, raw: Any, place: str) -> Any:
    if type(raw) is kind or (kind is float and type(raw) is int):
        if isinstance(raw, str) and "\0" in raw:
            raise TypeError(f"{place} holds a character that no text has")
        return raw
    raise TypeError(f"{place} is not {_named(kind)}")


def _record(kind: Any, raw: Any, place: str) -> Any:
    hints = _hints(kind)
    if not isinstance(raw, dict) or raw.keys() != hints.keys():
        raise TypeError(f"{place} is no {kind.__name__}")
    return kind(**{name: opened(hint, raw[name], f"{kind.__name__}.{name}") for name, hint in hints.items()})


def _either(kinds: tuple[Any, ...], raw: Any, place: str) -> Any:
    """Return the first of several types that fits."""
    for kind in kinds:
        try:
            return opened(kind, raw, place)
        except TypeError:
            continue
    raise TypeError(f"{place} is none of {', '.join(_named(each) for each in kinds)}")


def _moment(kind: Any, raw: str, place: str) -> Any:
    try:
        if kind is datetime:
            at = datetime.fromisoformat(raw)
            return timezone.localtime(at) if at.tzinfo else at
        return UUID(raw) if kind is UUID else date.fromisoformat(raw)
    except ValueError as error:
        raise TypeError(f"{place} is not {_named(kind)}") from error


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _named(kind: Any) -> str:
    return getattr(kind, "__name__", None) or str(kind)
