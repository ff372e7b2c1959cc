"""Life events: one start that opens applications at several agencies. Each is a YAML file in `events/`.

`services` says in which order, why each is there (`reason`) and by which law (`basis`), what waits for the outcome of
another, and what the event itself answers (`sets`: that somebody died need not be asked). `questions` and `documents`
say which fields and files of these services mean the same, so that each is asked once. What it does not name is asked
by its own service.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.definitions import Definition
from services.definitions.reading import read_yaml

Texts = Mapping[str, str]
GIVES: Final = ("document.number", "document.code")
_FOLDER: Final = Path(__file__).parent / "events"


@dataclass(frozen=True, slots=True)
class Part:
    """One service of a life event.

    `takes`: pointer into its answers to what the one before gives (`GIVES`). `why` is why it waits, `reason` why it is
    here, by which law `basis`. `sets`: pointer into its answers to what the event itself says.
    """

    service: str
    after: str
    takes: Mapping[str, str]
    why: Texts
    reason: Texts = field(default_factory=dict)
    basis: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """A question or document that several services ask. `places`: service to pointer, or to a requirement's id."""

    id: str
    label: Texts
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One life event; without parts it opens whatever services name it."""

    key: str
    title: Texts
    summary: Texts
    parts: tuple[Part, ...]
    questions: tuple[Shared, ...]
    documents: tuple[Shared, ...]

    def part(self, service: str) -> Part:
        """Return what is said of a service; nothing of one that merely names the event."""
        return next((each for each in self.parts if each.service == service), Part(service, "", {}, {}))


@cache
def life_events() -> Mapping[str, LifeEvent]:
    """Return the life events by key, in the order of their files."""
    found = (_of(read_yaml(path)[0]) for path in sorted(_FOLDER.glob("*.yaml")))
    return {each.key: each for each in found}


def _of(content: Mapping[str, Any]) -> LifeEvent:
    return LifeEvent(
        key=content["life_event"],
        title=content["title"],
        summary=content.get("summary", {"id": "", "en": ""}),
        parts=tuple(
            Part(
                service=each["service"],
                after=each.get("after", ""),
                takes=each.get("takes", {}),
                why=each.get("why", {}),
                reason=each.get("reason", {}),
                basis=each.get("basis", ""),
                sets=each.get("sets", {}),
            )
            for each in content.get("services", ())
        ),
        questions=tuple(Shared(each["id"], each["label"], each["fields"]) for each in content.get("questions", ())),
        documents=tuple(
            Shared(each["id"], each["title"], each["requirements"]) for each in content.get("documents", ())
        ),
    )


def faults_of(event: LifeEvent, definitions: Mapping[str, Definition]) -> Iterator[str]:
    """Yield in words what of a life event does not fit the services that it names, by their slugs."""
    for part in event.parts:
        yield from _faults_of_part(part, event, definitions)
    for shared in event.questions:
        for service, pointer in shared.places.items():
            yield from _missing(service, [pointer], definitions)
        kinds = {_kind(definitions[each], pointer) for each, pointer in shared.places.items() if each in definitions}
        if len(kinds) > 1:
            yield f"question {shared.id}: its fields are of different kinds"
    for shared in event.documents:
        yield from _faults_of_document(shared, definitions)


def _faults_of_part(part: Part, event: LifeEvent, definitions: Mapping[str, Definition]) -> Iterator[str]:
    before = [each.service for each in event.parts[: event.parts.index(part)]]
    if part.service not in definitions:
        yield f"{part.service}: there is no such service"
    elif event.key not in definitions[part.service].content.get("life_events", []):
        yield f"{part.service}: its life_events do not name {event.key}"
    if not (part.reason and part.basis):
        yield f"{part.service}: neither its reason nor its basis may be left out"
    if part.after and part.after not in before:
        yield f"{part.service}: {part.after} does not stand before it"
    if part.after in definitions and definitions[part.after].outcome is None:
        yield f"{part.service}: {part.after} has no outcome to wait for"
    yield from (f"{part.service}{to}: nothing gives {what}" for to, what in part.takes.items() if what not in GIVES)
    if part.after and not part.why:
        yield f"{part.service}: it does not say why it waits"
    yield from _missing(part.service, [*part.takes, *part.sets], definitions)
    for pointer, value in part.sets.items():
        schema = schema_at(definitions[part.service], pointer) if part.service in definitions else None
        if schema and "oneOf" in schema and value not in _choices(schema):
            yield f"{part.service}{pointer}: {value} is none of its choices"


def _faults_of_document(shared: Shared, definitions: Mapping[str, Definition]) -> Iterator[str]:
    kinds = set()
    for service, requirement in shared.places.items():
        if service not in definitions:
            continue
        asked = next((each for each in definitions[service].requirements if each.id == requirement), None)
        if asked is None:
            yield f"document {shared.id}: {service} asks for no {requirement}"
        else:
            kinds.add(frozenset(asked.accept))
    if len(kinds) > 1:
        yield f"document {shared.id}: its services take different kinds of files"


def _missing(service: str, pointers: Any, definitions: Mapping[str, Definition]) -> Iterator[str]:
    if service not in definitions:
        return
    for pointer in pointers:
        if schema_at(definitions[service], pointer) is None:
            yield f"{service}{pointer}: the form has no such field"


def _kind(definition: Definition, pointer: str) -> tuple[Any, ...]:
    schema = schema_at(definition, pointer) or {}
    return schema.get("type"), schema.get("format"), schema.get("pattern"), _choices(schema)


def _choices(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(each.get("const") for each in schema.get("oneOf", ()))


def schema_at(definition: Definition, pointer: str) -> Mapping[str, Any] | None:
    """Return the schema of the field at a pointer into the answers; None where the form has none."""
    schema: Any = definition.content["form"]["schema"]
    for step in pointer.split("/")[1:]:
        schema = schema.get("properties", {}).get(step)
        if schema is None:
            return None
    return dict(schema)
