"""What is there afterwards, held against what clients were told."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings

from superapp.launch.system import TASK_WORKERS
from tests.chaos.clients import Acknowledged, Line
from tests.chaos.system import System
from tests.journeys.stack import managed

_ONCE = {
    "application": "SELECT count(*) FROM applications_application WHERE id = a.id AND number = a.number",
    "number": "SELECT count(*) FROM applications_application WHERE number = a.number",
    "submission": "SELECT count(*) FROM applications_submission WHERE application_id = a.id",
    "receipt": "SELECT count(*) FROM applications_submission WHERE application_id = a.id AND receipt = a.receipt",
    "submitted event": "SELECT count(*) FROM applications_event WHERE application_id = a.id AND type = 'submitted'",
    "review event": "SELECT count(*) FROM applications_event WHERE application_id = a.id AND type = 'in_review'",
}
_GRANTED_ONCE = {
    "granted event": "SELECT count(*) FROM applications_event WHERE application_id = a.id AND type = 'granted'",
    "document": "SELECT count(*) FROM documents_issueddocument WHERE subject = a.id",
}
STEPS = ("submitted", "in_review")
GRANTED_STEPS = ("granted", "document_issued")
_NONE = {
    "acknowledged with another history, or in another order": """
        SELECT count(*) FROM told a WHERE (SELECT array_agg(type::text ORDER BY sequence) FROM applications_event
        WHERE application_id = a.id) IS DISTINCT FROM CASE WHEN a.granted
        THEN '{submitted,in_review,granted,document_issued}'::text[] ELSE '{submitted,in_review}'::text[] END""",
    "acknowledged that stand elsewhere than their history says": """
        SELECT count(*) FROM told a WHERE NOT EXISTS (SELECT FROM applications_application b WHERE b.id = a.id
        AND b.state = CASE WHEN a.granted THEN 'granted' ELSE 'in_review' END)""",
    "gaps in a history": """
        SELECT count(*) FROM (SELECT sequence, row_number() OVER (PARTITION BY application_id ORDER BY sequence)
        AS place FROM applications_event) AS e WHERE sequence <> place""",
    "events told before the one before them happened": """
        SELECT count(*) FROM (SELECT at, lag(at) OVER (PARTITION BY application_id ORDER BY sequence) AS before
        FROM applications_event) AS e WHERE at < before""",
    "events without their outbox row": """
        SELECT count(*) FROM applications_event e LEFT JOIN events_outboxevent o ON o.id = e.id
        AND o.key = e.application_id AND o.topic = 'application.' || e.type WHERE o.id IS NULL""",
    "outbox rows of events that are not there": """
        SELECT count(*) FROM events_outboxevent o LEFT JOIN applications_event e ON e.id = o.id
        WHERE o.topic LIKE 'application.%' AND e.id IS NULL""",
    "outbox rows that somebody has yet to hear": """
        SELECT count(*) FROM events_outboxevent o LEFT JOIN events_delivery d ON d.event_id = o.id AND d.done_at IS NULL
        WHERE o.fanned_out_at IS NULL OR d.parked_at IS NULL AND d.id IS NOT NULL""",
    "deliveries that wait for a person": "SELECT count(*) FROM events_delivery WHERE parked_at IS NOT NULL",
    "notices missing": """
        SELECT count(*) FROM applications_event e JOIN applications_application a ON a.id = e.application_id
        LEFT JOIN notifications_notice n ON n.event_id = e.id AND n.recipient_id = a.applicant_id
        WHERE (e.actor_id IS DISTINCT FROM a.applicant_id OR e.type = 'submitted') AND n.id IS NULL""",
    "notices too many": """
        SELECT count(*) FROM notifications_notice n JOIN applications_application a ON a.id = n.application_id
        LEFT JOIN applications_event e ON e.id = n.event_id AND e.application_id = a.id WHERE e.id IS NULL""",
}


@dataclass
class Verdict:
    """Figures for the print, and everything that is not as it was acknowledged."""

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Keep a figure, and a fault where it is another than it must be."""
        self.figures[what] = found
        if found != wanted:
            self.faults.append(f"{what}: {found}, not {wanted}")


def wait_until_told(system: System, seconds: float = 180.0) -> float:
    """Wait until the outbox has nothing left to tell; return how long that took.

    :raises AssertionError: when it does not come to an end.
    """
    began = time.monotonic()
    with psycopg.connect(system.env["DATABASE_URL"], autocommit=True) as database:
        while _one(database, _NONE["outbox rows that somebody has yet to hear"]):
            assert time.monotonic() - began < seconds, "the outbox does not come to an end"
            time.sleep(0.3)
    return time.monotonic() - began


def judge(
    system: System, acknowledged: Sequence[Acknowledged], granted: Sequence[str], lines: Sequence[Line], *, struck: int
) -> Verdict:
    """Hold what is there against what was acknowledged. `lines` are one for each resident, `struck` how often."""
    verdict = Verdict()
    with psycopg.connect(system.env["DATABASE_URL"], autocommit=True) as database:
        judge_rows(verdict, database, acknowledged, granted)
        sent = (path.read_text(errors="replace") for path in (system.var / "mail").glob("*"))
        judge_mails(verdict, database, sent, most_again=struck * TASK_WORKERS)
        retried = "SELECT count(*) FROM events_delivery WHERE attempts > 1"
        verdict.figures["deliveries that took more than one try"] = _one(database, retried)
    proved = managed(system.env, "verify_history")
    verdict.expect("verify_history ends with", proved.returncode, 0)
    verdict.figures["verify_history says"] = (proved.stdout + proved.stderr).strip()[:300]
    for line in lines:
        own = [each for each in acknowledged if each.email == line.person.email]
        notices = ((each["application_id"], each["kind"]) for each in line.pages("notifications/?limit=100"))
        judge_inbox(verdict, line.person.email.partition("@")[0], notices, own, granted)
    return verdict


def judge_rows(
    verdict: Verdict, database: "psycopg.Connection[Any]", acknowledged: Sequence[Acknowledged], granted: Sequence[str]
) -> None:
    """Count what the database holds: all of what was acknowledged, once, in order, heard by everybody who must."""
    database.execute("CREATE TEMP TABLE told (id uuid PRIMARY KEY, number text, receipt text, granted boolean)")
    with database.cursor() as cursor, cursor.copy("COPY told FROM STDIN") as copy:
        for each in acknowledged:
            copy.write_row((each.id, each.number, each.receipt, each.id in set(granted)))
    for what, count in _ONCE.items():
        verdict.expect(f"acknowledged, {what} exactly once", _once(database, count), len(acknowledged))
    for what, count in _GRANTED_ONCE.items():
        verdict.expect(f"granted, {what} exactly once", _once(database, count, "a.granted"), len(granted))
    total = _one(database, "SELECT count(*) FROM applications_application")
    verdict.expect("applications in all", total, len(acknowledged))
    for what, count in _NONE.items():
        verdict.expect(what, _one(database, count), 0)
    verdict.expect("events that somebody heard not at all, or who must not", _heard_wrongly(database), {})


def _heard_wrongly(database: "psycopg.Connection[Any]") -> dict[str, int]:
    """Return how many events of which topics have other deliveries than the settings ask."""
    found = database.execute("""
        SELECT topic, hearers, count(*) FROM (
          SELECT o.topic, coalesce(array_agg(d.consumer::text) FILTER (WHERE d.id IS NOT NULL), '{}') AS hearers
          FROM events_outboxevent o LEFT JOIN events_delivery d ON d.event_id = o.id GROUP BY o.id
        ) told GROUP BY topic, hearers""").fetchall()
    wrong: Counter[str] = Counter()
    for topic, hearers, count in found:
        wanted = [name for name, (prefix, _path) in settings.OUTBOX_CONSUMERS.items() if topic.startswith(prefix)]
        if sorted(hearers) != sorted(wanted):
            wrong[topic] += count
    return dict(wrong)


def judge_inbox(
    verdict: Verdict,
    name: str,
    notices: Iterable[tuple[str | None, str]],
    own: Sequence[Acknowledged],
    granted: Sequence[str],
) -> None:
    """Look through a resident's inbox, the latest first: of each application each step once, in its history's order."""
    found: dict[str, list[str]] = {each.id: [] for each in own}
    for application_id, kind in notices:
        if application_id:
            found.setdefault(application_id, []).append(kind.removeprefix("application."))
    wanted = {True: [*STEPS, *GRANTED_STEPS], False: [*STEPS]}
    wrong = [(id, kinds[::-1]) for id, kinds in found.items() if kinds[::-1] != wanted[id in set(granted)]]
    verdict.figures[f"notices of {name}, of {len(own)} applications"] = sum(map(len, found.values()))
    verdict.expect(f"inbox of {name}: applications whose notices are missing, doubled or out of order", wrong[:3], [])


def judge_mails(verdict: Verdict, database: "psycopg.Connection[Any]", sent: Iterable[str], *, most_again: int) -> None:
    """Hold that each notice went out by e-mail. `sent` are the texts of all that was sent.

    The notice is exactly once; its e-mail at least once, as SMTP is: a worker that is killed after the server took the
    message and before that is written down sends it again, under the same Message-ID. So no more go out twice than
    could be in the making: `most_again`.
    """
    heads = Counter[str]()
    for text in sent:
        heads.update(re.findall(r"^Message-ID:\s+<([^@>]+)@", text, re.MULTILINE | re.IGNORECASE))
    owed = {str(id) for (id,) in database.execute("SELECT id FROM events_outboxevent WHERE topic = 'notice.created'")}
    again = sum(heads.values()) - len(heads)
    verdict.figures["e-mails"] = len(heads)
    verdict.figures["e-mails sent again with the same Message-ID"] = again
    verdict.expect("notices that went out by no e-mail", len(owed - heads.keys()), 0)
    verdict.expect(f"e-mails sent again more often than the {most_again} that could be", max(again - most_again, 0), 0)


def _once(database: "psycopg.Connection[Any]", count: str, which: str = "true") -> int:
    return _one(database, f"SELECT count(*) FROM told a WHERE {which} AND ({count}) = 1")  # noqa: S608 - written above


def _one(database: "psycopg.Connection[Any]", statement: str) -> int:
    row = database.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])
