"""Consumers that note what they heard, and fail when a test tells them to."""

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from services.events.models import OutboxEvent

heard: list[str] = []
faults: list[Callable[[], None]] = []

FIRST = ("thing.", f"{__name__}.first")
SECOND = ("thing.", f"{__name__}.second")
FAULTY = ("thing.", f"{__name__}.faulty")
OTHER = ("other.", f"{__name__}.second")
TALLY = ("thing.", f"{__name__}.tally")
SLOW_TALLY = ("thing.", f"{__name__}.slow_tally")
SUICIDAL = ("thing.", f"{__name__}.suicidal")


def first(event: OutboxEvent, now: datetime) -> None:
    heard.append(f"first {event.topic}")


def second(event: OutboxEvent, now: datetime) -> None:
    heard.append(f"second {event.topic}")


def faulty(event: OutboxEvent, now: datetime) -> None:
    _write(event)
    if faults:
        faults[0]()
    heard.append(f"faulty {event.topic}")


def tally(event: OutboxEvent, now: datetime) -> None:
    _write(event)


def slow_tally(event: OutboxEvent, now: datetime) -> None:
    _write(event)
    time.sleep(0.02)


def suicidal(event: OutboxEvent, now: datetime) -> None:
    _write(event)
    os.kill(os.getpid(), signal.SIGKILL)


def _write(event: OutboxEvent) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO tally (event_id) VALUES (%s)", [event.id])


def tally_of() -> int:
    """Return how many marks consumers left and kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tally")
        count: int = cursor.fetchone()[0]
    return count
