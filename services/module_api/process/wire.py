"""Messages between a process that asks and one that runs a module's code: a length, then JSON."""

import socket
import struct
from time import monotonic

LARGEST = 1024 * 1024  # bytes, both ways
_LENGTH = struct.Struct("!I")


class TooLarge(Exception):
    """A message of more than `LARGEST` bytes."""


def send(connection: socket.socket, message: bytes, *, until: float | None = None) -> None:
    """Send one message, by `until` on the monotonic clock.

    :raises TooLarge: before anything is sent. :raises TimeoutError: when the other side does not read in time.
    :raises OSError: when it is gone.
    """
    if len(message) > LARGEST:
        raise TooLarge(f"{len(message)} bytes")
    _patience(connection, until)
    connection.sendall(_LENGTH.pack(len(message)) + message)


def receive(connection: socket.socket, *, until: float | None = None) -> bytes:
    """Return one message, by `until` on the monotonic clock.

    :raises TooLarge: when it announces more. :raises TimeoutError: when it is not there in time.
    :raises EOFError: when the other side is gone. :raises OSError: likewise.
    """
    (size,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size, until))
    if size > LARGEST:
        raise TooLarge(f"{size} bytes")
    return _exactly(connection, size, until)


def _exactly(connection: socket.socket, size: int, until: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        _patience(connection, until)
        part = connection.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _patience(connection: socket.socket, until: float | None) -> None:
    if until is None:
        connection.settimeout(None)
        return
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
