import logging
import time
from typing import Any

import pytest

from services.events.operations import waking


class Broker:
    """Stands in for Celery's app: counts messages, or is down."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.sent: list[str] = []

    def send_task(self, name: str, **_options: Any) -> None:
        self.sent.append(name)
        if self.down:
            raise ConnectionRefusedError("broker")


def ring_for(waker: waking.Waker, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        waker.ring()
        time.sleep(0.001)
    time.sleep(3 * waking.SPACING_SECONDS)  # the last ring is sent, too


def test_many_rings_become_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker()
    monkeypatch.setattr(waking, "current_app", broker)
    monkeypatch.setattr(waking, "SPACING_SECONDS", 0.1)

    ring_for(waking.Waker(), 0.35)

    assert 2 <= len(broker.sent) <= 6
    assert set(broker.sent) == {"services.events.tasks.drain_outbox"}


def test_a_broker_that_is_down_is_told_once_and_harms_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker(down=True)
    monkeypatch.setattr(waking, "current_app", broker)
    monkeypatch.setattr(waking, "SPACING_SECONDS", 0.05)

    with caplog.at_level(logging.WARNING):
        ring_for(waking.Waker(), 0.3)

    assert len(broker.sent) >= 2
    assert [record.getMessage() for record in caplog.records] == [
        "No hint sent, the broker is down (ConnectionRefusedError); events wait for the next tick."
    ]
