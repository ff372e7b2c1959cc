"""What is there afterwards, held against what clients were told."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

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
_NONE = {
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
    "events that were told to another number of hearers": """
        WITH heard AS (SELECT o.id, o.topic, count(*) AS n FROM events_outboxevent o
        JOIN events_delivery d ON d.event_id = o.id WHERE o.topic LIKE 'application.%' GROUP BY o.id, o.topic)
        SELECT count(*) FROM heard WHERE n <> (SELECT max(n) FROM heard AS most WHERE most.topic = heard.topic)""",
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
    system: System, acknowledged: Sequence[Acknowledged], granted: Sequence[str], lines: Sequence[Line]
) -> Verdict:
    """Hold what is there against what was acknowledged. `lines` are one for each resident."""
    verdict = Verdict()
    with psycopg.connect(system.env["DATABASE_URL"], autocommit=True) as database:
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
        retried = "SELECT count(*) FROM events_delivery WHERE attempts > 1"
        verdict.figures["deliveries that took more than one try"] = _one(database, retried)
    proved = managed(system.env, "verify_history")
    verdict.expect("verify_history ends with", proved.returncode, 0)
    verdict.figures["verify_history says"] = (proved.stdout + proved.stderr).strip()[:300]
    for line in lines:
        _inbox(verdict, line, [each for each in acknowledged if each.email == line.person.email])
    _mails(verdict, system)
    return verdict


def _inbox(verdict: Verdict, line: Line, own: Sequence[Acknowledged]) -> None:
    """Look into a resident's inbox over HTTP: for each application, each step once, in the order of its history."""
    found: dict[str, list[str]] = {each.id: [] for each in own}
    for notice in line.pages("notifications/?limit=100"):
        found.setdefault(notice["application_id"] or "", []).append(notice["kind"].removeprefix("application."))
    steps = [["submitted", "in_review"], ["submitted", "in_review", "granted", "document_issued"]]
    wrong = [(id, kinds) for id, kinds in found.items() if kinds[::-1] not in steps and id]
    name = line.person.email.partition("@")[0]
    verdict.figures[f"notices of {name}, of {len(own)} applications"] = sum(map(len, found.values()))
    verdict.expect(f"inbox of {name}: applications whose notices are missing, doubled or out of order", wrong[:3], [])


def _mails(verdict: Verdict, system: System) -> None:
    """Count e-mails: after a crash one may go out twice, and then bears the same Message-ID."""
    heads = Counter[str]()
    for path in (system.var / "mail").glob("*"):
        heads.update(re.findall(r"^Message-ID: (.+)$", path.read_text(errors="replace"), re.MULTILINE | re.IGNORECASE))
    verdict.figures["e-mails"] = len(heads)
    verdict.figures["e-mails sent again with the same Message-ID"] = sum(heads.values()) - len(heads)


def _once(database: "psycopg.Connection[Any]", count: str, which: str = "true") -> int:
    return _one(database, f"SELECT count(*) FROM told a WHERE {which} AND ({count}) = 1")  # noqa: S608 - written above


def _one(database: "psycopg.Connection[Any]", statement: str) -> int:
    row = database.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])
