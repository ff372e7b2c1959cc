"""What the inbox and the e-mail say of an application's event, in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.applications.city_time import city_day
from services.applications.models import Application, Event
from services.applications.queries.action_files import shown_files
from services.applications.queries.detail import day_in_words, state_label, told_due
from services.applications.queries.grounds import remedy_of
from services.applications.queries.history import basis_of, move_in_words, reason_of
from services.applications.queries.unchecked import note_of
from services.catalogue.queries import local
from services.catalogue.versions import Version
from services.definitions import REASONS

Texts = dict[str, str]


def wording_of(event: Event, application: Application, version: Version) -> tuple[Texts, Texts]:
    """Return title and body of the notice about `event`."""
    titles, bodies = {}, {}
    for language in ("id", "en"):
        what = _What(event, application, version, language)
        # A workflow may lead back to a state that is called as one of these.
        title, body = (_step if event.action else _SPECIAL.get(event.type, _step))(what)
        titles[language] = f"{version.text('title', language)}: {title}"
        more = [note_of(event, version, language), _ASKED[language] if _asks(event, version) else ""]
        bodies[language] = "\n\n".join([body, *filter(None, more)])
    return titles, bodies


_ASKED: Final[Texts] = {
    "id": "Bagaimana layanan ini? Jawab sembilan pertanyaan singkat di halaman permohonan.",
    "en": "How was this service? Answer nine short questions on the application's page.",
}


def _asks(event: Event, version: Version) -> bool:
    """Return whether the survey opens with this event: it decides."""
    decides = version.definition.workflow.states[event.to_state].end in ("granted", "rejected")
    return decides and event.from_state != event.to_state


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


def _escalated(what: _What) -> tuple[str, str]:
    due = what.day(date.fromisoformat(what.event.data["late_since"]))
    told = _TOLD[what.event.type.removeprefix("escalated_")][what.language]
    if what.english:
        return "late", f"The answer to {what.number} was due by {due} and has not come. {told} was told."
    return "terlambat", f"Jawaban atas {what.number} seharusnya paling lambat {due} dan belum ada. {told} diberi tahu."


_TOLD: Final[Mapping[str, Texts]] = {
    "officer": {"id": "Petugas yang menangani", "en": "The officer in charge"},
    "head": {"id": "Kepala instansi", "en": "The head of the agency"},
    "inspectorate": {"id": "Inspektorat", "en": "The Inspektorat"},
}


def _deemed_granted(what: _What) -> tuple[str, str]:
    day, basis = what.day(date.fromisoformat(what.event.data["lapsed_on"])), what.event.data["basis"]
    if what.english:
        return "granted by law", f"No decision on {what.number} came by {day}, so it is deemed granted ({basis})."
    decided = f"Sampai {day} tidak ada keputusan atas {what.number}, jadi permohonan dianggap dikabulkan ({basis})."
    return "dikabulkan menurut hukum", decided


def _correction_asked(what: _What) -> tuple[str, str]:
    """Return what is to be put right, field by field; the app opens the round at the first of them."""
    version, data = what.version, what.event.data
    titles = {each.id: each.title for each in version.definition.requirements}
    lines = []
    for each in data["items"]:
        name = each["pointer"].removeprefix("/files/")
        label = titles.get(name) or version.definition.form.label(each["pointer"].removeprefix("/answers"))
        words = f" {each['words']}" if each["words"] else ""
        lines.append(
            f"- {local(dict(label), what.language)}: {local(dict(REASONS[each['reason_code']]), what.language)}.{words}"
        )
    by = what.day(date.fromisoformat(data["answer_by"]))
    if what.english:
        head, foot = (
            f"Please put right for {what.number}:",
            f"Please send it by {by}. Until then the days are not counted.",
        )
    else:
        head, foot = (
            f"Mohon perbaiki untuk {what.number}:",
            f"Kirim paling lambat {by}. Selama itu hari tidak dihitung.",
        )
    message = [what.event.reason] if what.event.reason else []
    title = "please put right" if what.english else "perlu diperbaiki"
    return title, "\n\n".join([head + "\n" + "\n".join(lines), *message, foot])


def _correction_sent(what: _What) -> tuple[str, str]:
    day = what.day(what.application.due_on)
    if what.english:
        return "correction received", f"We received what you put right for {what.number}. An answer is due by {day}."
    return "perbaikan diterima", f"Perbaikan {what.number} kami terima. Jawaban paling lambat {day}."


def _correction_cancelled(what: _What) -> tuple[str, str]:
    day = what.day(what.application.due_on)
    if what.english:
        return "no correction needed", f"Nothing needs putting right for {what.number}. An answer is due by {day}."
    return "tidak perlu diperbaiki", f"{what.number} tidak perlu diperbaiki. Jawaban paling lambat {day}."


def _correction_lapsed(what: _What) -> tuple[str, str]:
    basis = what.event.data["basis"]
    if what.english:
        return "ended", f"Nothing was put right for {what.number} in time, so it ended ({basis}). You can apply again."
    ended = f"Perbaikan {what.number} tidak dikirim sampai batas waktu, jadi permohonan berakhir ({basis})."
    return "berakhir", f"{ended} Anda dapat mengajukan lagi."


def _objection_filed(what: _What) -> tuple[str, str]:
    number = what.event.data["number"]
    if what.english:
        return "objection received", f"We received your objection {number} to the decision on {what.number}."
    return "keberatan diterima", f"Keberatan {number} atas keputusan {what.number} kami terima."


def _overturned(what: _What) -> tuple[str, str]:
    if what.english:
        return "overturned on appeal", f"The decision on {what.number} was overturned by {what.event.data['number']}."
    return "batal dalam banding", f"Putusan {what.number} batal oleh banding {what.event.data['number']}."


def _reopened(what: _What) -> tuple[str, str]:
    """Return why, and by when the new decision is due."""
    day, by = what.day(what.application.due_on), what.event.data.get("number")
    if what.english:
        why = f" because {by} was upheld" if by else ""
        body = f"Application {what.number} is open again{why}. A new decision is due by {day}."
    else:
        why = f" karena {by} dikabulkan" if by else ""
        body = f"Permohonan {what.number} dibuka kembali{why}. Keputusan baru paling lambat {day}."
    if what.event.reason:
        body += f"\n\n{'Reason' if what.english else 'Alasan'}: {what.event.reason}"
    return ("opened again" if what.english else "dibuka kembali"), body


def _step(what: _What) -> tuple[str, str]:
    """Return the new state, the reason, and what it means for the due date."""
    label = state_label(what.version, what.event.to_state, what.language)
    body = f"Application {what.number}: {label}." if what.english else f"Permohonan {what.number}: {label}."
    if reason := reason_of(what.event, what.version, what.language):
        body += f"\n\n{'Reason' if what.english else 'Alasan'}: {reason}"
    if basis := basis_of(what.event, what.version):
        body += f"\n\n{'Legal basis' if what.english else 'Dasar hukum'}: {basis}"
    if remedy := _remedy(what):
        body += f"\n\n{remedy}"
    if titles := [local(each["title"], what.language) for each in shown_files(what.event)]:
        body += f"\n\n{'Attached' if what.english else 'Terlampir'}: {', '.join(titles)}"
    return label, "\n\n".join([body, *_clock(what)])


def _remedy(what: _What) -> str:
    """Return what may be done about a refusal, where the definition says so."""
    if what.version.definition.workflow.states[what.event.to_state].end != "rejected":
        return ""
    remedy = remedy_of(what.version, city_day(what.event.at))
    if remedy is None:
        return ""
    day = what.day(remedy.until)
    if what.english:
        return f"You may object until {day} ({remedy.basis})."
    return f"Anda dapat mengajukan keberatan sampai {day} ({remedy.basis})."


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


def _moved(what: _What) -> tuple[str, str]:
    words, to = move_in_words(what.event, what.language), what.event.data["to"]["name"]
    title = f"now at {to}" if what.english else f"kini di {to}"
    due = what.day(told_due(what.application.due_on, what.application.paused_on))
    body = f"{what.number}: {words}. {what.event.reason}"
    stays = f"The date stays as it was: {due}." if what.english else f"Tenggatnya tetap: {due}."
    return title, f"{body}\n\n{stays}"


_SPECIAL: Final[Mapping[str, Callable[[_What], tuple[str, str]]]] = {
    "submitted": _submitted,
    "document_issued": _document_issued,
    "law_changed": _law_changed,
    "deadline_moved": _deadline_moved,
    "checked_again": _checked_again,
    "escalated_officer": _escalated,
    "escalated_head": _escalated,
    "escalated_inspectorate": _escalated,
    "deemed_granted": _deemed_granted,
    "correction_asked": _correction_asked,
    "correction_sent": _correction_sent,
    "correction_cancelled": _correction_cancelled,
    "correction_lapsed": _correction_lapsed,
    "handed_over": _moved,
    "handed_back": _moved,
    "recalled": _moved,
    "objection_filed": _objection_filed,
    "overturned": _overturned,
    "reopened": _reopened,
}
