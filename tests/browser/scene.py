"""What there is to look at: a running system in which residents, officers and admins did something of each kind."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from django.utils import timezone

from tests.accounts.flow import code_in, sms
from tests.journeys.people import Person, csrf_of
from tests.journeys.stack import Stack
from tests.journeys.test_contract import a_client, a_service
from tests.journeys.test_spine import BIRTH, PASSWORD, draft, eventually, photo, resident, staff, submit, take
from tests.services.applications.factory import ANSWERS, CONTENT
from tests.services.applications.test_new_version import content, stricter_name, with_address, without_nik

RESIDENT = "warga@demo.balikpapan.example"
MOTHER = "ibu.warga@demo.balikpapan.example"
NAMED_AT_LENGTH = "warga2@demo.balikpapan.example"
LONG_NAME = "Raden Ajeng Siti " + "Kusumawardhaniningtyas" * 3
# Their passkeys come and go, so nobody else is one of them.
PASSKEY_RESIDENT, PASSKEY_OFFICER = "sandi.warga@demo.balikpapan.example", "sandi.petugas@demo.balikpapan.example"
# Has no second factor yet; a number just changed, so that its code alone is not enough.
NEW_OFFICER, NEW_NUMBER = "petugas.baru@demo.balikpapan.example", "+6281200000092"
NEWEST_OFFICER = "petugas.terbaru@demo.balikpapan.example"
# Claims the NIK of another; stands at the counter; lets their account be erased.
CLAIMANT, AT_COUNTER, LEAVING = (f"{who}@demo.balikpapan.example" for who in ("klaim", "loket", "pergi"))
# What people typed stays in the language that they typed it in.
TYPED: Final = {
    "reason": "Ponsel hilang saat banjir; kartu lama sudah diblokir.",
    "claim": "NIK itu milik saya sejak lahir, kartu keluarga saya ada.",
    "answer": "Saya yang memegang kartunya.",
    "request": "Mohon nama saya ditulis seperti pada kartu keluarga.",
    "publishing": "Perda baru berlaku hari ini.",
    "place": "Jl. Jenderal Sudirman 1",
    "hold": "Perkara di PTUN Samarinda.",
    "view": "Terlambat dan milik kita",
    "refusal": "Foto Kartu Keluarga tidak terbaca.",
}

STAFF_NAMES: Final = ("Sandi Wijaya", "Nur Aini")
BIRTH_FILES: Final = ("surat_lahir", "kartu_keluarga", "buku_nikah")
_FURTHER = f"""
from django.utils import timezone
from accounts.operations import register_person, register_relying_party
from accounts.sign_in.operations import add_authenticator_app, set_phone
from accounts.sign_in.queries import stop_token
from services.agencies.models import Agency, Membership
from services.agencies.management.commands.seed_demo import PASSWORD, TOTP_KEY
for email in ("{PASSKEY_RESIDENT}", "{PASSKEY_OFFICER}"):
    person = register_person(full_name="Sandi Wijaya", email=email, password=PASSWORD, now=timezone.now())
Membership.objects.create(user=person, agency=Agency.objects.get(code="DISDUKCAPIL"), role="officer")
add_authenticator_app(person_id=person.pk, secret=TOTP_KEY)
for email in ("{NEW_OFFICER}", "{NEWEST_OFFICER}"):
    new = register_person(full_name="Nur Aini", email=email, password=PASSWORD, now=timezone.now())
    Membership.objects.create(user=new, agency=Agency.objects.get(code="DISDUKCAPIL"), role="officer")
for email in ("{CLAIMANT}", "{AT_COUNTER}", "{LEAVING}"):
    register_person(full_name="{LONG_NAME}", email=email, password=PASSWORD, now=timezone.now())
moved = register_person(
    full_name="Rusli", email="nomor.baru@demo.balikpapan.example", phone="+6281200000091", password=PASSWORD,
    now=timezone.now(),
)
set_phone(user=moved, phone="{NEW_NUMBER}", verified=True, now=timezone.now())
print(stop_token(moved.phone_changes.get()))
for id, name in (("antrean", "Sistem Antrean RSUD"), ("pustaka", "Perpustakaan Kota")):
    register_relying_party(
        client_id=id, name=name, scopes=("openid", "profile", "email", "phone", "applications"),
        redirect_uris=("https://antre.example/callback",), post_logout_redirect_uris=("https://antre.example/out",),
        first_party=False,
    )
"""


CONSENT: Final = {
    "response_type": "code",
    "client_id": "antrean",
    "redirect_uri": "https://antre.example/callback",
    "scope": "openid profile email phone applications",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}


@dataclass(frozen=True)
class Scene:
    """What there is to look at.

    `stop` is what the link carries by which an old number stops its change. `places` are what the addresses of pages
    are filled in with, `browsers` the signed-in browsers of each kind of user.
    """

    stack: Stack
    stop: str
    places: dict[str, str]
    browsers: dict[str, httpx.Client]

    @property
    def base_url(self) -> str:
        return self.stack.base_url

    def cookies(self, who: str) -> list[Any]:
        """Return the cookies of somebody's browser, for another one."""
        jar = self.browsers[who].cookies.jar
        return [{"name": str(each.name), "value": str(each.value), "url": self.base_url} for each in jar]


def set_up(stack: Stack) -> Scene:
    """Let everybody do what they do, over HTTP."""
    done = stack.manage("shell", "-v", "0", "-c", _FURTHER)
    assert done.returncode == 0, done.stderr
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    agus, dewi = staff(stack, "penyetuju.dukcapil"), staff(stack, "admin.dukcapil")
    places = _applications(siti, rina) | {"moved": _moved(siti, dewi), "bundle": _bundle(siti, rina)}
    _give_mandates(siti, resident(stack, NAMED_AT_LENGTH))
    changed = resident(stack, NAMED_AT_LENGTH).call("PATCH", "me/", json={"full_name": LONG_NAME})
    assert changed.status_code == 200, changed.text
    places |= _at_the_counter(stack, rina, agus) | _disputes(stack, rina)
    _ask_for_data(siti)
    _consent(siti)
    _sign_in_elsewhere(stack)
    leaving = resident(stack, LEAVING)
    done_at(leaving.post("me/deletion/", headers=_once()))
    places |= {"site": _site(dewi)}
    done_at(dewi.post("office/services/akta-kelahiran/draft/", json={}, headers=_once()))
    places |= _at_work(siti, rina, dewi, places) | {"to_visit": _to_visit(siti, rina, dewi)}
    places |= {"code": eventually(lambda: siti.get(f"applications/{places['granted']}/").json()["document"])["code"]}
    browsers = {"resident": siti, "counter": rina, "admin": dewi, "leaving": leaving}
    return Scene(stack, done.stdout.strip(), places, {who: person.browser for who, person in browsers.items()})


def done_at(answer: httpx.Response) -> Any:
    """Return what was answered, if it was done."""
    assert answer.status_code in (200, 201, 202, 204), answer.text
    return answer.json() if answer.content else None


def _once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def _applications(siti: Person, rina: Person) -> dict[str, str]:
    begun, submitted, corrected, rejected, granted = (
        draft(siti, "akta-kelahiran", BIRTH, BIRTH_FILES) for _ in range(5)
    )
    for id in (submitted, corrected, rejected, granted):
        done_at(submit(siti, id))
    _ask_correction(rina, corrected)
    for id, action, reason in ((rejected, "reject", TYPED["refusal"]), (granted, "grant", "")):
        done_at(take(rina, id, "start_review"))
        done_at(take(rina, id, action, reason))
    states = {"draft": begun, "submitted": submitted, "rejected": rejected, "granted": granted}
    return states | {"corrected": corrected}


def _bundle(siti: Person, rina: Person) -> str:
    """Begin what a birth calls for; one part is looked at, one waits, two are still to be filled in."""
    id = str(uuid4())
    parts = done_at(siti.post("bundles/", json={"id": id, "life_event": "kelahiran"}))["applications"]
    certificate = parts[0]["id"]
    done_at(siti.call("PATCH", f"applications/{certificate}/", json={"answers": BIRTH}, headers={"If-Match": "*"}))
    for each in BIRTH_FILES:
        file = {"file": ("foto.png", photo(), "image/png")}
        done_at(siti.post(f"applications/{certificate}/files/", data={"requirement": each}, files=file))
    done_at(siti.post(f"bundles/{id}/submit/"))
    done_at(take(rina, certificate, "start_review"))
    return id


def _ask_correction(rina: Person, id: str) -> None:
    """Let the officer mark an answer of each of some kinds, and a file."""
    done_at(take(rina, id, "start_review"))
    marked = {"/answers/anak/nama": "incorrect", "/answers/anak/tanggal_lahir": "incorrect",
              "/answers/anak/jenis_kelamin": "incorrect", "/files/kartu_keluarga": "unreadable"}  # fmt: skip
    items = [{"pointer": pointer, "reason_code": code, "words": TYPED["refusal"]} for pointer, code in marked.items()]
    said = {"items": items, "message": TYPED["refusal"]}
    done_at(rina.post(f"office/applications/{id}/corrections/", json=said, headers=_once()))


def _at_work(siti: Person, rina: Person, dewi: Person, places: dict[str, str]) -> dict[str, str]:
    """Let residents and officers write, book, hand over, keep a view, order in bulk, hold."""
    submitted, handed = places["submitted"], draft(siti, "akta-kelahiran", BIRTH, BIRTH_FILES)
    done_at(submit(siti, handed))
    window: dict[str, Any] = {"begins": "08:00", "ends": "12:00", "minutes": 60, "capacity": 2}
    facts: dict[str, Any] = {"name": {"id": "Loket A", "en": "Counter A"}, "place": TYPED["place"], "key": "loket-a"}
    facts |= {"windows": [window | {"weekday": each} for each in range(7)], "closed_days": []}
    done_at(dewi.post("office/counters/", json=facts, headers=_once()))
    free = done_at(siti.browser.get("/api/v1/agencies/DISDUKCAPIL/slots/?days=31"))["results"][-1]
    hour = {"counter": free["counter"], "starts_at": free["starts_at"]}
    done_at(siti.post(f"applications/{submitted}/appointments/", json=hour, headers=_once()))
    for who, path in ((siti, "applications"), (rina, "office/applications")):
        done_at(who.post(f"{path}/{submitted}/messages/", json={"text": TYPED["request"]}, headers=_once()))
    texts = {"title": {"id": "Foto buram", "en": "Blurred photo"}, "body": {"id": "{number}", "en": "{number}"}}
    done_at(dewi.post("office/answer-templates/", json={"key": "foto"} | texts, headers=_once()))
    done_at(dewi.post(f"office/applications/{submitted}/holds/", json={"reason": TYPED["hold"]}, headers=_once()))
    over = {"agency": "DLH", "reason": TYPED["refusal"], "answer_in": 3}
    done_at(rina.post(f"office/applications/{handed}/hand-over/", json=over, headers=_once()))
    ordered = {"action": "grant", "reason": "", "applications": [{"id": submitted}]}
    bulk = done_at(rina.post("office/applications/bulk/", json=ordered, headers=_once()))["id"]
    view = {"name": TYPED["view"], "filters": {"overdue": True}, "shared": True}
    done_at(rina.post("office/views/", json=view, headers=_once()))
    asked = {"filters": {"assignee": "me"}, "columns": ["number", "due_on"], "format": "csv"}
    done_at(rina.post("office/exports/", json=asked | {"reason": TYPED["request"]}, headers=_once()))
    return {"bulk": bulk, "day": free["starts_at"][:10]}


def _to_visit(siti: Person, rina: Person, dewi: Person) -> str:
    """Begin with an application whose workflow has visits, one of which may be planned now."""
    content = CONTENT | {"service": "uji-kunjungan", "workflow": "site-visit", "requirements": []}
    done_at(dewi.post("office/services/", json={"service": "uji-kunjungan", "content": content}, headers=_once()))
    sent = {"If-Match": "*", **_once()}
    done_at(dewi.post("office/services/uji-kunjungan/publish/", json={"drafts_policy": "carry_on"}, headers=sent))
    id = draft(siti, "uji-kunjungan", {"data": ANSWERS["data"] | {"nama": "Siti Aminah"}}, ())
    done_at(submit(siti, id))
    done_at(take(rina, id, "start_review"))
    return id


def _moved(siti: Person, dewi: Person) -> str:
    """Begin an application, and let its service ask other questions since."""
    a_service(dewi, "uji-berubah", published=1)
    id = draft(siti, "uji-berubah", ANSWERS, ())
    done_at(dewi.post("office/services/uji-berubah/draft/", json={}, headers=_once()))
    changed = stricter_name(with_address(without_nik(content()))) | {"service": "uji-berubah"}
    changed["form"]["schema"]["properties"]["data"]["properties"]["nik"] = None  # RFC 7396: it goes
    patch = {"content": changed}
    done_at(dewi.call("PATCH", "office/services/uji-berubah/draft/", json=patch, headers={"If-Match": "*"}))
    headers = {"If-Match": "*", **_once()}
    asked = {"drafts_policy": "re_ask", "accept_differences": True, "reason": TYPED["publishing"]}
    done_at(dewi.post("office/services/uji-berubah/publish/", json=asked, headers=headers))
    return id


def _give_mandates(siti: Person, budi: Person) -> None:
    """Let Siti act for a company, ask for a child, and have a mandate of her own that can be renewed."""
    soon = str(timezone.localdate() + timedelta(days=20))
    company = {"name": "PT Beriman Jaya", "nib": "0220001234567"}
    child = {"nik": "6471015403190077", "full_name": "Aisyah Putri", "birth_date": "2019-03-14"}
    made = [
        done_at(siti.post(f"me/{path}/", json=body, headers=_once()))
        for path, body in (
            ("companies", company),
            ("dependants", child),
            ("mandates", {"agent": NAMED_AT_LENGTH, "expires_on": soon}),
        )
    ]
    done_at(budi.post(f"me/mandates/{made[2]['id']}/accept/"))


def _at_the_counter(stack: Stack, rina: Person, agus: Person) -> dict[str, str]:
    """Begin a proofing that Rina may confirm, and three recoveries: hers, her colleague's, one without its code."""
    code = done_at(resident(stack, AT_COUNTER).post("me/identity/code/"))["code"]
    said = {
        "nik": "6471021704880001",
        "kk": "6471021203180002",
        "full_name": "Budi Santoso",
        "birth_date": "1988-04-17",
    }
    begun = agus.post("office/identity/proofings/", json=said | {"code": code, "document": "ktp_el"}, headers=_once())
    return {
        "proofing": done_at(begun)["id"],
        "recovery": _recovery(stack, rina, contact="+6281298765432", nik="6471014503950001"),
        "confirmable": _recovery(stack, agus, contact="+6281298765433", nik="6471014807620005"),
        "codeless": _recovery(stack, rina, contact=LEAVING, kind="free", read_out=False),
    }


def _recovery(
    stack: Stack, officer: Person, *, contact: str, nik: str = "", kind: str = "reopen", read_out: bool = True
) -> str:
    asked = {"kind": kind, "contact": contact, "document": "ktp_el", "reason": TYPED["reason"]}
    asked |= {"nik": nik} if nik else {}
    id: str = done_at(officer.post("office/identity/recoveries/", json=asked, headers=_once()))["id"]
    if read_out:
        sent = eventually(lambda: [text for text in sms(stack.var) if contact in text])
        done_at(officer.post(f"office/identity/recoveries/{id}/code/", json={"code": code_in(sent[-1])}))
    return id


def _disputes(stack: Stack, rina: Person) -> dict[str, str]:
    """Let one claim Siti's NIK, who has yet to answer, and another that of her mother, who answered."""
    siti = {"nik": "6471014503950001", "kk": "6471010506240001", "full_name": "Siti Aminah", "birth_date": "1995-03-05"}
    mother = {"nik": "6471014807620005", "kk": "6471010502100002", "full_name": "Sumarni", "birth_date": "1962-07-08"}
    found = {}
    for name, email, said in (("dispute", CLAIMANT, siti), ("decidable", NAMED_AT_LENGTH, mother)):
        claimant = resident(stack, email)
        assert done_at(claimant.post("me/identity/", json=said, headers=_once()))["check"]["state"] == "taken"
        opened = claimant.post("me/identity/disputes/", json={"text": TYPED["claim"]}, headers=_once())
        found[name] = done_at(opened)["id"]
    answer = resident(stack, MOTHER).post(
        f"me/identity/disputes/{found['decidable']}/answer/", json={"text": TYPED["answer"]}
    )
    done_at(answer)
    return found


def _ask_for_data(siti: Person) -> None:
    asked = {"kind": "correction", "text": TYPED["request"], "full_name": "Siti Aminah binti Rusli"}
    done_at(siti.post("me/data-requests/", json=asked, headers=_once()))
    done_at(siti.post("me/export/", headers=_once()))
    eventually(lambda: siti.get("me/export/").json()["state"] == "ready", seconds=60)


def _consent(siti: Person) -> None:
    """Let a site use the account, as the consent page does."""
    asked = CONSENT | {"client_id": "pustaka"}
    address = f"/o/authorize/?{urlencode(asked)}"
    fields = {"csrfmiddlewaretoken": csrf_of(siti.browser.get(address).text), "allow": "Authorize"}
    answer = siti.browser.post(address, data=asked | fields, headers={"Referer": siti.base_url + address})
    assert answer.headers["location"].startswith("https://antre.example/callback?code="), answer.text


def _site(dewi: Person) -> str:
    """Register a site that fails its self-test, with a tester."""
    site = a_client(dewi)
    done_at(dewi.post(f"office/clients/{site}/testers/", json={"email": RESIDENT}, headers=_once()))
    done_at(dewi.post(f"office/clients/{site}/self-test/"))
    eventually(lambda: dewi.get(f"office/clients/{site}/self-test/").json()["finished_at"], seconds=90)
    return site


def _sign_in_elsewhere(stack: Stack) -> None:
    """Sign the resident in on one more device."""
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
    browser = httpx.Client(base_url=stack.base_url, headers={"User-Agent": phone})
    page = browser.get("/accounts/login/")
    fields = {"login": RESIDENT, "password": PASSWORD, "csrfmiddlewaretoken": csrf_of(page.text)}
    answer = browser.post("/accounts/login/", data=fields, headers={"Referer": f"{stack.base_url}/accounts/login/"})
    assert answer.status_code == 302, answer.text
