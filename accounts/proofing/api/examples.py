"""What the API of identities takes and tells, by example."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

_ID: Final = "0193b2a4-7c1e-7d52-9a43-0a4bb3f5c1de"
_AT: Final = "2026-11-24T10:15:00+08:00"
_UNTIL: Final = "2026-11-27T10:15:00+08:00"
_MY_RECOVERY: Final[dict[str, Any]] = {
    "id": _ID,
    "kind": "reopen",
    "state": "started",
    "contact": "+6281234567890",
    "document": "ktp_el",
    "reason": "Ponsel hilang, alamat email tidak dapat dibuka.",
    "started_at": _AT,
    "expires_at": _UNTIL,
    "first_officer": "Rina Wulandari",
    "first_agency": "Dinas Kependudukan dan Pencatatan Sipil",
    "second_officer": "",
    "second_agency": "",
    "ended_at": None,
    "refusal": "",
    "closed": False,
}
_IDENTITY: Final[dict[str, Any]] = {
    "assurance": "verified",
    "nik": "6471********0001",
    "proved_at": _AT,
    "how": "registry",
    "source": "simulator",
    "tries_left": 4,
    "check": {"id": _ID, "state": "matched", "requested_at": _AT, "answered_at": _AT},
    "counter": None,
    "recoveries": [_MY_RECOVERY],
}
_SAID: Final = {
    "nik": "6471021704880001",
    "kk": "6471021203180002",
    "full_name": "Budi Santoso",
    "birth_date": "1988-04-17",
}
_DISPUTE: Final[dict[str, Any]] = {
    "id": _ID,
    "my_part": "claimant",
    "state": "open",
    "statement": "NIK itu milik saya sejak lahir.",
    "answer": "",
    "opened_at": _AT,
    "answer_until": _UNTIL,
    "decided_at": None,
    "officer": "",
    "agency": "",
    "reason": "",
}
_COUNTER: Final[dict[str, Any]] = {
    "id": _ID,
    "state": "started",
    "document": "ktp_el",
    "started_at": _AT,
    "expires_at": _UNTIL,
    "first_officer": "Rina Wulandari",
    "first_agency": "Dinas Kependudukan dan Pencatatan Sipil",
    "second_officer": "",
    "second_agency": "",
    "ended_at": None,
    "reason": "",
}


def _in(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _out(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True)


IDENTITY = _out("Identity", _IDENTITY)
CHECKED = _out("Checked", _IDENTITY | {"warnings": []})
IDENTITY_IN = _in("What stands on the cards", _SAID)
STATEMENT = _in("Statement", {"text": "NIK itu milik saya sejak lahir."})
DISPUTE = _out("Dispute", _DISPUTE)
DISPUTES = _out("Disputes", {"results": [_DISPUTE]})
CODE = _out("Code", {"code": "KX7M-2PQR", "expires_at": _UNTIL})
OFFICE_DISPUTE = _out(
    "Dispute",
    {
        "id": _ID,
        "state": "open",
        "nik": "6471********0001",
        "kk": "6471********0002",
        "full_name": "Budi Santoso",
        "birth_date": "1988-04-17",
        "claimant": "Tina",
        "claimant_account": {"since": _AT, "assurance": "basic", "how": None, "proved_at": None},
        "holder": "Budi Santoso",
        "holder_account": {"since": _AT, "assurance": "verified", "how": "registry", "proved_at": _AT},
        "registry": {"nik": "match", "kk": "match", "full_name": "match", "birth_date": "match", "status": "alive"},
        "statement": "NIK itu milik saya sejak lahir.",
        "answer": "",
        "opened_at": _AT,
        "answer_until": _UNTIL,
        "answered_at": None,
        "decidable": False,
        "decided_at": None,
        "officer": "",
        "agency": "",
        "reason": "",
    },
)
OFFICE_DISPUTE_LINE = _out("Open", {"id": _ID, "opened_at": _AT, "answer_until": _UNTIL, "answered_at": None})
DECISION = _in("Decision", {"winner": "claimant", "reason": "KTP-el asli dan sidik jari sesuai."})
COUNTER_IN = _in("At the counter", _SAID | {"code": "KX7M-2PQR", "document": "ktp_el"})
OFFICE_COUNTER = _out(
    "Proofing",
    _COUNTER
    | {
        "full_name": "Budi Santoso",
        "birth_date": "1988-04-17",
        "nik": "6471********0001",
        "kk": "6471********0002",
    },
)
OFFICE_COUNTER_LINE = _out(
    "Waiting", {name: _COUNTER[name] for name in ("id", "started_at", "expires_at", "first_officer", "first_agency")}
)
REFUSAL = _in("Reason", {"reason": "Foto tidak sesuai."})
_RECOVERY: Final[dict[str, Any]] = _MY_RECOVERY | {
    "account_name": "Budi Santoso",
    "account": {"since": _AT, "assurance": "verified", "how": "registry", "proved_at": _AT},
    "nik": "6471********0001",
}
RECOVERY = _out("Recovery", _RECOVERY)
RECOVERY_LINE = _out(
    "Waiting",
    {name: _RECOVERY[name] for name in ("id", "kind", "started_at", "expires_at", "first_officer", "first_agency")},
)
RECOVERY_IN = _in(
    "Lost phone",
    {
        "kind": "reopen",
        "contact": "0812 3456 7890",
        "nik": _SAID["nik"],
        "document": "ktp_el",
        "reason": _RECOVERY["reason"],
    },
)
RECOVERY_CODE = _in("Code", {"code": "123456"})
