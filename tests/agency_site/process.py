"""A running agency site, for tests."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from superapp.launch.processes import Process, end_all
from tests.journeys.stack import Stack, free_port
from tests.judges.clients import registered


@dataclass
class AgencySite:
    """An agency's site that is a client of the running system. `faults` are the checks that it leaves out.

    `register` makes it a client and returns `client_id` and `client_secret`; without, it is one that is open to all.
    """

    stack: Stack
    name: str
    faults: str = ""
    agency_code: str = "DISDUKCAPIL"
    register: Callable[["AgencySite"], dict[str, str]] | None = None
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "AgencySite":
        self._folder = TemporaryDirectory(prefix="agency-site-")
        folder = Path(self._folder.name)
        self.client = (self.register or AgencySite._registered)(self)
        env = os.environ | {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "DJANGO_SETTINGS_MODULE": "tests.agency_site.settings",
            "PORT": str(self.port),
            "AGENCY_NAME": self.name,
            "AGENCY_SITE": self.url,
            "AGENCY_STATE": str(folder),
            "AGENCY_FAULTS": self.faults,
            "ISSUER": f"{self.stack.base_url}/o",
            "CLIENT_ID": self.client["client_id"],
            "CLIENT_SECRET": self.client["client_secret"],
        }
        command = [sys.executable, "-m", "tests.agency_site.serve"]
        self.process = Process("agency site", command, env, folder / "site.log")
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        self._folder.cleanup()

    def _registered(self) -> dict[str, str]:
        return registered(
            self.stack,
            redirect_uris=(f"{self.url}/oidc/callback/",),
            signed_out=(f"{self.url}/keluar/selesai/",),
            backchannel_logout_uri=f"{self.url}/keluar/kanal-belakang/",
            agency_code=self.agency_code,
        )

    def start(self) -> None:
        """Start the site and wait until it answers."""
        self.process.start()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                if httpx.get(self.url, timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.process.last_words(30))

    def stop(self) -> None:
        """Stop it; its sessions stay."""
        end_all([self.process])
