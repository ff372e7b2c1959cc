"""The broker in a folder: messages come whole, and one that is not does not end who reads it."""

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from threading import Thread
from time import monotonic
from typing import cast

import pytest
from kombu import Connection

from superapp.broker import Channel, install


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    return {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "processed_folder", "control_folder")}


@pytest.fixture
def channel(folders: dict[str, str]) -> Iterator[Channel]:
    install()
    with Connection("filesystem://", transport_options=folders) as connection:
        yield opened(connection)


def opened(connection: Connection) -> Channel:
    return cast(Channel, connection.channel())


def test_the_folders_url_means_this_broker(channel: Channel) -> None:
    assert isinstance(channel, Channel)


def test_what_is_put_is_got_in_order_and_leaves_nothing(channel: Channel, tmp_path: Path) -> None:
    for number in range(3):
        channel._put("celery", {"number": number})
    assert len(list(tmp_path.iterdir())) == 3

    got = [channel._get("celery")["number"] for _each in range(3)]

    assert sorted(got) == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("celery")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b'{"number": '])
def test_half_a_message_is_passed_over(channel: Channel, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "0_half.celery.msg").write_bytes(content)
    channel._put("celery", {"number": 1})

    with pytest.raises(Empty):
        channel._get("celery")

    assert channel._get("celery") == {"number": 1}


def test_a_reader_beside_a_writer_never_meets_half_a_message(folders: dict[str, str]) -> None:
    install()
    with (
        Connection("filesystem://", transport_options=folders) as there,
        Connection("filesystem://", transport_options=folders) as here,
    ):
        writer, reader = opened(there), opened(here)

        def write() -> None:
            for _each in range(100):
                writer._put("celery", {"text": "x" * 200_000})

        thread = Thread(target=write)
        thread.start()

        got: list[int] = []
        end = monotonic() + 20
        while len(got) < 100 and monotonic() < end:
            try:
                got.append(len(reader._get("celery")["text"]))
            except Empty:
                continue

    assert got == [200_000] * 100
