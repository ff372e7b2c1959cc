"""`checkmodule` tells a module of made-up applications, twice, and lets nothing of it stay or get out."""

import pytest

from services.definitions import load_content
from services.plugging.checking.events import check_events
from services.plugging.checking.report import Line
from tests.services.applications.factory import CONTENT, agency
from tests.services.plugging.conftest import Plug

pytestmark = pytest.mark.django_db(transaction=True)
BRINGS = """
import socket, time
from django.db import IntegrityError
told = []

def on_event(self, event):
    {}
"""


def lines(plug: Plug, code: str) -> list[Line]:
    body = "\n".join(f"    {line}" if number else line for number, line in enumerate(code.split("\n")))
    found = list(check_events(plug(BRINGS.format(body)), [load_content(CONTENT)]))
    assert [each.check for each in found] == ["events"] * len(found)
    return found


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return None", "heard; the same told twice"),
        ("return Ack()", "heard; the same told twice"),
        ("return Retry(90, 'sibuk')", "told again in 90 s; the same told twice"),
        ("return Park('orang')", "a person is asked; the same told twice"),
        ("import socket; socket.create_connection(('10.0.0.1', 80), 1)", "while its system is out of reach"),
        (
            "import socket\ntry: socket.create_connection(('10.0.0.1', 80), 1)\nexcept OSError: return Retry(60)",
            "while its system is out of reach, it is told again",
        ),
    ],
)
def test_what_hears_as_it_must_is_one_line_for_each_event(plug: Plug, code: str, said: str) -> None:
    found = lines(plug, code)

    assert {each.level for each in found} == {"ok"}, found
    topics = ["application.submitted", "application.granted", "application.rejected", "application.withdrawn"]
    assert [each.message.split(": ")[0] for each in found] == [f"on_event(uji, {topic!r})" for topic in topics]
    assert all(said in each.message for each in found)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('ups')", "RuntimeError: ups."),
        ("return 'ya'", "it answers NoneType or Ack or Retry or Park, not str."),
        ("return Retry(-1)", "Retry.seconds lies between 0 and a week."),
        (
            "if event.id in self.told: raise ValueError('again')\nself.told.append(event.id)",
            "told twice: ValueError: again.",
        ),
        (
            "import socket\ntry: socket.create_connection(('10.0.0.1', 80), 1)\nexcept OSError: pass",
            "it says that it heard, although socket.getaddrinfo 10.0.0.1 failed.",
        ),
        (
            "import subprocess\ntry: subprocess.run(['false'])\nexcept OSError: return\nraise RuntimeError('it ran')",
            "it says that it heard, although subprocess.Popen ['false'] failed.",
        ),
        (
            "try: open('/nowhere/at/all', 'w')\nexcept ConnectionRefusedError: return\nraise RuntimeError('it opened')",
            "it says that it heard, although a file to write (/nowhere/at/all) failed.",
        ),
    ],
)
def test_what_does_not_is_told(plug: Plug, code: str, said: str) -> None:
    found = lines(plug, code)

    assert {each.level for each in found} == {"error"}, found
    assert all(said in each.message for each in found), found


def test_what_it_writes_is_taken_back(plug: Plug) -> None:
    agency("DLH")

    (first, *_) = lines(
        plug,
        "from services.agencies.models import Agency\nassert Agency.objects.filter(code='DLH').exists()\n"
        "Agency.objects.filter(code='DLH').update(name='Lain')",
    )

    assert first.level == "ok", first
    assert agency("DLH").name == "DLH"
