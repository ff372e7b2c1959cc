"""What the API of agencies' clients takes and tells, by example."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

_ID: Final = "5f0a5a3e-8c1c-4f55-9a43-0a4bb3f5c1de"
_AT: Final = "2026-11-24T10:15:00+08:00"
_SITE: Final = "https://antrean.dinkes.balikpapan.example"
_PURPOSE: Final[dict[str, Any]] = {
    "scope": "profile",
    "purpose": {"id": "Mencetak nama Anda pada nomor antrean", "en": "Print your name on the queue ticket"},
    "basis": "Perda Kota Balikpapan 2/2021 pasal 12",
}
_SAID: Final[dict[str, Any]] = {
    "name": "Antrean Puskesmas",
    "contact_email": "ti@dinkes.balikpapan.example",
    "purposes": [_PURPOSE],
    "redirect_uris": [f"{_SITE}/oidc/callback/"],
    "post_logout_redirect_uris": [f"{_SITE}/"],
    "backchannel_logout_uri": f"{_SITE}/oidc/logout/",
    "auth_method": "client_secret_basic",
    "login_uri": f"{_SITE}/masuk/",
    "session_uri": f"{_SITE}/saya/",
}
_LINE: Final[dict[str, Any]] = {
    "id": _ID,
    "client_id": "dinkes-5f0a5a3e8c1c4f55",
    "name": "Antrean Puskesmas",
    "agency": {"code": "DINKES", "name": "Dinas Kesehatan"},
    "state": "sandbox",
    "registered_at": _AT,
}
_SECRET: Final = "shown-once-and-never-again"  # noqa: S105 - an example

NEW = OpenApiExample("A queue's site", value=_SAID, request_only=True)
PATCH = OpenApiExample("Another address", value={"redirect_uris": [f"{_SITE}/oidc/kembali/"]}, request_only=True)
LINE = OpenApiExample("A client", value=_LINE, response_only=True)
CLIENT = OpenApiExample(
    "A queue's site",
    value={
        **_LINE,
        **_SAID,
        "issuer": "https://layanan.balikpapan.example/o",
        "scopes": ["openid", "profile"],
        "purposes": [_PURPOSE | {"version": 1}],
        "jwks": None,
        "jwks_uri": "",
        "ready": False,
    },
    response_only=True,
)
SECRET_IN = OpenApiExample("At once", value={"overlap_hours": 0}, request_only=True)
SECRET = OpenApiExample(
    "A new secret",
    value={"client_id": _LINE["client_id"], "client_secret": _SECRET, "earlier_valid_until": _AT},
    response_only=True,
)
SELF_TEST = OpenApiExample(
    "Under way",
    value={
        "id": _ID,
        "state": "running",
        "begun_at": _AT,
        "finished_at": None,
        "checks": [
            {"id": "state", "standard": "RFC 9700, 4.7", "passed": True, "why": ""},
            {"id": "nonce", "standard": "OpenID Core, 3.1.2.1", "passed": False, "why": "nonce is missing"},
        ],
        "expected": 14,
    },
    response_only=True,
    status_codes=["200", "202"],
)
CHANGE = OpenApiExample(
    "Another name",
    value={
        "id": _ID,
        "what": "changed",
        "by": "Dewi Lestari",
        "at": _AT,
        "values": {"name": {"from": "Antrean", "to": "Antrean Puskesmas"}},
    },
    response_only=True,
)
TESTER_IN = OpenApiExample("By address", value={"email": "warga@demo.balikpapan.example"}, request_only=True)
TESTER = OpenApiExample(
    "A tester", value={"id": _ID, "full_name": "Siti Aminah"}, response_only=True, status_codes=["201"]
)
TESTERS = OpenApiExample(
    "Testers",
    value={"results": [{"id": _ID, "full_name": "Siti Aminah"}]},
    response_only=True,
    status_codes=["200"],
)
