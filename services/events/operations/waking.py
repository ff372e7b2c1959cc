"""The hint that there is something to tell.

It is only a hint: when it gets lost, beat's tick finds the event some seconds later. So it may neither cost
the request anything nor fail it: a daemon thread sends at most one broker message per `SPACING_SECONDS` and
process.
"""

import logging
import os
import threading
import time

from celery import current_app

logger = logging.getLogger(__name__)

SPACING_SECONDS = 0.3
_TASK = "services.events.tasks.drain_outbox"
# A hint that nobody took in this time is stale: beat has ticked since.
_EXPIRES_SECONDS = 30


class Waker:
    """Sends hints from a thread of its own, begun at the first ring."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._broker_down = False

    def ring(self) -> None:
        """Ask for a hint soon; rings in the meantime become one."""
        if self._wanted.is_set():
            return
        self._wanted.set()
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="outbox-waker", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            self._send()
            time.sleep(SPACING_SECONDS)

    def _send(self) -> None:
        """Send one message; tell a broker that is down once, not at every try."""
        try:
            current_app.send_task(_TASK, expires=_EXPIRES_SECONDS, retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - whatever a broker's client raises, the thread must live on
            if not self._broker_down:
                logger.warning(
                    "No hint sent, the broker is down (%s); events wait for the next tick.",
                    type(error).__name__,
                )
            self._broker_down = True
        else:
            self._broker_down = False


_waker = Waker()


def wake() -> None:
    """Hint to a worker that the outbox holds something new. Returns at once and never raises."""
    _waker.ring()


def _after_fork() -> None:
    """Begin anew in a forked child: the thread stayed behind, and a lock may have been held."""
    global _waker
    _waker = Waker()


os.register_at_fork(after_in_child=_after_fork)
