"""The adapter to the ministry's service, against a server that speaks as it does, and one that misbehaves."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from accounts.proofing.registry import Answer, Asked, Unavailable
from accounts.proofing.registry.dukcapil import Dukcapil

pytestmark = pytest.mark.django_db
ASKED = Asked("6471021704880001", "6471021203180002", "Budi Santoso", date(1988, 4, 17))
ALL = {"NIK": "Sesuai", "NO_KK": "Sesuai", "NAMA_LGKP": "Sesuai (100)", "TGL_LHR": "Sesuai"}


class Ministry:
    """What the server answers, and what it was sent."""

    status, body, seconds = 200, b"{}", 0.0

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def says(self, body: Any, status: int = 200, seconds: float = 0.0) -> None:
        self.status, self.seconds = status, seconds
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture
def ministry(settings: LazySettings) -> Iterator[Ministry]:
    it = Ministry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            it.sent.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            time.sleep(it.seconds)
            self.send_response(it.status)
            self.end_headers()
            self.wfile.write(it.body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = "/dukcapil/get_json/BALIKPAPAN/CALL_VERIFY_BY_ELEMEN"
    settings.LOCAL = True
    settings.DUKCAPIL = {
        "url": f"http://127.0.0.1:{server.server_port}{path}",
        "user": "u",
        "password": "p",
        "address": "10.1.2.3",
        "threshold": 90,
    }
    cache.clear()
    yield it
    server.shutdown()


def ask(seconds: float = 2.0) -> Answer:
    return Dukcapil().verify(ASKED, seconds=seconds)


def test_it_is_asked_in_its_own_words(ministry: Ministry) -> None:
    ministry.says({"content": [ALL]})

    answer = ask()

    assert answer.matches
    assert answer.similarity == {"full_name": 100}
    assert ministry.sent == [
        (
            "/dukcapil/get_json/BALIKPAPAN/CALL_VERIFY_BY_ELEMEN",
            {
                "USER_ID": "u",
                "PASSWORD": "p",
                "IP_USER": "10.1.2.3",
                "TRESHOLD": 90,
                "NIK": "6471021704880001",
                "NO_KK": "6471021203180002",
                "NAMA_LGKP": "Budi Santoso",
                "TGL_LHR": "17-04-1988",
            },
        )
    ]


@pytest.mark.parametrize(
    ("told", "results"),
    [
        (ALL | {"NAMA_LGKP": "Tidak Sesuai (40)"}, {"full_name": "mismatch", "status": "alive"}),
        (ALL | {"TGL_LHR": "???"}, {"birth_date": "unknown", "status": "alive"}),
        ({"NIK": "Sesuai"}, {"kk": "unknown", "status": "alive"}),
        ({"RESPON": "Penduduk telah meninggal dunia"}, {"status": "deceased"}),
        ({"content": [{"RESPON": "Data Non Aktif / Ganda"}]}, {"status": "blocked"}),
        ({"RESPON": "Data Tidak Ditemukan"}, {"status": "not_found"}),
    ],
)
def test_whatever_is_not_a_full_match_is_none(ministry: Ministry, told: Any, results: dict[str, str]) -> None:
    ministry.says(told)

    answer = ask()

    assert not answer.matches
    assert results.items() <= answer.results.items()


@pytest.mark.parametrize(
    ("body", "status"), [(b"<html>", 200), ([], 200), ({"x": 1}, 200), (b"\xff", 200), (ALL, 500), (ALL, 302)]
)
def test_rubbish_is_no_answer(ministry: Ministry, body: Any, status: int) -> None:
    ministry.says(body, status)

    with pytest.raises(Unavailable) as raised:
        ask()

    assert ASKED.nik not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_one_that_is_slow_is_not_waited_for(ministry: Ministry) -> None:
    ministry.says(ALL, seconds=3)
    began = time.monotonic()

    with pytest.raises(Unavailable):
        ask(seconds=0.3)

    assert time.monotonic() - began < 2


def test_after_five_failures_it_is_left_alone(ministry: Ministry) -> None:
    ministry.says(b"", 500)
    for _turn in range(7):
        with pytest.raises(Unavailable):
            ask()

    assert len(ministry.sent) == 5
    cache.clear()  # as a minute does
    ministry.says(ALL)
    assert ask().matches
