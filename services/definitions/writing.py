"""Writing a definition as YAML for a person to read, in the order in which one is explained; `read_yaml_text` reads it.

A database does not keep the order of keys, so that what is known gets its usual place and the rest the alphabet's.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import yaml

from services.definitions.reading import is_plain_text
from services.definitions.schemas import ordered_names
from services.definitions.service import service_definition_schema

_WIDE: Final = 110
_SHORT: Final = 100
# Within a part; what comes first says what the rest is about.
_USUAL: Final = (
    "id", "action", "const", "type", "label", "title", "x-label", "x-help", "x-id", "format", "x-document", "scope",
    "rule", "effect", "condition", "amount", "basis", "field", "message", "code", "schema", "initial", "states",
    "transitions", "from", "to", "roles", "reason", "required", "x-order", "properties", "items", "ui", "elements",
    "en",
)  # fmt: skip


class _Dumper(yaml.SafeDumper):
    """Texts in quotes where they would be read as something else, short groups on one line, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if is_plain_text(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items())
    node.flow_style = _is_short(value)
    return node


class _Document(dict[str, Any]):
    """The outermost group: each part has a line of its own, however short."""


def _document(dumper: yaml.SafeDumper, value: _Document) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items())
    node.flow_style = not value
    return node


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(_Document, _document)
_Dumper.add_representer(list, _list)


def _is_short(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    flat = not any(isinstance(each, list | dict) and len(str(each)) > _SHORT // 2 for each in inner)
    return flat and len(str(value)) <= _SHORT


def write_yaml(content: Mapping[str, Any]) -> str:
    """Return a definition's content as YAML."""
    dumped = yaml.dump(
        _Document(_ordered(dict(content), _parts())), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE
    )
    return str(dumped)


@cache
def _parts() -> tuple[str, ...]:
    return tuple(service_definition_schema()["properties"])


def _ordered(value: Any, order: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_ordered(each, order) for each in value]
    if not isinstance(value, Mapping):
        return value
    known = {key: place for place, key in enumerate(order)}
    keys = sorted(value, key=lambda key: (known.get(key, len(order)), key))
    fields = tuple(ordered_names(value))
    return {key: _ordered(value[key], fields if key == "properties" and fields else _USUAL) for key in keys}
