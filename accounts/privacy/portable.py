"""What each part of the platform hands over when a person asks for all that is held of them.

A part registers a function in `settings.PERSONAL_DATA_OF` (dotted path): it takes a person's id and yields sections and
attachments. Everything is read lazily, so that a long history never stands in memory at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import File


@dataclass(frozen=True, slots=True)
class Section:
    """One JSON file of the export: a list of objects. `title` says in both languages what it holds."""

    name: str
    title: dict[str, str]
    lines: Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of the export, below `files/`. `open` is called when its turn comes."""

    name: str
    open: Callable[[], "File[bytes]"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that could not be had now. It is asked again for some hours; then the copy goes without it and says so."""

    title: dict[str, str]
    reason: str


Part = Section | Attachment | Missing
Exporter = Callable[[UUID], Iterator[Part]]
