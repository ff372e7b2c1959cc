"""The reader's words for what definitions and histories name by code."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.pages.words import Words

LIFE_EVENT_ICONS: Mapping[str, str] = {
    "kelahiran": "child",
    "anak": "child",
    "sekolah": "school",
    "pendidikan": "school",
    "dewasa": "card",
    "perkawinan": "rings",
    "menikah": "rings",
    "pindah": "house",
    "rumah": "house",
    "bangunan": "house",
    "pekerjaan": "briefcase",
    "kerja": "briefcase",
    "usaha": "shop",
    "kesehatan": "heart",
    "sakit": "heart",
    "kehilangan": "search",
    "lingkungan": "leaf",
}
SOURCES: Words = {
    "national-rule": _("It was rebuilt from national rules, not from the agency's published service standard."),
    "reconstruction": _("It is a plausible reconstruction; requirements, deadline and fee are not official."),
    "seen": _("It was read in a published source and not yet confirmed by the agency."),
}
ROLES: Words = {
    "resident": _("You"),
    "officer": _("Officer of the agency"),
    "approver": _("Approving officer of the agency"),
    "admin": _("The agency"),
    "system": _("The system"),
}
WHYS: Words = {
    "start_day": _("day of receipt, not counted"),
    "workday": _("working day"),
    "calendar_day": _("counted"),
    "weekend": _("weekend, not counted"),
    "holiday": _("holiday, not counted"),
    "paused": _("waiting for your reply, not counted"),
}

# What staff read of a person, and who they were.
READINGS: Words = {
    "application": _("Your application"),
    "timeline": _("History of your application"),
    "file": _("A file that you handed in"),
    "document": _("A document issued to you"),
    "decision": _("Your application, to decide on it"),
    "search": _("That you applied: your name was searched for"),
    "list": _("Your application, in a list of many"),
    "note": _("The agency's own notes on your application"),
    "message": _("What you wrote to the agency"),
    "identity": _("Your identity"),
    "account": _("Your account"),
    "claims": _("Your details"),
    "notices": _("Your notices"),
    "facts": _("Details known already, taken over into an application"),
    "reused_file": _("A file that you handed in before, taken over into another application"),
}
READERS: Words = {
    "resident": _("Applicant, or who acts for them"),
    "officer": _("Officer"),
    "approver": _("Approver"),
    "admin": _("OPD admin"),
    "head": _("Head of the agency"),
    "support": _("Support of the platform"),
    "dpo": _("Data protection officer"),
}


def source_of(confidence: str) -> str:
    """Return what to tell of where a demo definition comes from; its kind stands before the colon."""
    known = SOURCES.get(confidence.split(":")[0])
    return str(known) if known is not None else gettext("The agency has not confirmed it yet.")
