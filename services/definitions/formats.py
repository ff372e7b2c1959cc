"""Formats of the country and the city, each one pattern: NIK, family card number, phone, region, kelurahan, ids.

A pattern rather than code, so that it is judged at the speed of the schema and is the same on every phone.
"""

_DAYS = "(?:0[1-9]|[12][0-9])(?:0[1-9]|1[0-2])|30(?:0[13-9]|1[0-2])|31(?:0[13578]|1[02])"
_WOMENS_DAYS = "(?:4[1-9]|[56][0-9])(?:0[1-9]|1[0-2])|70(?:0[13-9]|1[0-2])|71(?:0[13578]|1[02])"
_PLACE = "(?:1[1-9]|[2-9][0-9])[0-9]{4}"
_SERIAL = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_KELURAHAN = "01[.]100[1-4]|02[.]100[1-6]|03[.]100[1-6]|04[.]100[1-6]|05[.]10(?:02|06|08|09|1[0-2])|06[.]100[1-5]"
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

PATTERNS: dict[str, str] = {
    # Perpres 96/2018 with Permendagri 109/2019: region, date of birth (day + 40 for women), serial number. The
    # century is not in it, so 29 February always may be.
    "nik": f"^{_PLACE}(?:{_DAYS}|{_WOMENS_DAYS})[0-9]{{2}}{_SERIAL}$",
    # The same, with the date of issue.
    "kk": f"^{_PLACE}(?:{_DAYS})[0-9]{{2}}{_SERIAL}$",
    "phone": r"^(?:[+]62|0)[2-9][0-9]{6,11}$",
    # A code of the Ministry of Home Affairs: province, regency or city, district, village.
    "region": "^[0-9]{2}(?:[.][0-9]{2}(?:[.][0-9]{2}(?:[.][0-9]{4})?)?)?$",
    # A kelurahan of Balikpapan: Kepmendagri 300.2.2-2430/2025.
    "kelurahan": f"^64[.]71[.](?:{_KELURAHAN})$",
    "file": f"^{_UUID}$",
    "family-member": f"^{_UUID}$",
}
STANDARD_FORMATS = frozenset({"date", "date-time", "time", "email", "uri", "uuid"})
# Formats of values that are no texts; what they ask stands in the schema beside them.
SHAPES = frozenset({"rupiah", "map-point"})
KNOWN_FORMATS = PATTERNS.keys() | STANDARD_FORMATS | SHAPES
