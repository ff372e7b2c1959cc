"""A running system with one application granted, and a Chromium to look at it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, sync_playwright

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_contract import a_client
from tests.journeys.test_spine import BIRTH, PASSWORD, draft, eventually, resident, staff, submit, take

RESIDENT = "warga@demo.balikpapan.example"
NAMED_AT_LENGTH = "warga2@demo.balikpapan.example"
LONG_NAME = "Raden Ajeng Siti " + "Kusumawardhaniningtyas" * 3
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)

# Their passkeys come and go, so nobody else is one of them.
PASSKEY_RESIDENT, PASSKEY_OFFICER = "sandi.warga@demo.balikpapan.example", "sandi.petugas@demo.balikpapan.example"
# Has no second factor yet; a number just changed, so that its code alone is not enough.
NEW_OFFICER, NEW_NUMBER = "petugas.baru@demo.balikpapan.example", "+6281200000092"

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
new = register_person(full_name="Nur Aini", email="{NEW_OFFICER}", password=PASSWORD, now=timezone.now())
Membership.objects.create(user=new, agency=Agency.objects.get(code="DISDUKCAPIL"), role="officer")
moved = register_person(
    full_name="Rusli", email="nomor.baru@demo.balikpapan.example", phone="+6281200000091", password=PASSWORD,
    now=timezone.now(),
)
set_phone(user=moved, phone="{NEW_NUMBER}", verified=True, now=timezone.now())
print(stop_token(moved.phone_changes.get()))
register_relying_party(
    client_id="antrean", name="Sistem Antrean RSUD", scopes=("openid", "profile", "email", "phone", "applications"),
    redirect_uris=("https://antre.example/callback",), post_logout_redirect_uris=("https://antre.example/out",),
    first_party=False,
)
"""


@dataclass(frozen=True)
class Scene:
    """What there is to look at: applications by what became of them, a document's code, and an agency's site.

    `admin` are the cookies of a browser in which that agency's admin is signed in; `stop` is what the link carries by
    which an old number stops its change.
    """

    stack: Stack
    stop: str
    base_url: str
    code: str
    draft: str
    submitted: str
    rejected: str
    granted: str
    site: str
    admin: list[Any]


@pytest.fixture(scope="session")
def scene() -> Iterator[Scene]:
    with Stack() as stack:
        done = stack.manage("shell", "-v", "0", "-c", _FURTHER)
        assert done.returncode == 0, done.stderr
        siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
        files = ("surat_lahir", "kartu_keluarga", "buku_nikah")
        begun, submitted, rejected, granted = (draft(siti, "akta-kelahiran", BIRTH, files) for _ in range(4))
        for id in (submitted, rejected, granted):
            assert submit(siti, id).status_code == 200
        _decide(rina, rejected, "reject", "Foto Kartu Keluarga tidak terbaca.")
        _decide(rina, granted, "grant")
        _give_mandates(siti, resident(stack, NAMED_AT_LENGTH))
        changed = resident(stack, NAMED_AT_LENGTH).call("PATCH", "me/", json={"full_name": LONG_NAME})
        assert changed.status_code == 200, changed.text
        document = eventually(lambda: siti.get(f"applications/{granted}/").json()["document"])
        dewi = staff(stack, "admin.dukcapil")
        site = a_client(dewi)
        assert dewi.post(f"office/clients/{site}/self-test/").status_code == 202
        eventually(lambda: dewi.get(f"office/clients/{site}/self-test/").json()["finished_at"], seconds=90)
        cookies = [
            {"name": str(each.name), "value": str(each.value), "url": stack.base_url}
            for each in dewi.browser.cookies.jar
        ]
        yield Scene(
            stack,
            done.stdout.strip(),
            stack.base_url,
            document["code"],
            begun,
            submitted,
            rejected,
            granted,
            site,
            cookies,
        )


def _give_mandates(siti: Person, budi: Person) -> None:
    """Let Siti act for a company, ask for a child, and have a mandate of her own that can be renewed."""
    soon = str(timezone.localdate() + timedelta(days=20))
    company = {"name": "PT Beriman Jaya", "nib": "0220001234567"}
    child = {"nik": "6471015403190077", "full_name": "Aisyah Putri", "birth_date": "2019-03-14"}
    made = [
        siti.post(f"me/{path}/", json=body, headers={"Idempotency-Key": path})
        for path, body in (
            ("companies", company),
            ("dependants", child),
            ("mandates", {"agent": NAMED_AT_LENGTH, "expires_on": soon}),
        )
    ]
    assert [each.status_code for each in made] == [201, 201, 201], [each.text for each in made]
    assert budi.post(f"me/mandates/{made[2].json()['id']}/accept/").status_code == 200


def _decide(officer: Person, id: str, action: str, reason: str = "") -> None:
    for each, why in (("start_review", ""), (action, reason)):
        answer = take(officer, id, each, why)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium where there is one, else the one that Playwright installs."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody before a screen, and everything that their browser complained of."""

    page: Page
    base_url: str
    complaints: list[str]

    def go(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.base_url + path)

    def sign_in(self, email: str = RESIDENT) -> None:
        """Sign in as a demo resident, through the page."""
        self.go("/accounts/login/")
        self.page.locator("#id_login").fill(email)
        self.page.locator("#id_password").fill(PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(f"{self.base_url}/")


def before_a_screen(context: BrowserContext, base_url: str) -> Visitor:
    """Return somebody who opens a new page in this browser."""
    page, complaints = context.new_page(), []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: _failed(request, complaints))
    page.on("request", lambda request: _stays_here(request.url, base_url, complaints))
    return Visitor(page, base_url, complaints)


def _failed(request: Request, complaints: list[str]) -> None:
    if request.failure != "net::ERR_ABORTED":  # left behind by who went on to another page
        complaints.append(f"{request.failure}: {request.url}")


def _stays_here(url: str, base_url: str, complaints: list[str]) -> None:
    if not url.startswith((base_url, "data:")):
        complaints.append(f"loads from elsewhere: {url}")


@pytest.fixture
def somebody(scene: Scene, chromium: Browser) -> Iterator[Visitor]:
    """Somebody with a small phone, in Indonesian."""
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    yield before_a_screen(context, scene.base_url)
    context.close()


@pytest.fixture(
    params=[("id", PHONE, "light"), ("en", PHONE, "dark"), ("en", DESK, "light"), ("id", DESK, "dark")], ids=str
)
def looking(request: pytest.FixtureRequest, scene: Scene, chromium: Browser) -> Iterator[tuple[Visitor, str]]:
    language, viewport, scheme = request.param
    context = chromium.new_context(
        viewport=viewport, locale={"id": "id-ID", "en": "en-GB"}[language], color_scheme=scheme
    )
    yield before_a_screen(context, scene.base_url), language
    context.close()
