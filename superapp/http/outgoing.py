"""Calling somebody else's server at an address that an administrator typed in: bounded, and never inwards.

The address is resolved once, and the connection goes to what was checked.
"""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import Any, Final, Self
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

SECONDS: Final = 5.0
MOST_BYTES: Final = 256 * 1024


class Unreachable(Exception):
    """The other server did not answer, or its address may not be called. Says why, without personal data."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: at most `MOST_BYTES` of it."""

    status: int
    headers: dict[str, str]
    body: bytes


def call(method: str, url: str, *, seconds: float = SECONDS, **kwargs: Any) -> Answer:
    """Send one request and return its answer; redirects are not followed.

    No step is waited for longer than `seconds`, and all together not twice as long, however slowly it speaks.

    https only, but http to this machine in a local run (`SUPERAPP_LOCAL`). Addresses inside the data centre are
    refused unless `OUTGOING_INSIDE` lists their network. `kwargs` are those of `requests.request`: `data`, `json`,
    `headers`.

    :raises Unreachable: when there is no answer, it is too long, or the address may not be called.
    """
    host = ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = _checked(parts.scheme, host, parts.port)
        headers = {"Host": parts.netloc.rpartition("@")[2]} | kwargs.pop("headers", {})
        with _Deadline(2 * seconds) as deadline, requests.Session() as session:
            session.trust_env = False
            session.mount(f"{parts.scheme}://", _Pinned(address, host, deadline))
            with session.request(
                method, url, timeout=seconds, allow_redirects=False, stream=True, headers=headers, **kwargs
            ) as response:
                body = _body(response, deadline)
                return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise Unreachable(f"{host or 'the address'}: {type(error).__name__}") from error


def _checked(scheme: str, host: str, port: int | None) -> str:
    """Return the address to connect to.

    :raises Unreachable: when it may not be called.
    """
    found = socket.getaddrinfo(host, port or (443 if scheme == "https" else 80), type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(each[4][0]) for each in found]
    inside = [ipaddress.ip_network(each) for each in settings.OUTGOING_INSIDE]
    for address in addresses:
        if address.is_loopback and settings.LOCAL:
            continue
        if scheme != "https":
            raise Unreachable(f"{host}: only https is called")
        if not address.is_global and not any(address in network for network in inside):
            raise Unreachable(f"{host}: the address is inside")
    return str(addresses[0])


class _Deadline:
    """Ends a connection from outside: what waits for each byte by itself would wait for ever."""

    def __init__(self, seconds: float) -> None:
        self._at = monotonic() + seconds
        self._ends: list[tuple[Timer, socket.socket]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for timer, connection in self._ends:
            timer.cancel()
            connection.close()

    @property
    def is_over(self) -> bool:
        """Return whether there is no more time."""
        return monotonic() >= self._at

    def watch(self, connection: socket.socket) -> None:
        """Have the connection ended when the time is over."""
        other_end = connection.dup()  # TLS takes the first handle away
        timer = Timer(self._at - monotonic(), _hang_up, [other_end])
        timer.daemon = True
        self._ends.append((timer, other_end))
        timer.start()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself
        connection.shutdown(socket.SHUT_RDWR)


class _Pinned(HTTPAdapter):
    """Connects to one address, whatever the name resolves to by now; the certificate must be the name's."""

    def __init__(self, address: str, host: str, deadline: _Deadline) -> None:
        self._address, self._host, self._deadline = address, host, deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have each connection watched as soon as there is one, before TLS begins."""
        super().init_poolmanager(*args, **kwargs)
        deadline = self._deadline

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                connection = super()._new_conn()
                deadline.watch(connection)
                return connection

        class Secure(Plain, HTTPSConnection):
            pass

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Return the library's attributes with the address in the place of the name."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool |= {"server_hostname": self._host, "assert_hostname": self._host}
        return host | {"host": self._address}, pool


def _body(response: requests.Response, deadline: _Deadline) -> bytes:
    """Return the body.

    :raises Unreachable: when it is too long or comes too slowly.
    """
    body = b""
    for chunk in response.iter_content(16 * 1024):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unreachable(f"the answer is longer than {MOST_BYTES} bytes")
    if deadline.is_over:
        raise Unreachable("the answer comes too slowly")
    return body
