"""Long-running processes, each in a group of its own, ended with everything that they began."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_HEALTHY_AFTER = 30.0


def _die_with_parent() -> None:
    """Ask the kernel to end this process when the launcher is killed (Linux; elsewhere the next run cleans up)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Process:
    """One command. `log` takes what it says."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    log: Path
    popen: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    wait: float = _FIRST_WAIT
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.started_at = time.monotonic()

    def running(self) -> bool:
        """Return whether it runs."""
        return self.popen is not None and self.popen.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to it and all that it began."""
        if self.popen is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, number)

    def revive(self) -> str:
        """Start it again where it ended by itself, later each time; return what to say, empty for nothing."""
        if self.running():
            return ""
        now = time.monotonic()
        if not self.again_at:
            code = self.popen.returncode if self.popen else 0
            self.signal(signal.SIGKILL)  # what its end left behind
            self.wait = _FIRST_WAIT if now - self.started_at > _HEALTHY_AFTER else min(self.wait * 2, _LONGEST_WAIT)
            self.again_at = now + self.wait
            return f"{self.name} ended (code {code}); starting it again in {self.wait:.0f} s. Its log: {self.log}"
        if now >= self.again_at:
            self.again_at = 0.0
            self.start()
        return ""

    def last_words(self, lines: int = 5) -> str:
        """Return the end of the log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def end_all(processes: Sequence[Process], patience: float = 2.5) -> None:
    """End processes: asked first, killed when they do not go within `patience` seconds.

    A worker that is killed loses nothing: what it was about to do stands in the outbox.
    """
    for process in processes:
        if process.running() and process.popen is not None:
            process.popen.terminate()  # it ends its own children
    end = time.monotonic() + patience
    for process in processes:
        if process.popen is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.popen.wait(max(0.1, end - time.monotonic()))
            process.signal(signal.SIGKILL)
            process.popen.wait()
