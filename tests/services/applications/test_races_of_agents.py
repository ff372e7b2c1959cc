"""Two who act for one person at the same moment: one wins, the other is told; the history names who it was."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from services.applications.models import ActionFile, Application, CorrectionRound, Event, Submission
from services.applications.queries.chain import broken_links
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_acting_further import handed_in, with_proof, withdraw
from tests.services.applications.api.test_corrections import NIK, RIGHT, ask, save, send
from tests.services.applications.api.test_mandate_kinds import access, also_acting_by, did, mandate_of
from tests.services.applications.api.test_my_actions import do
from tests.services.applications.api.test_objections import GROUNDS, filed, object_to
from tests.services.applications.api.test_office import hand_in, officer, take
from tests.services.applications.api.test_on_behalf import acting_by
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.definitions.test_objections import OBJECTION
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3  # each race is run so often: who wins is chance
Both = tuple[Client, Client]


@pytest.fixture
def both() -> Both:
    """Return mother and father, as they act for one child."""
    publish_service(requirements=[], access=access("family"), objection=OBJECTION)
    hers = mandate_of("child", resident())
    return acting_by(hers), also_acting_by(mandate_of("child", resident("budi@example.org"), hers.principal))


@pytest.fixture
def rina() -> Client:
    return officer("officer", "approver")


def names(both: Both, answers: list[Any], done: int) -> tuple[list[str], Any]:
    """Return the name of whose call was done, and the answer of the other."""
    won = [name for name, each in zip(("Siti", "Budi"), answers, strict=True) if each.status_code == done]
    return won, next((each for each in answers if each.status_code != done), None)


def sound(id: str) -> None:
    assert list(broken_links()) == []
    behalf = Event.objects.filter(application_id=id, actor_role="resident")
    whose = {each.data["on_behalf_of"]["principal"] for each in behalf}
    assert whose == {str(Application.objects.get(id=id).applicant_id)}
    # Each step names the mandate of who took it.
    for each in behalf.select_related("actor"):
        assert each.actor
        assert each.actor.mandates_held.filter(id=each.data["on_behalf_of"]["mandate"]).exists()


def test_both_submit_and_it_is_one_submission_that_both_read(both: Both) -> None:
    for _ in range(TIMES):
        draft = ready(both[0], files=False)

        answers = at_once(*[partial(submit, app, draft) for app in both])

        assert [each.status_code for each in answers] == [200, 200]
        assert len({(each.json()["number"], each.json()["receipt"]) for each in answers}) == 1
        assert Submission.objects.filter(application_id=draft).count() == 1
        assert len(did(draft)) == 1
        sound(draft)


def test_one_takes_back_what_the_other_submits(both: Both) -> None:
    mother, father = both
    for _ in range(TIMES):
        draft = ready(mother, files=False)

        sent, back = at_once(partial(submit, father, draft), partial(withdraw, mother, draft))

        assert sent.status_code == 200
        if back.status_code == 200:
            assert did(draft) == [("submitted", "Budi"), ("withdrawn", "Siti")]
        else:  # it was a draft still
            assert problem(back) == (409, "action_not_available")
            assert did(draft) == [("submitted", "Budi")]
        sound(draft)


def test_one_throws_away_what_the_other_submits(both: Both) -> None:
    mother, father = both
    for _ in range(TIMES):
        draft = ready(mother, files=False)
        throw = partial(mother.delete, f"{URL}{draft}/", headers={"If-Match": "*"})

        sent, gone = at_once(partial(submit, father, draft), throw)

        if gone.status_code == 204:
            assert problem(sent) == (404, "not_found")
            assert not Application.objects.filter(id=draft).exists()
        else:
            assert (sent.status_code, problem(gone)) == (200, (409, "not_a_draft"))
            sound(draft)


def test_one_fills_in_what_the_other_submits_and_nothing_is_lost_unseen(both: Both) -> None:
    mother, father = both
    for _ in range(TIMES):
        draft = ready(mother, files=False)
        tag = {"If-Match": mother.get(f"{URL}{draft}/").headers["ETag"]}
        body = {"answers": {"data": {"nama": "Nama Baru"}}}

        sent, saved = at_once(
            partial(submit, father, draft, None, **tag),
            partial(mother.patch, f"{URL}{draft}/", body, "application/json", headers=tag),
        )

        kept = father.get(f"{URL}{draft}/").json()
        if saved.status_code == 200:
            assert problem(sent) == (412, "precondition_failed")
            assert (kept["state"], kept["answers"]["data"]["nama"]) == ("draft", "Nama Baru")
        else:
            assert (sent.status_code, problem(saved)) == (200, (409, "not_a_draft"))
            assert kept["answers"]["data"]["nama"] == "Siti Rahma"
            sound(draft)


def test_both_take_it_back_and_one_is_told_that_it_is(both: Both) -> None:
    for _ in range(TIMES):
        id = handed_in(both[0])

        won, other = names(both, at_once(*[partial(withdraw, app, id) for app in both]), 200)

        assert did(id)[1:] == [("withdrawn", won[0])]
        assert problem(other) == (409, "action_not_available")
        assert "Dibatalkan pemohon" in other.json()["detail"]
        sound(id)


def rejected(app: Client, rina: Client) -> str:
    id = handed_in(app)
    take(rina, id, "start_review")
    assert take(rina, id, "reject", reason="Tidak terbaca.").status_code == 200
    return id


def test_both_object_and_one_is_led_to_the_others(both: Both, rina: Client) -> None:
    for _ in range(TIMES):
        id = rejected(both[0], rina)

        won, other = names(both, at_once(*[partial(object_to, app, id) for app in both]), 201)

        assert len(won) == 1
        assert problem(other) == (409, "objection_open")
        objection = other.json()["objection"]
        for app in both:
            assert app.get(f"{URL}{objection}/").json()["objects_to"]["id"] == id
        both[0].patch(f"{URL}{objection}/", GROUNDS, "application/json", headers={"If-Match": "*"})
        sent = at_once(*[partial(submit, app, objection) for app in both])
        assert [each.status_code for each in sent] == [200, 200]
        assert len(did(objection)) == 1
        # The line beside the decision names the same person.
        assert did(id)[1:] == [("objection_filed", did(objection)[0][1])]
        sound(objection)
        sound(id)


def test_one_takes_the_objection_back_that_the_other_goes_on_to_withdraw_too(both: Both, rina: Client) -> None:
    id = rejected(both[0], rina)
    objection = filed(both[1], id)

    won, other = names(both, at_once(*[partial(withdraw, app, objection) for app in both]), 200)

    assert len(won) == 1
    assert problem(other) == (409, "action_not_available")
    assert did(objection) == [("submitted", "Budi"), ("withdrawn", won[0])]
    sound(objection)


def test_both_send_what_was_put_right_and_it_is_sent_once(both: Both, rina: Client) -> None:
    for _ in range(TIMES):
        id = handed_in(both[0])
        take(rina, id, "start_review")
        ask(rina, id, NIK)
        assert save(both[0], id, {"data": {"nik": RIGHT}}).status_code == 200

        won, other = names(both, at_once(*[partial(send, app, id) for app in both]), 200)

        assert did(id)[1:] == [("correction_sent", won[0])]
        assert problem(other)[0] == 409
        assert CorrectionRound.objects.filter(application_id=id, state="sent").count() == 1
        assert Submission.objects.filter(application_id=id).count() == 2
        sound(id)


def test_both_hand_in_what_an_action_asks_and_the_winners_file_stands(both: Both, rina: Client) -> None:
    publish_service(service="aduan", workflow=with_proof(), requirements=[], access=access("family"))
    for _ in range(TIMES):
        id = handed_in(both[0], "aduan")
        take(rina, id, "ask_completion", reason="Di jalan mana?")
        staged = [hand_in(app, id, "complete", "bukti", png(), at=URL).json()["id"] for app in both]

        answers = at_once(*[partial(do, app, id, "complete", reason="Jl. Mulawarman.") for app in both])

        won, other = names(both, answers, 200)
        assert did(id)[1:] == [("submitted", won[0])]
        assert problem(other) == (409, "action_not_available")
        (given,) = ActionFile.objects.filter(application_id=id).exclude(event=None)
        assert str(given.id) == staged[("Siti", "Budi").index(won[0])]
        sound(id)


def test_an_officers_grant_against_a_fathers_withdrawal_is_one_of_both(both: Both, rina: Client) -> None:
    mother, father = both
    for _ in range(TIMES):
        id = handed_in(mother)
        take(rina, id, "start_review")

        granted, back = at_once(partial(take, rina, id, "grant"), partial(withdraw, father, id))

        assert sorted((granted.status_code, back.status_code)) == [200, 409]
        lost = granted if granted.status_code == 409 else back
        assert problem(lost) == (409, "action_not_available")
        sound(id)


def test_an_adult_and_whom_they_trust_do_not_both_take_it_back() -> None:
    publish_service(requirements=[], access=access("family"))
    mandate = mandate_of("relative", resident("budi@example.org"))
    apps: list[Client] = [signed_in(mandate.principal, "applications", "profile"), acting_by(mandate)]
    for _ in range(TIMES):
        id = handed_in(apps[0])

        answers = at_once(*[partial(withdraw, app, id) for app in apps])

        assert sorted(each.status_code for each in answers) == [200, 409]
        event = Event.objects.get(application_id=id, type="withdrawn")
        by_agent = answers[1].status_code == 200
        assert ("on_behalf_of" in event.data, event.actor_id == mandate.agent_id) == (by_agent, by_agent)
    assert list(broken_links()) == []
