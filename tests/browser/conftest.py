"""A running system in which something of each kind was done, and a Chromium to look at it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, sync_playwright

from tests.browser.scene import RESIDENT, Scene, set_up
from tests.journeys.stack import Stack
from tests.journeys.test_spine import PASSWORD

PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)


@pytest.fixture(scope="session")
def scene() -> Iterator[Scene]:
    with Stack() as stack:
        yield set_up(stack)


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
