"""Reading YAML: plain data only, each value with its line.

Refused: tags, aliases (a few lines can stand for gigabytes), keys that come twice or are no texts. Dates stay texts.
"""

from pathlib import Path
from typing import Any

import yaml

from services.definitions.faults import DefinitionError, Fault
from services.definitions.values import pointer_of

_MOST_BYTES = 512 * 1024
_KINDS = {
    "tag:yaml.org,2002:null",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:str",
}


class _Loader(yaml.SafeLoader):
    """The safe loader, without the guess that `2026-01-02` is a date."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag in _KINDS]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a file's content and the line of each pointer in it.

    :raises DefinitionError: naming the line, for what is no plain YAML mapping.
    """
    source = source_of(path)
    if path.suffix != ".yaml":
        raise DefinitionError([Fault("", "this is no `.yaml` file", "Rename or move it", source)])
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DefinitionError([Fault("", "the file is larger than 512 KB", "Split the service", source)])
        loader = _Loader(path.read_text("utf-8"))
        node = loader.get_single_node()
    except OSError as error:
        raise DefinitionError([Fault("", f"cannot be read: {error.strerror}", "Mend the file", source)]) from None
    except UnicodeDecodeError:
        raise DefinitionError([Fault("", "the file is not UTF-8", "Save it as UTF-8", source)]) from None
    except RecursionError:
        raise DefinitionError([Fault("", "it nests too deep to be read", "Flatten it", source)]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        message = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise DefinitionError([Fault("", f"this is no YAML: {message}", "Mend the line", source, line)]) from error
    reader = _Reader(loader)
    content = reader.read(node, []) if node else None
    if not isinstance(content, dict):
        reader.fault(node, [], "a definition is a mapping", "Begin with `service: <slug>`")
    if reader.faults or not isinstance(content, dict):
        raise DefinitionError([Fault(f.pointer, f.message, f.hint, source, f.line) for f in reader.faults])
    return content, reader.lines


def source_of(path: Path) -> str:
    """Return the file as errors name it: from the folder where the command runs, else in full."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


class _Reader:
    """Turns YAML nodes into plain values, noting lines and what is wrong."""

    def __init__(self, loader: _Loader) -> None:
        self.loader = loader
        self.lines: dict[str, int] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def fault(self, node: Any, steps: list[Any], message: str, hint: str) -> None:
        line = self.lines.get(pointer_of(steps)) or (node.start_mark.line + 1 if node else 1)
        self.faults.append(Fault(pointer_of(steps), message, hint, line=line))

    def read(self, node: Any, steps: list[Any]) -> Any:
        pointer = pointer_of(steps)
        self.lines.setdefault(pointer, node.start_mark.line + 1)
        if id(node) in self._seen:
            self.fault(node, steps, "an alias (*name) is not read", "Write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, steps)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(each, [*steps, place]) for place, each in enumerate(node.value)]
        if node.tag not in _KINDS:
            self.fault(node, steps, f"the tag {node.tag} is not read", "Write a plain value")
            return None
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.fault(node, steps, f"{node.value[:40]!r} cannot be read", "Put it in quotes")
            return None

    def _mapping(self, node: Any, steps: list[Any]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key == "<<" or key_node.tag != "tag:yaml.org,2002:str":
                self.fault(key_node, steps, f"the key {key!r} is not a text", "Put it in quotes")
                continue
            self.lines[pointer_of([*steps, key])] = key_node.start_mark.line + 1
            if key in content:
                self.fault(key_node, [*steps, key], f"the key {key!r} comes twice", "Remove one of them")
            content[key] = self.read(value_node, [*steps, key])
        return content
