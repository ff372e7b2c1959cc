"""Two at the same moment, each in a thread of its own: one wins, the other is told what happened."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from services.applications.models import Application, Event, Submission
from services.applications.queries.chain import broken_links
from services.events.models import OutboxEvent
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_corrections import NIK, ask
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
Call = Callable[[], Any]
TIMES = 4  # each race is run so often: who wins is chance


@pytest.fixture
def siti() -> Client:
    publish_service(requirements=[])
    return signed_in(resident(), "applications")


def steps(id: str) -> list[str]:
    return list(Event.objects.filter(application_id=id).order_by("sequence").values_list("type", flat=True))


def in_review(siti: Client, rina: Client) -> str:
    id = ready(siti, files=False)
    assert submit(siti, id).status_code == 200
    assert take(rina, id, "start_review").status_code == 200
    return id


def withdraw(siti: Client, id: str) -> Any:
    return siti.post(f"{URL}{id}/withdraw/", {}, "application/json")


def one_wins(id: str, calls: dict[str, Call]) -> str:
    """Do all at once; hold that one is done, and the others read what stands. Return who won."""
    answers = dict(zip(calls, at_once(*calls.values()), strict=True))

    (winner,) = [name for name, each in answers.items() if each.status_code == 200]
    standing = Application.objects.get(id=id)
    assert answers[winner].json()["state"] == standing.state
    for name, each in answers.items():
        if name != winner:
            assert each.status_code == 409, each.content
            assert answers[winner].json()["state_label"] in each.json()["detail"]
    assert OutboxEvent.objects.filter(key=id, topic__startswith="application.").count() == len(steps(id))
    assert list(broken_links()) == []
    return winner


def test_one_grants_while_another_rejects(siti: Client) -> None:
    rina, budi = officer(), officer(email="budi@example.org")
    for _ in range(TIMES):
        id = in_review(siti, rina)

        winner = one_wins(
            id,
            {
                "granted": partial(take, rina, id, "grant"),
                "rejected": partial(take, budi, id, "reject", reason="Tidak lengkap."),
            },
        )

        assert steps(id) == ["submitted", "in_review", winner]


def test_four_officers_start_the_same_review(siti: Client) -> None:
    officers = [officer(email=f"petugas{number}@example.org") for number in range(4)]
    id = ready(siti, files=False)
    submit(siti, id)

    one_wins(id, {str(place): partial(take, each, id, "start_review") for place, each in enumerate(officers)})

    assert steps(id) == ["submitted", "in_review"]


def test_an_officer_decides_while_the_resident_withdraws(siti: Client) -> None:
    rina = officer()
    for _ in range(TIMES):
        id = in_review(siti, rina)

        winner = one_wins(
            id,
            {
                "granted": partial(take, rina, id, "grant"),
                "withdrawn": partial(withdraw, siti, id),
            },
        )

        assert steps(id) == ["submitted", "in_review", winner]


def test_an_officer_asks_for_a_correction_while_the_resident_withdraws(siti: Client) -> None:
    rina = officer()
    for _ in range(TIMES):
        id = in_review(siti, rina)

        asked, withdrawn = at_once(partial(ask, rina, id, NIK), partial(withdraw, siti, id))

        # Withdrawing is the resident's at any time: after the question it ends the round, too.
        assert withdrawn.status_code == 200
        assert asked.status_code in (201, 409)
        assert steps(id)[-1] == "withdrawn"
        assert ("correction_asked" in steps(id)) == (asked.status_code == 201)
        assert list(broken_links()) == []


def test_two_devices_submit_the_same_draft(siti: Client) -> None:
    for _ in range(TIMES):
        id = ready(siti, files=False)

        answers = at_once(*[partial(submit, siti, id)] * 4)

        assert {each.status_code for each in answers} == {200}
        assert len({each.json()["number"] for each in answers}) == 1
        assert len({each.json()["receipt"] for each in answers}) == 1
        assert steps(id) == ["submitted"]
        assert Submission.objects.filter(application_id=id).count() == 1
    assert list(broken_links()) == []


def test_a_draft_is_changed_while_it_is_submitted(siti: Client) -> None:
    """What was handed in is what stood before or after the change: never a part of it."""
    body = {"answers": {"data": {"nama": "Siti Aminah"}}}
    for _ in range(TIMES):
        id = ready(siti, files=False)
        headers = {"If-Match": siti.get(f"{URL}{id}/").headers["ETag"]}
        change = partial(siti.patch, f"{URL}{id}/", body, content_type="application/json", headers=headers)

        submitted, saved = at_once(partial(submit, siti, id), change)

        assert submitted.status_code == 200
        kept = Submission.objects.get(application_id=id).answers["data"]["nama"]
        if saved.status_code == 200:
            assert kept == "Siti Aminah"
        else:
            assert (problem(saved)[0], kept) in [(409, "Siti Rahma"), (412, "Siti Rahma")]
        assert Application.objects.get(id=id).answers["data"]["nama"] == kept
    assert list(broken_links()) == []


def test_an_action_with_one_key_sent_by_two_connections_is_taken_once(siti: Client) -> None:
    rina = officer()
    for _ in range(TIMES):
        id = in_review(siti, rina)
        headers = {"Idempotency-Key": f"key-of-{id}"}
        grant = partial(rina.post, f"{OFFICE}{id}/actions/grant/", {}, "application/json", headers=headers)

        answers = at_once(*[grant] * 3)

        assert {each.status_code for each in answers} == {200}
        assert len({each.content for each in answers}) == 1
        assert steps(id) == ["submitted", "in_review", "granted"]
