"""What the inbox and the e-mail say of an application's event, in both languages."""

from services.applications.models import Application, Event
from services.applications.queries.detail import day_in_words, state_label
from services.applications.queries.history import reason_of
from services.catalogue.versions import Version

Texts = dict[str, str]


def wording_of(event: Event, application: Application, version: Version) -> tuple[Texts, Texts]:
    """Return title and body of the notice about `event`."""
    titles, bodies = {}, {}
    for language in ("id", "en"):
        titles[language], bodies[language] = _wording(event, application, version, language)
    return titles, bodies


def _wording(event: Event, application: Application, version: Version, language: str) -> tuple[str, str]:
    english = language == "en"
    service = version.text("title", language)
    number = application.number or ""
    if event.type == "submitted":
        due = _day(application, language)
        if english:
            return f"{service}: received", f"We received your application {number}. An answer is due by {due}."
        return f"{service}: diterima", f"Permohonan {number} kami terima. Jawaban paling lambat {due}."
    if event.type == "document_issued":
        if english:
            return f"{service}: document ready", f"The document for {number} is ready to download."
        return f"{service}: dokumen siap", f"Dokumen untuk permohonan {number} siap diunduh."
    if event.type == "law_changed":
        basis = event.data["basis"]
        if english:
            return (
                f"{service}: the rules changed",
                f"A change of law ({basis}) applies to your application {number}, too.",
            )
        return f"{service}: aturan berubah", f"Perubahan hukum ({basis}) berlaku juga bagi permohonan {number}."
    label = state_label(version, event.to_state, language)
    body = f"Application {number}: {label}." if english else f"Permohonan {number}: {label}."
    if reason := reason_of(event, version, language):
        body += f"\n\n{'Reason' if english else 'Alasan'}: {reason}"
    return f"{service}: {label}", body


def _day(application: Application, language: str) -> str:
    return day_in_words(application.due_on, language) if application.due_on else "-"
