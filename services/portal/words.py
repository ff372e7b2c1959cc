"""The reader's words for what definitions and histories name by code."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.pages.words import Words

LIFE_EVENTS: Words = {
    "kelahiran": _("Having a child"),
    "anak": _("Raising a child"),
    "sekolah": _("School and study"),
    "pendidikan": _("School and study"),
    "dewasa": _("Coming of age"),
    "perkawinan": _("Getting married"),
    "menikah": _("Getting married"),
    "perceraian": _("Getting divorced"),
    "pindah": _("Moving house"),
    "rumah": _("House and land"),
    "bangunan": _("Building a house"),
    "pekerjaan": _("Finding work"),
    "kerja": _("Finding work"),
    "usaha": _("Running a business"),
    "kendaraan": _("Driving a vehicle"),
    "kesehatan": _("Falling ill"),
    "sakit": _("Falling ill"),
    "lansia": _("Growing old"),
    "disabilitas": _("Living with a disability"),
    "bantuan": _("Needing support"),
    "bencana": _("After a disaster"),
    "kehilangan": _("Losing a document"),
    "kematian": _("When somebody dies"),
    "lingkungan": _("The neighbourhood"),
}
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
CATEGORIES: Words = {
    "kependudukan": _("Population and civil registration"),
    "perizinan": _("Permits"),
    "kesehatan": _("Health"),
    "pendidikan": _("Education"),
    "sosial": _("Social support"),
    "ketenagakerjaan": _("Work"),
    "perhubungan": _("Transport"),
    "lingkungan": _("Environment"),
    "pajak": _("Local taxes"),
    "pertanahan": _("Land and housing"),
    "usaha": _("Business"),
}
ASSURANCES: Words = {
    "basic": _("Anybody with an account and a confirmed phone number or e-mail address"),
    "verified": _("Anybody with an account whose NIK matches the population registry"),
    "in_person": _("Anybody whose account was checked at a counter of the city"),
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
    "identity": _("Your identity"),
    "account": _("Your account"),
    "claims": _("Your details"),
    "notices": _("Your notices"),
}
READERS: Words = {
    "officer": _("Officer"),
    "approver": _("Approver"),
    "admin": _("OPD admin"),
    "support": _("Support of the platform"),
    "dpo": _("Data protection officer"),
}


def source_of(confidence: str) -> str:
    """Return what to tell of where a demo definition comes from; its kind stands before the colon."""
    known = SOURCES.get(confidence.split(":")[0])
    return str(known) if known is not None else gettext("The agency has not confirmed it yet.")
