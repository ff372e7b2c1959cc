"""Reading YAML: plain data only, each value of a file with its line.

Refused: what is too large or too deep, tags, aliases (a few lines can stand for gigabytes), keys that come twice or are
no texts. Dates, times of day (`12:30`) and yes/no stay texts. A file is read event by event, so that its depth is known
before anything is built.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from services.definitions.faults import DefinitionError, Fault
from services.definitions.values import pointer_of

MOST_BYTES = 256 * 1024
MOST_DEPTH = 40
_MOST_FAULTS = 100
_MOST_DIGITS = 300
_TEXT = "tag:yaml.org,2002:str"
_KINDS = {
    "tag:yaml.org,2002:null": re.compile(r"~|null|Null|NULL|"),
    "tag:yaml.org,2002:bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "tag:yaml.org,2002:int": re.compile(r"[-+]?(0|[1-9][0-9_]*|0x[0-9a-fA-F]+)"),
    "tag:yaml.org,2002:float": re.compile(r"[-+]?(0|[1-9][0-9_]*)([.][0-9]*)?([eE][-+]?[0-9]{1,3})?"),
}
_PLAIN = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a file's content and the line of each pointer in it.

    :raises DefinitionError: naming the line, for what is no plain YAML mapping.
    """
    source = source_of(path)
    if path.suffix != ".yaml":
        raise DefinitionError([Fault("", "this is no `.yaml` file", "Rename or move it", source)])
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DefinitionError([too_large(source)])
        text = path.read_text("utf-8")
    except OSError as error:
        raise DefinitionError([Fault("", f"cannot be read: {error.strerror}", "Mend the file", source)]) from None
    except UnicodeDecodeError:
        raise DefinitionError([Fault("", "the file is not UTF-8", "Save it as UTF-8", source)]) from None
    return read_yaml_text(text, source=source)


def read_yaml_text(text: str, *, source: str = "") -> tuple[dict[str, Any], dict[str, int]]:
    """Return what is written in YAML and the line of each pointer in it.

    :raises DefinitionError: naming the line, for what is no plain YAML mapping.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise DefinitionError([too_large(source)])
    try:
        reader = _Reader(text)
    except yaml.YAMLError:
        raise DefinitionError([Fault("", "it holds letters that YAML does not know", "Type it anew", source)]) from None
    try:
        content = reader.document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        message = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise DefinitionError([Fault("", f"this is no YAML: {message}", "Mend the line", source, line)]) from error
    except _TooDeepError as error:
        hint = "Flatten it"
        raise DefinitionError([Fault("", "it nests too deep to be read", hint, source, error.args[0])]) from None
    if not isinstance(content, dict) and not reader.faults:
        reader.fault([], 1, "a definition is a mapping", "Begin with `service: <slug>`")
    if reader.faults or not isinstance(content, dict):
        raise DefinitionError([Fault(f.pointer, f.message, f.hint, source, f.line) for f in reader.faults])
    return content, reader.lines


def too_large(source: str = "") -> Fault:
    """Return that a definition is larger than any form that a person would fill in."""
    return Fault("", f"the definition is larger than {MOST_BYTES // 1024} KB", "Split the service", source, harms=True)


def is_plain_text(text: str) -> bool:
    """Return whether a text stays one when it is written without quotes."""
    return not any(shape.fullmatch(text) for shape in _KINDS.values())


def source_of(path: Path) -> str:
    """Return the file as errors name it: from the folder where the command runs, else in full."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


class _TooDeepError(Exception):
    """It nests deeper than a definition may; holds the line."""


class _Reader:
    """Turns YAML events into plain values, noting lines and what is wrong."""

    def __init__(self, text: str) -> None:
        self.parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        self.lines: dict[str, int] = {}
        self.faults: list[Fault] = []

    def fault(self, steps: list[Any], line: int, message: str, hint: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(pointer_of(steps), message, hint, line=line))

    def document(self) -> Any:
        """Return the one document in the stream, None where there is none."""
        self.parser.get_event()  # the stream's start
        if self.parser.check_event(yaml.StreamEndEvent):
            return None
        self.parser.get_event()  # the document's start
        content = self.read(self.parser.get_event(), [])
        self.parser.get_event()  # the document's end
        if not self.parser.check_event(yaml.StreamEndEvent):
            line = self.parser.get_event().start_mark.line + 1
            self.fault([], line, "a second document begins here", "One file holds one service")
        return content

    def read(self, event: Any, steps: list[Any]) -> Any:
        """Return the value that begins with `event`."""
        line = event.start_mark.line + 1
        self.lines.setdefault(pointer_of(steps), line)
        if len(steps) > MOST_DEPTH:
            raise _TooDeepError(line)
        if isinstance(event, yaml.AliasEvent):
            self.fault(steps, line, "an alias (*name) is not read", "Write the value out")
            return None
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, steps, line)
        if event.tag not in _PLAIN:
            self.fault(steps, line, f"the tag {event.tag[:40]} is not read", "Write a plain value")
        return self._mapping(steps) if isinstance(event, yaml.MappingStartEvent) else self._sequence(steps)

    def _sequence(self, steps: list[Any]) -> list[Any]:
        found: list[Any] = []
        while not self.parser.check_event(yaml.SequenceEndEvent):
            found.append(self.read(self.parser.get_event(), [*steps, len(found)]))
        self.parser.get_event()
        return found

    def _mapping(self, steps: list[Any]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while not self.parser.check_event(yaml.MappingEndEvent):
            event = self.parser.get_event()
            line = event.start_mark.line + 1
            key = self.read(event, [*steps, "?"])
            if not isinstance(event, yaml.ScalarEvent) or not isinstance(key, str) or key == "<<":
                self.fault(steps, line, f"the key {str(key)[:40]!r} is not a text", "Put it in quotes")
                key = str(key)
            self.lines[pointer_of([*steps, key])] = line
            if key in content:
                self.fault([*steps, key], line, f"the key {key[:40]!r} comes twice", "Remove one of them")
            content[key] = self.read(self.parser.get_event(), [*steps, key])
        self.parser.get_event()
        return content

    def _scalar(self, event: Any, steps: list[Any], line: int) -> Any:
        tag = event.tag if event.tag not in (None, "!") else None
        if tag is None and (event.tag == "!" or not event.implicit[0]):
            return event.value
        kind = tag or next((name for name, shape in _KINDS.items() if shape.fullmatch(event.value)), _TEXT)
        if kind == _TEXT:
            return event.value
        shape = _KINDS.get(kind)
        if shape is None:
            self.fault(steps, line, f"the tag {kind[:40]} is not read", "Write a plain value")
        elif not shape.fullmatch(event.value) or len(event.value) > _MOST_DIGITS:
            self.fault(steps, line, f"{event.value[:40]!r} cannot be read", "Put it in quotes")
        else:
            return _plain(kind, event.value)
        return None


def _plain(kind: str, text: str) -> Any:
    if kind.endswith("null"):
        return None
    if kind.endswith("bool"):
        return text.lower() == "true"
    if kind.endswith("int"):
        digits = text.replace("_", "")
        return int(digits, 16) if "x" in digits else int(digits)
    return float(text.replace("_", ""))
