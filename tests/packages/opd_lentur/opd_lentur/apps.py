"""A module that does in each hook what a test wrote for it: `$SUPERAPP_VAR/lentur/<hook>.py` sets `answer`."""

import os
from pathlib import Path
from typing import Any

from services import module_api
from services.module_api import Allow, OPDModule


class Lentur(OPDModule):
    """Well-behaved as long as nothing is written for it."""

    name = "opd_lentur"
    agency = "LENTUR"
    api = ">=1,<2"

    def validate(self, snapshot: Any) -> Any:
        """Find nothing wrong."""
        return _told("validate", [], snapshot=snapshot)

    def prefill(self, person: Any, wanted: Any) -> Any:
        """Know nothing."""
        return _told("prefill", {}, person=person, wanted=wanted)

    def fees(self, snapshot: Any) -> Any:
        """Ask for nothing."""
        return _told("fees", [], snapshot=snapshot)

    def guard(self, snapshot: Any, action: str) -> Any:
        """Let everything pass."""
        return _told("guard", Allow(), snapshot=snapshot, action=action)

    def document(self, snapshot: Any) -> Any:
        """Add nothing."""
        return _told("document", None, snapshot=snapshot)

    def on_event(self, event: Any) -> Any:
        """Take note."""
        return _told("on_event", None, event=event)

    def check(self) -> Any:
        """Have nothing to say."""
        return _told("check", [])


def _told(hook: str, answer: Any, **given: Any) -> Any:
    place = Path(os.environ["SUPERAPP_VAR"]) / "lentur"
    if not (place / f"{hook}.py").exists():
        return answer
    with (place / f"{hook}.calls").open("a") as calls:
        calls.write("called\n")
    scope = vars(module_api) | given | {"seen": _Seen(place / f"{hook}.seen")}
    exec((place / f"{hook}.py").read_text(), scope)  # noqa: S102 - what the test itself wrote
    return scope["answer"]


class _Seen:
    """Where a hook puts down for its test what it was given: `seen(snapshot.answers, ...)`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *values: Any) -> None:
        self.path.write_text(repr(values))
