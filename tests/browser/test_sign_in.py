"""The way in and out, every page of it: looked at on a phone and at a desk, in both languages; and walked without
JavaScript.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from superapp.launch.code import totp_code
from tests.browser.conftest import DESK, PHONE, Visitor, before_a_screen
from tests.browser.scene import NEW_NUMBER, NEW_OFFICER, Scene
from tests.browser.test_look import CONSENT_PAGE, LOOK
from tests.journeys.test_spine import PASSWORD, eventually

NEW_PASSWORD = "kata sandi 2026 panjang"
See = Callable[[str], None]


def send(page: Page, form: str = "main form", **fields: str) -> None:
    """Fill in a form and press its first button, as a finger does."""
    for name, value in fields.items():
        page.locator(f"{form} [name={name}]").first.fill(value)
    page.locator(f"{form} button[type=submit]").first.click()


def code_sent_to(scene: Scene, address: str, after: int) -> str:
    """Return the code in the newest message to `address`, of those that came `after` so many."""

    def find() -> str | None:
        texts = messages_to(scene, address)
        found = re.search(r"\b\d{6}\b", texts[-1]) if len(texts) > after else None
        return found[0] if found else None

    return str(eventually(find))


def messages_to(scene: Scene, address: str) -> list[str]:
    """Return what was sent to an e-mail address or a number, oldest first."""
    if address.startswith("+"):
        files = sorted((scene.stack.var / "mail").glob("sms-*.log"), key=lambda each: each.stat().st_mtime_ns)
        return [text for text in (each.read_text() for each in files) if address in text]
    return [mail.get_content() for mail in scene.stack.mails() if address in str(mail["To"])]


def out(visitor: Visitor) -> None:
    visitor.go("/accounts/logout/")
    send(visitor.page)
    visitor.page.wait_for_url(f"{visitor.base_url}/")


def another_tab(visitor: Visitor) -> Page:
    visitor.page = visitor.page.context.new_page()
    return visitor.page


def way_in_and_out(visitor: Visitor, scene: Scene, email: str, see: See) -> None:
    """Sign up, in and out in each way that needs nothing but forms; enter a client and leave it."""
    page = visitor.page

    visitor.go("/accounts/signup/")
    send(page, full_name="Wati Lestari", email=email, password1=NEW_PASSWORD)
    page.wait_for_url(re.compile("/confirm-email/"))
    see("confirm the address")
    send(page, code="000000")
    see("a wrong code")
    send(page, code=code_sent_to(scene, email, after=0))
    page.wait_for_url(f"{visitor.base_url}/")

    out(visitor)
    sent = len(messages_to(scene, email))
    visitor.go("/accounts/login/code/")
    send(page, email=email)
    page.wait_for_url(re.compile("/login/code/confirm/"))
    see("enter the code")
    send(page, code=code_sent_to(scene, email, after=sent))
    page.wait_for_url(f"{visitor.base_url}/")

    out(visitor)
    visitor.go("/accounts/login/")
    send(page, login=email, password="wrong")
    see("a wrong password")
    send(page, login=email, password=NEW_PASSWORD)
    page.wait_for_url(f"{visitor.base_url}/")

    visitor.go("/accounts/2fa/totp/activate/")
    see("set up the app")
    key = page.locator("code.key").inner_text()
    send(page, code=totp_code(0, key))
    page.wait_for_url(re.compile("/recovery-codes/"))
    see("recovery codes")
    visitor.go("/akun/keamanan/")
    see("security, with an app")
    for path in ("recovery-codes/generate/", "totp/deactivate/", "reauthenticate/"):
        visitor.go(f"/accounts/2fa/{path}")
        see(path)

    out(visitor)
    visitor.go(CONSENT_PAGE)
    send(page, login=email, password=NEW_PASSWORD)
    page.wait_for_url(re.compile("/2fa/authenticate/"))
    see("the second factor")
    send(page, code=totp_code(1, key))
    page.wait_for_url(re.compile("/o/authorize/"))
    see("consent")
    with page.expect_request(re.compile(r"^https://antre\.example/callback\?code=")):
        page.locator("main button[name=allow]").click()

    page = another_tab(visitor)  # there is no site of the client in this one
    visitor.go("/o/logout/?client_id=antrean&post_logout_redirect_uri=https://antre.example/out")
    see("sign out at a client")
    with page.expect_request("https://antre.example/out"):
        page.locator("main button[name=allow]").click()
    page = another_tab(visitor)
    visitor.go("/akun/")
    assert "/accounts/login/" in page.url


def test_the_way_in_and_out_without_javascript(scene: Scene, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=False)
    visitor = before_a_screen(context, scene.base_url)

    way_in_and_out(visitor, scene, "tanpa.skrip@contoh.example", see=lambda _name: None)

    context.close()


def looks(visitor: Visitor, language: str, found: dict[str, list[str]]) -> See:
    """Return what looks at a page, and notes under its name what is wrong."""

    def see(name: str) -> None:
        page = visitor.page
        page.wait_for_load_state()
        found[name] = page.evaluate(LOOK)
        if (said := page.locator("html").get_attribute("lang")) != language:
            found[name].append(f"its language is {said}")

    return see


def wrong_in(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: wrong for name, wrong in found.items() if wrong}


def test_the_pages_on_the_way_in_and_out(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    found: dict[str, list[str]] = {}
    width = (visitor.page.viewport_size or PHONE)["width"]

    way_in_and_out(visitor, scene, f"wati.{language}.{width}@contoh.example", see=looks(visitor, language, found))

    assert len(found) == 13
    assert wrong_in(found) == {}


def test_the_pages_that_few_see(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    page, found = visitor.page, dict[str, list[str]]()
    see = looks(visitor, language, found)
    width = (page.viewport_size or PHONE)["width"]

    for path in (f"/accounts/phone/stop/{scene.stop}/", "/accounts/phone/stop/x/", "/o/logout/?id_token_hint=x"):
        visitor.go(path)
        see(path[:24])
    visitor.go(f"{CONSENT_PAGE}&display=popup")
    see("sign-in in a popup")
    visitor.go("/o/authorize/?client_id=antrean&redirect_uri=https://evil.example/")
    see("a wrong request")
    visitor.go("/accounts/login/")
    for _try in range(6):
        send(page, login=f"bukan.siapa.{language}.{width}@contoh.example", password="wrong")
    see("too many tries")
    visitor.go("/accounts/login/")
    send(page, login=NEW_OFFICER, password=PASSWORD)
    page.wait_for_url(re.compile("/second-factor/"))
    see("an officer without a second factor")
    page.locator("main form.foot button").click()
    visitor.go("/accounts/password/reset/")
    send(page, email=f"bukan.siapa.{language}.{width}@contoh.example")
    see("a code for a new password")
    page.context.clear_cookies()
    visitor.sign_in()
    visitor.go("/accounts/reauthenticate/")
    see("confirm by the password")
    visitor.go("/accounts/reauthenticate/code/")
    see("confirm by a code")

    assert wrong_in(found) == {}


def test_a_number_just_changed_asks_for_more(somebody: Visitor, scene: Scene) -> None:
    page, found = somebody.page, dict[str, list[str]]()
    somebody.go("/accounts/login/code/")
    send(page, phone=NEW_NUMBER)
    send(page, code=code_sent_to(scene, NEW_NUMBER, after=0))
    page.wait_for_url(re.compile("/prove-more/"))

    looks(somebody, "id", found)("on a phone")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    page.locator(".languages button[value=en]").click()
    looks(somebody, "en", found)("at a desk")

    assert len(found) == 2
    assert wrong_in(found) == {}
