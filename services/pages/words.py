"""Words for what definitions, histories and records name by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
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


def word_for(words: Words, code: str) -> str:
    """Return the reader's word for `code`; for one that we have no word for, the code made readable."""
    known = words.get(code)
    return str(known) if known is not None else code.replace("-", " ").replace("_", " ").capitalize()
