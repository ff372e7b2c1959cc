"""What readers of the catalogue get: bytes kept in process, thrown away when a publication moves the revision.

A catalogue is a few hundred services read thousands of times a minute and changed a few times a week. A process that is
read asks for the revision at most twice a second (one row by its key), one that nobody reads not at all; so every
process shows a publication within a second.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from services.catalogue.search import find, words_of
from services.definitions import Definition
from superapp.http.conditional import etag_of
from superapp.http.sql import fetch_all, fetch_one

_FRESH_SECONDS: float = settings.CATALOGUE_FRESH_SECONDS
_ANSWERS_KEPT = 1000

_REVISION = "SELECT token FROM catalogue_revision WHERE id = 1"
_SERVICES = """
SELECT s.slug, s.is_open, s.category, s.life_events, s.search_text, a.code, a.name,
       v.number, v.sha256, v.content, v.published_at, f.sample, f.median, f.p90
FROM catalogue_service s
JOIN agencies_agency a ON a.id = s.agency_id
JOIN catalogue_serviceversion v ON v.id = s.current_id
LEFT JOIN catalogue_forecast f ON f.service_id = s.id AND f.sample >= 20
ORDER BY s.slug
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A ready answer: JSON bytes and their ETag."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One service as it stands in this revision."""

    slug: str
    is_open: bool
    category: str
    life_events: tuple[str, ...]
    search_text: str
    agency_code: str
    agency_name: str
    number: int
    sha256: str
    published_at: Any
    definition: Definition
    usual: "Usual | None" = None


@dataclass(frozen=True, slots=True)
class Usual:
    """How many working days the latest `sample` decisions took. Fewer than 20 tell nothing and are left out."""

    sample: int
    median: int
    p90: int


@dataclass(slots=True)
class Shelf:
    """Everything public about one revision of the catalogue."""

    token: UUID | None
    checked_at: float
    entries: dict[str, Entry]
    vocabulary: frozenset[str]
    _answers: "OrderedDict[tuple[str, ...], Answer]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, key: tuple[str, ...], make: Callable[[], Any]) -> Answer:
        """Return the kept answer for `key`, or make it (a JSON-able value) and keep it.

        Of keys that strangers choose, such as search words, only the latest are kept.
        """
        kept = self._answers.get(key)
        if kept is not None:
            return kept
        body = orjson.dumps(make())
        answer = Answer(body, etag_of(body))
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > _ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return answer

    def find(self, q: str) -> list[Entry]:
        """Return open services that `q` means, best first."""
        return [self.entries[slug] for slug in find(q, vocabulary=self.vocabulary) if slug in self.entries]


_current: Shelf | None = None
_loading = Lock()


def current_shelf() -> Shelf:
    """Return the shelf of the catalogue's present revision (at most `CATALOGUE_FRESH_SECONDS` old)."""
    global _current
    shelf = _current
    if shelf is not None and monotonic() - shelf.checked_at < _FRESH_SECONDS:
        return shelf
    asked_at = monotonic()  # it is as old as the question, not as the answer
    row = fetch_one(_REVISION)
    token = row[0] if row else None
    if shelf is not None and shelf.token == token:
        shelf.checked_at = asked_at
        return shelf
    with _loading:
        if _current is None or _current.token != token:
            _current = _load(token, asked_at)
        return _current


def _load(token: UUID | None, asked_at: float) -> Shelf:
    entries = {}
    vocabulary: set[str] = set()
    for row in fetch_all(_SERVICES):
        slug, is_open, category, life_events, search_text, code, name, number, sha256, content, at, *usual = row
        content = orjson.loads(content) if isinstance(content, str | bytes) else content
        entries[slug] = Entry(
            slug=slug,
            is_open=is_open,
            category=category,
            life_events=tuple(life_events),
            search_text=search_text,
            agency_code=code,
            agency_name=name,
            number=number,
            sha256=sha256,
            published_at=at,
            definition=Definition(content, sha256),
            usual=Usual(*usual) if usual[0] is not None else None,
        )
        vocabulary.update(word for word in words_of(search_text) if len(word) > 3)
    return Shelf(token=token, checked_at=asked_at, entries=entries, vocabulary=frozenset(vocabulary))
