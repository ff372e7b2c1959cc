"""Calling other servers: a local one that misbehaves in each way, and addresses that may not be called."""

import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings

from superapp.http.outgoing import MOST_BYTES, Unreachable, call


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path:
            case "/moved":
                self._answer(302, b"", Location="http://127.0.0.1:1/")
            case "/long":
                self._answer(200, b"x" * (MOST_BYTES + 1))
            case "/bomb":
                self._answer(200, b"\x1f\x8b\x08rubbish", **{"Content-Encoding": "gzip"})
            case "/slow":
                self.send_response(200)
                self.end_headers()
                for _ in range(40):
                    self.wfile.write(b"x" * 20_000)
                    time.sleep(0.05)
            case "/drop-by-drop":
                self.send_response(200)
                self.end_headers()
                self._drip(b"x" * 40)
            case "/headers-drop-by-drop":
                self._drip(b"HTTP/1.1 200 OK\r\nX-Name: " + b"x" * 40)
            case _:
                self._answer(200, f"{self.command} {self.headers['Host']}".encode(), **{"X-Name": "a"})

    def _drip(self, what: bytes) -> None:
        with suppress(OSError):
            for each in what:
                self.wfile.write(bytes([each]))
                self.wfile.flush()
                time.sleep(0.1)

    def do_POST(self) -> None:
        self._answer(201, self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def _serving(wrap: Callable[[ThreadingHTTPServer], None]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    wrap(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def port() -> Iterator[int]:
    yield from _serving(lambda _server: None)


@pytest.fixture
def https_port(tmp_path: Path) -> Iterator[int]:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other.example"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )

    def wrap(server: ThreadingHTTPServer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)

    yield from _serving(wrap)


@pytest.fixture
def _local(settings: LazySettings) -> None:
    settings.LOCAL = True


@pytest.mark.usefixtures("_local")
class TestLocal:
    def test_an_answer_comes_whole_with_the_name_that_was_asked_for(self, port: int) -> None:
        answer = call("GET", f"http://localhost:{port}/")

        assert (answer.status, answer.body) == (200, f"GET localhost:{port}".encode())
        assert answer.headers["x-name"] == "a"

    def test_a_form_is_sent(self, port: int) -> None:
        assert call("POST", f"http://127.0.0.1:{port}/", data={"a": "b"}).body == b"a=b"

    def test_a_redirect_is_an_answer_like_any_other(self, port: int) -> None:
        assert call("GET", f"http://127.0.0.1:{port}/moved").status == 302

    @pytest.mark.parametrize("path", ["long", "bomb"])
    def test_too_long_or_broken_is_unreachable(self, port: int, path: str) -> None:
        with pytest.raises(Unreachable):
            call("GET", f"http://127.0.0.1:{port}/{path}")

    def test_an_answer_that_trickles_in_is_cut_off(self, port: int) -> None:
        began = time.monotonic()

        with pytest.raises(Unreachable):
            call("GET", f"http://127.0.0.1:{port}/slow", seconds=0.3)

        assert time.monotonic() - began < 1.5

    @pytest.mark.parametrize("path", ["drop-by-drop", "headers-drop-by-drop"])
    def test_one_that_says_a_byte_now_and_then_is_cut_off(self, port: int, path: str) -> None:
        began = time.monotonic()

        with pytest.raises(Unreachable):
            call("GET", f"http://127.0.0.1:{port}/{path}", seconds=0.5)

        assert time.monotonic() - began < 2.5

    def test_a_certificate_nobody_vouches_for_is_refused(self, https_port: int) -> None:
        with pytest.raises(Unreachable, match="SSLError"):
            call("GET", f"https://127.0.0.1:{https_port}/")

    @pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http:///x", "nonsense", "http://[::1", "http://127.0.0.1:0/"])
    def test_what_is_no_address_is_unreachable(self, url: str) -> None:
        with pytest.raises(Unreachable):
            call("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "http://192.0.43.7/",
    ],
)
def test_elsewhere_addresses_inside_and_plain_http_are_refused(url: str) -> None:
    with pytest.raises(Unreachable, match=r"inside|only https"):
        call("GET", url)


def test_a_network_that_was_named_may_be_called(settings: LazySettings, https_port: int) -> None:
    settings.OUTGOING_INSIDE = ["127.0.0.0/8"]

    with pytest.raises(Unreachable, match="SSLError"):  # it was called: its certificate is what fails
        call("GET", f"https://127.0.0.1:{https_port}/")
