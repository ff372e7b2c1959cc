"""The reader's words for what definitions and histories name by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

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

# What the population registry compared, and how it agreed.
FIELDS_OF_REGISTRY: Words = {
    "nik": "NIK",
    "kk": _("Family card (KK)"),
    "full_name": _("Name"),
    "birth_date": _("Date of birth"),
    "status": _("Status"),
}
AGREEMENTS: Words = {
    "match": _("Agrees"),
    "mismatch": _("Does not agree"),
    "unknown": _("Not known"),
    "alive": _("Alive"),
    "deceased": _("Deceased"),
    "blocked": _("Blocked"),
    "not_found": _("Not found"),
}

# What the self-test of an agency's site finds out (services/connectors/self_test.py).
SELF_TEST_CHECKS: Words = {
    "state": _("Each sign-in has a state of its own"),
    "nonce": _("Each sign-in has a nonce of its own"),
    "pkce": _("Each sign-in has a code challenge (PKCE, S256)"),
    "wrong_state": _("Refuses an answer with a foreign state"),
    "wrong_nonce": _("Refuses an ID token with a foreign nonce"),
    "bad_signature": _("Refuses an ID token that we did not sign"),
    "wrong_issuer": _("Refuses an ID token of another issuer"),
    "wrong_audience": _("Refuses an ID token for another site"),
    "sign_in": _("Signs in with a good answer"),
    "forged_logout_unsigned": _("Refuses a sign-out that is not signed"),
    "forged_logout_other_key": _("Refuses a sign-out signed by a foreign key"),
    "forged_logout_other_audience": _("Refuses a sign-out for another site"),
    "forged_logout_with_nonce": _("Refuses an ID token in the place of a sign-out"),
    "logout": _("Ends the session when we tell it to"),
}


def word_for(words: Words, code: str) -> str:
    """Return the reader's word for `code`; for one that we have no word for, the code made readable."""
    known = words.get(code)
    return str(known) if known is not None else code.replace("-", " ").replace("_", " ").capitalize()


def source_of(confidence: str) -> str:
    """Return what to tell of where a demo definition comes from; its kind stands before the colon."""
    known = SOURCES.get(confidence.split(":")[0])
    return str(known) if known is not None else gettext("The agency has not confirmed it yet.")
