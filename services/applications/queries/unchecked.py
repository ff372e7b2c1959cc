"""What the history says where an agency's own check did not answer, and of the check made up for later."""

from services.applications.models import Event
from services.catalogue.versions import Version
from services.definitions.values import in_rupiah

REVERIFY = "allow-and-reverify"


def failure_policy(version: Version) -> str:
    """Return what the definition wants when the module's code fails; without a word, nothing passes unchecked."""
    return str(version.definition.content.get("hooks", {}).get("on_failure", "block"))


def is_rechecked(version: Version) -> bool:
    """Return whether what passed unchecked is checked again once the module answers."""
    return failure_policy(version) == REVERIFY


def note_of(event: Event, version: Version, language: str) -> str:
    """Return what a reader of the history must know besides: that a check is missing, or what it said afterwards."""
    if event.type == "checked_again":
        return outcome_of(event, language)
    if event.type == "document_issued" and event.data.get("unchecked"):
        return _words(
            language,
            f"Tanpa isi dari sistem {version.agency_name}, yang tidak menjawab.",
            f"Without what the system of {version.agency_name} would add: it did not answer.",
        )
    if not event.data.get("unchecked"):
        return ""
    later = is_rechecked(version)
    return _words(
        language,
        f"Pemeriksaan oleh sistem {version.agency_name} tidak menjawab."
        + (" Langkah ini berlaku dan akan diperiksa lagi." if later else " Langkah ini berlaku tanpa pemeriksaan itu."),
        f"The check by the system of {version.agency_name} did not answer."
        + (" This step holds, and will be checked again." if later else " This step holds without that check."),
    )


def outcome_of(event: Event, language: str) -> str:
    """Return in words what a check that was made up for found."""
    if event.data["outcome"] == "sound":
        return _words(language, "Tidak ada masalah.", "Nothing is wrong.")
    found = [str(each["detail"][language]) for each in event.data.get("problems", [])]
    if denied := event.data.get("denied"):
        found.append(str(denied[language]))
    if fee := event.data.get("fee"):
        due, fixed = in_rupiah(fee["due"]), in_rupiah(fee["fixed"])
        found.append(
            _words(language, f"Biaya seharusnya {due}, bukan {fixed}.", f"The fee should be {due}, not {fixed}.")
        )
    return " ".join([_words(language, "Petugas akan meninjau:", "An officer will look at it:"), *found])


def _words(language: str, id: str, en: str) -> str:
    return en if language == "en" else id
