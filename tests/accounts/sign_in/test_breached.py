"""Passwords that thieves try first: on the shipped list, near at hand, or known to a service."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.sign_in import breached
from tests.accounts.flow import PASSWORD


def _sign_up(password: str) -> str:
    form = {"full_name": "Siti Aminah", "email": "siti@balikpapan.example", "password1": password}
    return Client().post("/accounts/signup/", form).content.decode()


def test_who_signs_up_with_a_stolen_password_is_told_so() -> None:
    # Not among the 20,000 that the framework's own check knows.
    page = _sign_up("narutorocks")

    assert "Kata sandi ini ada di daftar yang pertama kali dicoba pencuri" in page
    assert not User.objects.exists()


def test_who_signs_up_with_a_good_one_is_let_in() -> None:
    _sign_up(PASSWORD)

    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("password", ["narutorocks", "NarutoRocks", "\uff4earuto\uff52ocks", "1a2s3d4f5g"])
def test_the_shipped_list_has_it_in_any_writing(password: str) -> None:
    assert breached.is_listed(password)


@pytest.mark.parametrize("password", ["", "a", PASSWORD, "tiga-kapal-biru-di-teluk", "x" * 5000, "\0" * 12])
def test_the_shipped_list_has_not_what_nobody_used(password: str) -> None:
    assert not breached.is_listed(password)


@pytest.mark.parametrize("password", ["Balikpapan-2026", "bismillah123", "!Sayangku99!", "indonesiaraya1"])
def test_a_word_that_everybody_thinks_of_is_refused_with_its_number(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)

    assert refused.value.error_list[0].code == "password_breached"


@pytest.mark.parametrize("password", ["balikpapan-tempat-lahir-ibu", "sayangku4862917350", "kucing di balikpapan"])
def test_such_a_word_within_more_is_not(password: str) -> None:
    validate_password(password)


class _Range(BaseHTTPRequestHandler):
    """The range protocol of Pwned Passwords: suffixes and counts, with padding of count 0."""

    known = hashlib.sha1(b"kapal-di-teluk-biru", usedforsecurity=False).hexdigest().upper()
    padded = hashlib.sha1(b"kapal-di-teluk-hijau", usedforsecurity=False).hexdigest().upper()
    status = 200
    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers["Add-Padding"]))
        prefix = self.path.removeprefix("/range/")
        hashes = ((self.known, 37), (self.padded, 0))
        lines = [f"{digest[5:]}:{count}" for digest, count in hashes if digest[:5] == prefix]
        body = "\r\n".join(["0" * 35 + ":0", *lines]).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Range]]:
    monkeypatch.setattr(_Range, "asked", [])
    settings.LOCAL = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Range)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PWNED_PASSWORDS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield _Range
    server.shutdown()
    server.server_close()


def test_the_service_is_told_five_letters_of_a_hash(service: type[_Range]) -> None:
    with pytest.raises(ValidationError):
        validate_password("kapal-di-teluk-biru")

    assert service.asked == [(f"/range/{service.known[:5]}", "true")]


def test_padding_is_no_find(service: type[_Range]) -> None:
    validate_password("kapal-di-teluk-hijau")

    assert len(service.asked) == 1


def test_a_service_that_fails_keeps_nobody_from_signing_up(
    service: type[_Range], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "status", 503)
    validate_password("kapal-di-teluk-biru")
    assert len(service.asked) == 1

    settings.PWNED_PASSWORDS_URL = "http://127.0.0.1:9"  # nobody listens
    validate_password("kapal-di-teluk-biru")


def test_a_city_can_build_its_own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "known.txt", tmp_path / "list.bin"
    source.write_bytes(b"beruang-madu-1\nPENDEK\nberuang-madu-1\r\n" + b"\xff\xfe-tidak-utf-8\n")

    call_command("build_breached_passwords", str(source), to=target)

    monkeypatch.setattr(breached, "_shipped", target.read_bytes)
    assert len(target.read_bytes()) == 2 * 5
    assert breached.is_listed("Beruang-Madu-1")
    assert not breached.is_listed("narutorocks")


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("build_breached_passwords", str(tmp_path / "no"))
