"""Whatever is lost, doubled or out of order is called so: each fault is made by hand in a sound database."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from services.notifications.models import Notice
from tests.chaos.clients import Acknowledged
from tests.chaos.verdict import Verdict, judge_inbox, judge_mails, judge_rows
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
_COLUMNS = "type, action, from_state, to_state, actor_id, actor_role, reason, data, at, previous_hash, hash"
_PLACES = {
    "of": "application_id = %(id)s",
    "event": "(SELECT id FROM applications_event WHERE application_id = %(id)s AND type = 'granted')",
    "columns": _COLUMNS,
}
# What is done to a sound database: to the application that was granted, or to its granting event.
FAULTS = {
    "acknowledged, application exactly once": "DELETE FROM applications_application WHERE id = %(id)s",
    "acknowledged, number exactly once": "UPDATE applications_application SET number = 'BPN-0' WHERE id = %(id)s",
    "acknowledged, submission exactly once": "DELETE FROM applications_submission WHERE {of}",
    "acknowledged, receipt exactly once": "UPDATE applications_submission SET receipt = 'x' WHERE {of}",
    "acknowledged, submitted event exactly once": "DELETE FROM applications_event WHERE {of} AND type = 'submitted'",
    "acknowledged, review event exactly once": """
        INSERT INTO applications_event (id, application_id, sequence, {columns})
        SELECT gen_random_uuid(), application_id, sequence + 10, {columns} FROM applications_event
        WHERE {of} AND type = 'in_review'""",
    "granted, granted event exactly once": "DELETE FROM applications_event WHERE {of} AND type = 'granted'",
    "granted, document exactly once": "DELETE FROM documents_issueddocument WHERE subject = %(id)s",
    "applications in all": "DELETE FROM applications_application WHERE id = %(id)s",
    "acknowledged with another history, or in another order": """
        UPDATE applications_event SET type = CASE type WHEN 'granted' THEN 'in_review' ELSE 'granted' END
        WHERE {of} AND type IN ('granted', 'in_review')""",
    "acknowledged that stand elsewhere than their history says": """
        UPDATE applications_application SET state = 'in_review' WHERE id = %(id)s""",
    "gaps in a history": "UPDATE applications_event SET sequence = 9 WHERE {of} AND type = 'document_issued'",
    "events told before the one before them happened": """
        UPDATE applications_event SET at = at - interval '1 day' WHERE {of} AND type = 'granted'""",
    "events without their outbox row": "DELETE FROM events_outboxevent WHERE id = {event}",
    "outbox rows of events that are not there": "DELETE FROM applications_event WHERE {of} AND type = 'granted'",
    "outbox rows that somebody has yet to hear": """
        UPDATE events_delivery SET done_at = NULL WHERE event_id = {event}""",
    "deliveries that wait for a person": "UPDATE events_delivery SET parked_at = now() WHERE event_id = {event}",
    "events that somebody heard not at all, or who must not": """
        DELETE FROM events_delivery WHERE event_id = {event} AND consumer = 'keep_watch'""",
    "notices missing": "DELETE FROM notifications_notice WHERE event_id = {event}",
    "notices too many": "UPDATE notifications_notice SET event_id = gen_random_uuid() WHERE event_id = {event}",
}


@pytest.fixture
def app() -> Client:
    publish_service(requirements=[])
    return signed_in(resident(), "applications", "notifications")


@pytest.fixture
def told(app: Client) -> list[Acknowledged]:
    """Return three applications as their resident was told of them; the first was granted."""
    rina, found = officer(), []
    for place in range(3):
        answer = submit(app, ready(app, files=False)).json()
        found.append(Acknowledged(answer["id"], "siti@example.org", answer["number"], answer["receipt"]))
        take(rina, answer["id"], "start_review")
        if place == 0:
            take(rina, answer["id"], "grant")
    drain_all()
    return found


@pytest.fixture
def database() -> Iterator["psycopg.Connection[Any]"]:
    """Yield a connection of its own to the tests' database, on which everything may be written."""
    given = {key: value for key, value in connection.get_connection_params().items() if key in ("host", "port", "user")}
    password = connection.settings_dict["PASSWORD"]
    with psycopg.connect(**given, password=password, dbname=connection.settings_dict["NAME"]) as opened:
        opened.execute("SET session_replication_role = replica")
        opened.commit()
        yield opened


def rows(database: "psycopg.Connection[Any]", told: list[Acknowledged], change: str = "") -> Verdict:
    verdict = Verdict()
    if change:
        statement = change.format(**_PLACES).encode()
        assert database.execute(statement, {"id": told[0].id}).rowcount > 0
    judge_rows(verdict, database, told, [told[0].id])
    database.rollback()
    return verdict


def test_each_fault_that_the_database_can_have_is_called_by_its_name(
    told: list[Acknowledged], database: "psycopg.Connection[Any]"
) -> None:
    sound = rows(database, told)

    assert sound.faults == []
    assert set(sound.figures) == set(FAULTS), "what is judged and what is tried here are the same"
    for what, change in FAULTS.items():
        faults = rows(database, told, change).faults
        assert [each for each in faults if each.startswith(f"{what}: ")], (what, faults)


def test_an_inbox_that_misses_doubles_or_mixes_up_is_seen(app: Client, told: list[Acknowledged]) -> None:
    lines = app.get("/api/v1/notifications/?limit=100").json()["results"]
    inbox = [(each["application_id"], each["kind"]) for each in lines]
    granted = [told[0].id]

    def faults(notices: list[tuple[str, str]]) -> int:
        verdict = Verdict()
        judge_inbox(verdict, "siti", notices, told, granted)
        return len(verdict.faults)

    assert faults(inbox) == 0
    assert len(inbox) == 8
    for place in range(len(inbox)):
        assert faults(inbox[:place] + inbox[place + 1 :]) == 1
        assert faults([*inbox, inbox[place]]) == 1
    assert faults(inbox[::-1]) == 1


def test_an_e_mail_that_is_missing_is_seen_and_so_are_more_again_than_can_be(
    told: list[Acknowledged], database: "psycopg.Connection[Any]"
) -> None:
    sent = [str(each.message()) for each in mail.outbox]

    def faults(texts: list[str], most_again: int = 1) -> list[str]:
        verdict = Verdict()
        judge_mails(verdict, database, texts, most_again=most_again)
        return verdict.faults

    assert len(sent) == Notice.objects.count() >= 8
    assert faults(sent) == faults([*sent, sent[0]]) == []
    assert faults(sent[1:]) == ["notices that went out by no e-mail: 1, not 0"]
    assert len(faults([*sent, sent[0], sent[1]])) == 1
