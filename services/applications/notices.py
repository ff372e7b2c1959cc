"""What the inbox and the e-mail say of an application's event, in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.applications.models import Application, Event
from services.applications.queries.detail import day_in_words, state_label, told_due
from services.applications.queries.history import reason_of
from services.applications.queries.unchecked import note_of
from services.catalogue.versions import Version

Texts = dict[str, str]


def wording_of(event: Event, application: Application, version: Version) -> tuple[Texts, Texts]:
    """Return title and body of the notice about `event`."""
    titles, bodies = {}, {}
    for language in ("id", "en"):
        what = _What(event, application, version, language)
        title, body = _SPECIAL.get(event.type, _step)(what)
        titles[language] = f"{version.text('title', language)}: {title}"
        bodies[language] = f"{body}\n\n{note}" if (note := note_of(event, version, language)) else body
    return titles, bodies


@dataclass(frozen=True, slots=True)
class _What:
    event: Event
    application: Application
    version: Version
    language: str

    @property
    def english(self) -> bool:
        return self.language == "en"

    @property
    def number(self) -> str:
        return self.application.number or ""

    def day(self, day: date | None) -> str:
        return day_in_words(day, self.language) if day else "-"


def _submitted(what: _What) -> tuple[str, str]:
    due_on = told_due(what.application.due_on, what.application.paused_on)
    received = (
        f"We received your application {what.number}." if what.english else f"Permohonan {what.number} kami terima."
    )
    title = "received" if what.english else "diterima"
    if due_on is None:
        return title, received
    due = what.day(due_on)
    return (
        title,
        f"{received} An answer is due by {due}." if what.english else f"{received} Jawaban paling lambat {due}.",
    )


def _document_issued(what: _What) -> tuple[str, str]:
    if what.english:
        return "document ready", f"The document for {what.number} is ready to download."
    return "dokumen siap", f"Dokumen untuk permohonan {what.number} siap diunduh."


def _checked_again(what: _What) -> tuple[str, str]:
    if what.english:
        return "checked again", f"The agency's system checked {what.number} again."
    return "diperiksa lagi", f"Sistem instansi memeriksa lagi permohonan {what.number}."


def _law_changed(what: _What) -> tuple[str, str]:
    basis = what.event.data["basis"]
    if what.english:
        return "the rules changed", f"A change of law ({basis}) applies to your application {what.number}, too."
    return "aturan berubah", f"Perubahan hukum ({basis}) berlaku juga bagi permohonan {what.number}."


def _deadline_moved(what: _What) -> tuple[str, str]:
    due = what.day(date.fromisoformat(what.event.data["due_on"]))
    if what.english:
        return "new due date", f"The calendar changed: the answer to {what.number} is now due by {due}."
    return "tenggat baru", f"Kalender berubah: jawaban atas {what.number} kini paling lambat {due}."


def _step(what: _What) -> tuple[str, str]:
    """Return the new state, the reason, and what it means for the due date."""
    label = state_label(what.version, what.event.to_state, what.language)
    body = f"Application {what.number}: {label}." if what.english else f"Permohonan {what.number}: {label}."
    if reason := reason_of(what.event, what.version, what.language):
        body += f"\n\n{'Reason' if what.english else 'Alasan'}: {reason}"
    return label, "\n\n".join([body, *_clock(what)])


def _clock(what: _What) -> list[str]:
    states = what.version.definition.workflow.states
    before, after = states[what.event.from_state].clock, states[what.event.to_state].clock
    if after == "paused" != before:
        if what.english:
            return ["Your reply is awaited; until then the days are not counted."]
        return ["Balasan Anda ditunggu; selama itu hari tidak dihitung."]
    if (before, after) == ("paused", "running"):
        day = what.day(what.application.due_on)
        return [f"The answer is due by {day}." if what.english else f"Jawaban paling lambat {day}."]
    return []


_SPECIAL: Final[Mapping[str, Callable[[_What], tuple[str, str]]]] = {
    "submitted": _submitted,
    "document_issued": _document_issued,
    "law_changed": _law_changed,
    "deadline_moved": _deadline_moved,
    "checked_again": _checked_again,
}
