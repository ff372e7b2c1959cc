"""What hooks are given (frozen) and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies. `assurance`: basic, verified, in_person."""

    id: UUID
    name: str
    assurance: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An application as it stands at this moment; a copy, so changing it changes nothing.

    `answers` are as the version's form has them, hidden fields left out. `files` are the ids of the required
    documents that were handed in. `number` is None before submission. `submitted_at` is in the city's time.
    """

    application_id: UUID
    service: str
    version: int
    number: str | None
    state: str
    answers: Mapping[str, Any]
    files: tuple[str, ...]
    applicant: Applicant
    agency: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Whose facts are wanted: the applicant, also where another acts for them.

    `assurance` as of Applicant. `nik` is the one that the population registry matched, else None.
    """

    id: UUID
    name: str
    assurance: str
    nik: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known already. `value` fits the field that it is for; `source` says in words where it stands,
    `{"id": ..., "en": ...}`; `asserted_at` (with offset) since when it is known so, `assurance` how surely."""

    value: Any
    source: Mapping[str, str]
    asserted_at: datetime
    assurance: Literal["basic", "verified", "in_person"] = "basic"


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps an application from being submitted. `pointer` is a JSON pointer into the answers, "" for the whole;
    `detail` is `{"id": ..., "en": ...}`."""

    pointer: str
    code: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of the fee beside the definition's own. `amount` is in rupiah, not negative."""

    title: Mapping[str, str]
    amount: int
    basis: str


@dataclass(frozen=True, slots=True)
class Allow:
    """The action may be taken."""


@dataclass(frozen=True, slots=True)
class Deny:
    """The action may not be taken; `reason` is `{"id": ..., "en": ...}` and shown to who tried."""

    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of an issued document. `label` is `{"id": ..., "en": ...}`."""

    label: Mapping[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    """What the document of a granted application shows: `rows` in its text, `public_rows` to whoever verifies it.

    They follow the definition's own (`outcome.shows`, `outcome.verify_shows`); keep from the public what only the
    holder is to know. `valid_until` shortens the definition's own time, never lengthens it.
    """

    rows: tuple[DocumentRow, ...] = ()
    public_rows: tuple[DocumentRow, ...] = ()
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an application of the module's service; `id` is the same each time it is told.

    `topic` is such as `application.submitted`; `body` holds application, sequence, from_state, to_state, reason.
    """

    id: UUID
    topic: str
    service: str
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Ack:
    """Heard; do not tell again."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Tell again after `seconds`."""

    seconds: float = 60.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Park:
    """A person must look at this one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a module's report about itself."""

    level: Literal["ok", "warning", "error"]
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a module holds of a person, as one list of the export. `name` is of small letters, digits, underscores.

    `lines` are what JSON can say, times and dates and ids of rows included.
    """

    name: str
    title: Mapping[str, str]
    lines: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that a module holds of a person, for the export."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of one kind of a person's data: how many rows were erased, and how many a law has the agency keep."""

    kind: str
    erased: int
    kept: int = 0
