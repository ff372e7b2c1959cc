"""Telling each consumer of each event, until it has heard.

An event is first fanned out: one delivery for each consumer whose topic prefix fits. A delivery is then tried
in two steps. The first counts the try and moves `due_at` ahead, so that even an event that kills its worker
is counted and cannot hold up the others. The second locks the row, calls the consumer and marks the delivery
done, in one transaction: when the worker dies in between, the lock falls away and the delivery is due again.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.module_loading import import_string
from psycopg.errors import LockNotAvailable

from services.events.models import MAX_ATTEMPTS, Delivery, OutboxEvent

logger = logging.getLogger(__name__)

Handler = Callable[[OutboxEvent, datetime], None]

# For how long what only plans anew from what stands is tried, each six hours in the end.
PATIENCE = timedelta(days=30)
_FIRST_DELAY_SECONDS = 5.0
_LONGEST_DELAY_SECONDS = 6 * 3600.0
_GROWTH = 2.35
_FAN_OUT_BATCH = 500
# Ends a consumer's statement that hangs on a lock before the task's own time limit does.
_STATEMENT_TIMEOUT = "60s"
_LOCK_WAIT = "1s"

_FAN_OUT = """
WITH fresh AS (
    SELECT id, topic, created_at FROM events_outboxevent WHERE fanned_out_at IS NULL
    ORDER BY created_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), told AS (
    INSERT INTO events_delivery (event_id, consumer, attempts, due_at, latest_error)
    SELECT fresh.id, consumers.name, 0, %(now)s, ''
    FROM fresh JOIN unnest(%(names)s::text[], %(prefixes)s::text[]) WITH ORDINALITY AS consumers (name,
    prefix, place)
        ON starts_with(fresh.topic, consumers.prefix)
    ORDER BY fresh.created_at, fresh.id, consumers.place
    ON CONFLICT (event_id, consumer) DO NOTHING
)
UPDATE events_outboxevent SET fanned_out_at = %(now)s FROM fresh WHERE events_outboxevent.id = fresh.id
"""
_CLAIM = """
UPDATE events_delivery SET attempts = attempts + 1, due_at = %(now)s + make_interval(secs =>
    least(%(longest)s, %(first)s * power(%(growth)s, attempts)) * %(jitter)s)
WHERE id = (
    SELECT id FROM events_delivery WHERE due_at <= %(now)s AND done_at IS NULL AND parked_at IS NULL
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""


class Park(Exception):
    """Raised by a consumer whose delivery no retry can mend. Give the reason without personal data."""


class RetryLater(Exception):
    """Raised by a consumer that wants the event again in `seconds`; counts as a try.

    With `until` it is tried as often as the consumer asks, however many tries that makes, and parked after that time.
    """

    def __init__(self, seconds: float, reason: str = "", *, until: datetime | None = None) -> None:
        super().__init__(reason or f"asked for another try in {seconds:g} s")
        self.seconds = seconds
        self.until = until


def drain(*, now: datetime, limit: int = 20) -> int:
    """Fan out what is new, then try up to `limit` due deliveries. Return how much was done; 0 means nothing
    is due.

    Safe to run in any number of processes at once.
    """
    consumers: Mapping[str, tuple[str, str]] = settings.OUTBOX_CONSUMERS
    done = _fan_out(consumers, now)
    for _each in range(limit):
        delivery_id = _claim(now)
        if delivery_id is None:
            break
        _deliver(delivery_id, consumers, now)
        done += 1
    return done


def _fan_out(consumers: Mapping[str, tuple[str, str]], now: datetime) -> int:
    """Make the deliveries of events not yet fanned out; return how many events."""
    names, prefixes = list(consumers), [prefix for prefix, _handler in consumers.values()]
    with connection.cursor() as cursor:
        cursor.execute(_FAN_OUT, {"limit": _FAN_OUT_BATCH, "now": now, "names": names, "prefixes": prefixes})
        return int(cursor.rowcount)


def _claim(now: datetime) -> int | None:
    """Count a try of the delivery that is due the longest and put off the next one. Return its id."""
    params: dict[str, Any] = {
        "now": now,
        "first": _FIRST_DELAY_SECONDS,
        "longest": _LONGEST_DELAY_SECONDS,
        "growth": _GROWTH,
        "jitter": SystemRandom().uniform(0.8, 1.2),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # Losing this in a crash makes the delivery due at once: harmless, and no disk is waited for.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_CLAIM, params)
        row = cursor.fetchone()
    return row[0] if row else None


def _deliver(delivery_id: int, consumers: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """Call the consumer, and note how it went."""
    try:
        _call(delivery_id, consumers, now)
    except _Elsewhere:
        return
    except SoftTimeLimitExceeded as error:
        _note_failure(delivery_id, error, now)
        raise  # the limit warns once: the task must end before the hard one strikes
    except Exception as error:  # noqa: BLE001 - a consumer may raise anything; it is noted and never holds up others
        _note_failure(delivery_id, error, now)


class _Elsewhere(Exception):
    """Another worker is still at this delivery."""


@transaction.atomic
def _call(delivery_id: int, consumers: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """Mark the delivery done in the transaction in which the consumer does its work."""
    delivery = _lock(delivery_id)
    if delivery is None:
        return  # another worker has finished
    if delivery.consumer not in consumers:
        raise Park(f"no consumer {delivery.consumer} is configured")
    handler: Handler = import_string(consumers[delivery.consumer][1])
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'")
    handler(delivery.event, now)
    delivery.done_at = now
    delivery.latest_error = ""
    delivery.save(update_fields=["done_at", "latest_error"])


def _lock(delivery_id: int) -> Delivery | None:
    """Return the delivery, locked; None when it is done.

    Another worker's claim, which passes over it, holds its row for a moment: that is waited for, no more.

    :raises _Elsewhere: when the row stays locked.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
        try:
            found = (
                Delivery.objects.select_for_update(of=("self",))
                .select_related("event")
                .filter(id=delivery_id, done_at=None, parked_at=None)
                .first()
            )
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise _Elsewhere from error
            raise
        cursor.execute("SET LOCAL lock_timeout = 0")
    return found


def _note_failure(delivery_id: int, error: Exception, now: datetime) -> None:
    """Keep why it failed; park what a person must see to. The next try was set when this one was claimed."""
    if connection.connection is not None and connection.connection.closed:
        connection.close()  # the consumer's failure was the connection's; a new one is opened for the note
    with transaction.atomic():
        found = Delivery.objects.select_for_update(of=("self",)).select_related("event")
        delivery = found.filter(id=delivery_id, done_at=None).first()
        if delivery is None:
            return
        delivery.latest_error = _describe(error)
        if isinstance(error, RetryLater):
            delivery.due_at = now + timedelta(seconds=error.seconds)
        if isinstance(error, Park) or _is_given_up(error, delivery, now):
            delivery.parked_at = now
        delivery.save(update_fields=["latest_error", "due_at", "parked_at"])
    stuck = delivery.parked_at or delivery.attempts >= MAX_ATTEMPTS
    level = logging.ERROR if stuck else logging.WARNING
    logger.log(
        level,
        "%s of event %s failed (try %d%s): %s",
        delivery.consumer,
        delivery.event_id,
        delivery.attempts,
        ", parked" if delivery.parked_at else "",
        delivery.latest_error,
    )


def _is_given_up(error: Exception, delivery: Delivery, now: datetime) -> bool:
    if isinstance(error, RetryLater) and error.until is not None:
        return now >= error.until
    patient = delivery.consumer in settings.OUTBOX_PATIENT and now < delivery.event.created_at + PATIENCE
    return delivery.attempts >= MAX_ATTEMPTS and not patient


def _describe(error: Exception) -> str:
    """Return class and first line of the message; addresses and digits are masked, it may quote a person."""
    lines = str(error).splitlines()
    text = lines[0] if lines else ""
    text = re.sub(r"\S+@\S+", "[address]", text)
    text = re.sub(r"\d{6,}", "[digits]", text)
    return f"{type(error).__name__}: {text}"[:300].rstrip(": ")
