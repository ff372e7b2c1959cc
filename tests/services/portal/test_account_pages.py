"""Sign-in, sign-up and account pages: labelled, told in the reader's language, usable on a phone."""

import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.operations import register_person
from tests.services.portal.conftest import NOW
from tests.services.portal.pages import browser_of, heading_of, language_of, links_of, text_of

pytestmark = pytest.mark.django_db
STRANGERS = {
    "/accounts/login/": ("Masuk", "Sign in"),
    "/accounts/signup/": ("Buat akun", "Create an account"),
    "/accounts/login/code/": ("Masuk dengan kode", "Sign in with a code"),
    "/accounts/password/reset/": ("Lupa kata sandi?", "Forgot your password?"),
    "/accounts/inactive/": ("Akun ini ditutup", "This account is closed"),
}
MINE = {
    "/accounts/email/": ("Alamat email", "E-mail addresses"),
    "/accounts/phone/change/": ("Nomor telepon", "Phone number"),
    "/accounts/password/change/": ("Ganti kata sandi", "Change the password"),
    "/accounts/logout/": ("Keluar", "Sign out"),
}
PASSWORD = "Balikpapan-2026"


def person() -> Any:
    return register_person(
        full_name="Siti",
        email="siti@example.org",
        phone="+6281200000009",
        password=PASSWORD,
        assurance="basic",
        now=NOW,
    )


def code_sent() -> str:
    """Return the code of the latest mail."""
    (code,) = re.findall(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    return str(code)


def labelled(page: Any) -> None:
    """Check that each input that people see has a label of its own, and none a placeholder instead."""
    html = re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)
    assert html
    for field in re.findall(r"<(?:input|select)\b[^>]*>", html.group()):
        if 'type="hidden"' in field:
            continue
        (id,) = re.findall(r'\bid="([^"]+)"', field)
        assert f'for="{id}"' in html.group(), field
        assert "placeholder" not in field, field


@pytest.mark.parametrize("path", STRANGERS)
def test_pages_for_strangers_are_told_in_both_languages(client: Client, path: str) -> None:
    pages = [client.get(path, headers={"Accept-Language": language}) for language in ("id", "en")]

    assert [page.status_code for page in pages] == [200, 200]
    assert tuple(heading_of(page) for page in pages) == STRANGERS[path]
    assert [language_of(page) for page in pages] == ["id", "en"]
    for page in pages:
        labelled(page)


@pytest.mark.parametrize("path", MINE)
def test_pages_for_the_signed_in_are_told_in_both_languages(path: str) -> None:
    browser = browser_of(person())

    pages = [browser.get(path, headers={"Accept-Language": language}) for language in ("id", "en")]

    assert tuple(heading_of(page) for page in pages) == MINE[path]
    for page in pages:
        labelled(page)


@pytest.mark.parametrize("path", STRANGERS)
def test_no_page_runs_scripts_or_loads_from_elsewhere(client: Client, path: str) -> None:
    """Signing in by passkey is the one thing that no browser can do without a script; it is a file of this site."""
    html = client.get(path, HTTP_HOST="localhost:8000").content.decode()

    if path == "/accounts/login/":
        html = html.replace('<script src="/static/portal/passkey.js" defer></script>', "")
        assert "; script-src 'self'; connect-src 'self'\">" in html
    else:
        assert "script-src" not in html
    assert "<script" not in html
    assert not re.findall(r"\son\w+=|style=|(?:src|href)=\"(?:https?:)?//", html)
    assert "default-src 'none'" in html


def test_a_phone_shows_the_right_keyboard_and_fills_in_what_it_knows(client: Client) -> None:
    login, signup = (client.get(f"/accounts/{page}/").content.decode() for page in ("login", "signup"))

    (name,) = re.findall(r'<input[^>]*name="login"[^>]*>', login)
    assert 'autocomplete="username"' in name
    assert 'autocapitalize="none"' in name
    assert re.search(r'<input[^>]*name="password"[^>]*autocomplete="current-password"', login)
    (phone,) = re.findall(r'<input[^>]*name="phone"[^>]*>', signup)
    assert 'type="tel"' in phone
    assert 'autocomplete="tel"' in phone
    assert re.search(r'<input[^>]*name="password1"[^>]*autocomplete="new-password"', signup)


def test_an_error_stands_beside_its_field_and_is_read_with_it(client: Client) -> None:
    page = client.post("/accounts/signup/", {"full_name": "", "email": "x", "password1": "12345"})
    html = page.content.decode()

    for name in ("full_name", "email", "password1"):
        (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)
        assert 'aria-invalid="true"' in field
        assert f"id_{name}_error" in field
        assert f'id="id_{name}_error"' in html
    assert "Masukkan alamat email dengan format yang benar." in text_of(page)


def test_neither_address_given_is_told_in_the_readers_language(client: Client) -> None:
    told = {"id": "Isi alamat email atau nomor telepon.", "en": "Enter an e-mail address or a phone number."}

    for language, words in told.items():
        page = client.post("/accounts/signup/", {"full_name": "Siti"}, headers={"Accept-Language": language})
        assert words in text_of(page)


def test_asking_for_a_code_without_an_address_is_no_fault_of_ours(client: Client) -> None:
    page = client.post("/accounts/login/code/", {"email": "", "phone": ""})

    assert page.status_code == 200
    assert "Isi alamat email atau nomor telepon." in text_of(page)


@pytest.mark.parametrize("login", ["siti@example.org", "+6281200000009", "nobody"])
def test_a_wrong_password_tells_nothing_of_who_is_registered(client: Client, login: str) -> None:
    person()

    page = client.post("/accounts/login/", {"login": login, "password": "wrong"})

    assert 'role="alert"' in page.content.decode()
    assert "Alamat email, nomor telepon, atau kata sandinya tidak benar." in text_of(page)


def test_too_many_tries_are_told_as_a_page() -> None:
    browser = browser_of(person())

    pages = [browser.post("/accounts/password/change/", {"oldpassword": "x"}) for _ in range(6)]

    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert heading_of(pages[-1]) == "Terlalu banyak percobaan"


def test_signing_up_asks_for_the_code_and_ends_signed_in(client: Client) -> None:
    asked = client.post("/accounts/signup/", {"full_name": "Siti", "email": "siti@example.org"}, follow=True)
    code = code_sent()

    done = client.post(asked.redirect_chain[-1][0], {"code": code}, follow=True)

    assert heading_of(asked) == "Konfirmasi alamat email Anda"
    assert "siti@example.org" in text_of(asked)
    assert 'inputmode="numeric"' in asked.content.decode()
    assert 'autocomplete="one-time-code"' in asked.content.decode()
    assert "Masuk sebagai Siti: lihat permohonan saya" in text_of(done)


def test_signing_up_by_phone_asks_for_the_code_sent_there(client: Client) -> None:
    asked = client.post("/accounts/signup/", {"full_name": "Siti", "phone": "0812 3456 7890"}, follow=True)

    assert heading_of(asked) == "Konfirmasi nomor telepon Anda"
    assert "0812-3456-7890" in text_of(asked)


def test_signing_in_by_code_and_a_wrong_code(client: Client) -> None:
    person()
    asked = client.post("/accounts/login/code/", {"email": "siti@example.org"}, follow=True)
    code = code_sent()

    wrong = client.post(asked.redirect_chain[-1][0], {"code": "000000" if code != "000000" else "1"})
    right = client.post(asked.redirect_chain[-1][0], {"code": code}, follow=True)

    assert heading_of(asked) == "Masukkan kode masuk"
    assert 'id="id_code_error"' in wrong.content.decode()
    assert right.redirect_chain[-1][0] == "/"


def test_a_new_password_by_code(client: Client) -> None:
    person()
    asked = client.post("/accounts/password/reset/", {"email": "siti@example.org"}, follow=True)
    code = code_sent()

    chosen = client.post(asked.redirect_chain[-1][0], {"code": code}, follow=True)
    done = client.post(
        chosen.redirect_chain[-1][0], {"password1": "Kota-Minyak-88", "password2": "Kota-Minyak-88"}, follow=True
    )

    assert heading_of(asked) == "Masukkan kode untuk kata sandi baru"
    assert heading_of(chosen) == "Pilih kata sandi baru"
    assert done.status_code == 200
    assert client.login(email="siti@example.org", password="Kota-Minyak-88")


def test_a_sensitive_page_asks_again_who_it_is(client: Client) -> None:
    person()
    client.login(email="siti@example.org", password=PASSWORD)

    page = client.get("/accounts/reauthenticate/")

    assert heading_of(page) == "Pastikan bahwa ini Anda"
    labelled(page)


def test_who_has_no_password_yet_proves_it_and_sets_one() -> None:
    siti = person()
    siti.set_unusable_password()
    siti.save()

    browser = browser_of(siti)
    assert heading_of(browser.get("/accounts/password/change/", follow=True)) == "Pastikan bahwa ini Anda"
    browser.post("/accounts/reauthenticate/code/", {"to": "email"})
    browser.post("/accounts/reauthenticate/code/", {"code": code_sent()})

    assert heading_of(browser.get("/accounts/password/change/", follow=True)) == "Buat kata sandi"


def test_a_second_address_is_added_proved_by_code_and_may_be_the_main_one() -> None:
    siti = person()
    browser = Client()
    browser.post("/accounts/login/", {"login": "siti@example.org", "password": PASSWORD})
    assert "Jadikan alamat utama" not in text_of(browser.get("/accounts/email/"))

    asked = browser.post("/accounts/email/", {"email": "baru@example.org", "action_add": ""}, follow=True)
    browser.post(asked.redirect_chain[-1][0], {"code": code_sent()})
    page = browser.get("/accounts/email/")
    browser.post("/accounts/email/", {"email": "baru@example.org", "action_primary": ""})

    assert heading_of(asked) == "Konfirmasi alamat email Anda"
    assert text_of(page).count("Sudah dikonfirmasi") == 2
    assert "Jadikan alamat utama" in text_of(page)
    siti.refresh_from_db()
    assert siti.email == "baru@example.org"


def test_signing_out_is_asked_and_done(client: Client) -> None:
    browser = browser_of(person())

    page = browser.post("/accounts/logout/", follow=True)

    assert "/accounts/login/" in links_of(page)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("id", "Kode masuk Anda", "Jangan berikan kepada siapa pun."),
        ("en", "Your sign-in code", "Do not share it with anyone."),
    ],
)
def test_the_mail_with_a_code_is_in_the_persons_language(
    client: Client, language: str, subject: str, words: str
) -> None:
    siti = person()
    siti.language = language
    siti.save()

    client.post("/accounts/login/code/", {"email": "siti@example.org"})

    assert mail.outbox[-1].subject == subject
    assert words in mail.outbox[-1].body
    assert code_sent() not in str(mail.outbox[-1].subject)


def test_who_asks_for_a_code_without_an_account_is_told_how_to_make_one(client: Client) -> None:
    client.post("/accounts/login/code/", {"email": "nobody@example.org"})

    sent = mail.outbox[-1]
    assert sent.subject == "Alamat email ini belum punya akun"
    assert "Bila itu Anda, buat akun di sini:\nhttp://testserver/accounts/signup/" in sent.body


def test_who_signs_up_twice_is_told_by_mail_alone(client: Client) -> None:
    person()

    page = client.post("/accounts/signup/", {"full_name": "Siti", "email": "siti@example.org"}, follow=True)

    sent = mail.outbox[-1]
    assert heading_of(page) == "Konfirmasi alamat email Anda"
    assert sent.subject == "Anda sudah punya akun"
    assert "pilih yang baru di sini:\nhttp://testserver/accounts/password/reset/" in sent.body


def test_a_changed_password_is_told_by_mail_with_the_time_and_the_place() -> None:
    browser = browser_of(person())

    with time_machine.travel(NOW, tick=False):
        browser.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": "Kota-Minyak-88", "password2": "Kota-Minyak-88"},
        )

    sent = mail.outbox[-1]
    assert "Ada perubahan pada akun Anda:" in sent.body
    assert "24 November 2026, 10.00 WITA" in sent.body
    assert "Alamat IP: 127.0.0.1" in sent.body
    assert "segera ganti kata sandi Anda" in sent.body


def test_a_hint_of_a_phone_number_is_read_with_its_field(client: Client) -> None:
    html = client.get("/accounts/signup/").content.decode()

    (field,) = re.findall(r'<input[^>]*name="phone"[^>]*>', html)
    assert 'aria-describedby="id_phone_helptext"' in field
    assert 'id="id_phone_helptext">Misalnya 0812 3456 7890.' in html


def test_where_one_was_going_survives_signing_in(client: Client) -> None:
    person()
    page = client.get("/accounts/login/?next=/permohonan/")
    assert b'<input type="hidden" name="next" value="/permohonan/">' in page.content
    assert "/accounts/signup/?next=%2Fpermohonan%2F" in links_of(page)

    answer = client.post(
        "/accounts/login/", {"login": "siti@example.org", "password": PASSWORD, "next": "/permohonan/"}
    )

    assert answer["Location"] == "/permohonan/"
