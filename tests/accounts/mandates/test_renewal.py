"""A mandate near its end goes on when the other side consents anew."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.mandates import operations
from accounts.mandates.majority import end_of
from accounts.mandates.models import Change, Mandate, Relation
from accounts.models import User
from accounts.proofing.operations.keeping import load_identity
from accounts.sign_in.models import SignIn
from services.events.operations import drain
from services.notifications.models import Notice
from superapp.http.problems import Problem
from tests.accounts.mandates.acting import NIB, confirmed, post, swap
from tests.problems import problem

START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_default_timezone())
LAST_DAY = START.date() + timedelta(days=60)
NEAR = START + timedelta(days=50)
LATER = NEAR.date() + timedelta(days=200)


@pytest.fixture
def mandate(siti: User, officer: User) -> Mandate:
    """Siti lets Rina act for her, for sixty days."""
    given = operations.offer(
        principal_id=siti.pk, address=str(officer.email), services=(), expires_on=LAST_DAY, now=START
    )
    return operations.accept(mandate_id=given.pk, agent_id=officer.pk, now=START)


def ask(mandate: Mandate, person: User, now: datetime = NEAR, **changes: object) -> Mandate:
    wanted: dict[str, object] = {"expires_on": LATER} | changes
    return operations.ask_renewal(mandate_id=mandate.pk, person_id=person.pk, now=now, **wanted)  # type: ignore[arg-type]


def proved(person: User, now: datetime) -> None:
    SignIn.objects.create(person=person, began_at=now, proved_at=now, seen_at=now, methods=["pwd"])


def told(now: datetime = NEAR) -> set[tuple[object, str]]:
    while drain(now=now):
        pass
    return set(Notice.objects.values_list("recipient_id", "kind"))


def test_the_agent_asks_and_whoever_is_represented_consents_anew(mandate: Mandate, siti: User, officer: User) -> None:
    assert operations.tend(now=NEAR) == 1  # reminded
    asked = ask(mandate, officer)
    assert (asked.renewal_by, asked.renewal_until, asked.expires_at) == ("agent", end_of(LATER), mandate.expires_at)
    with pytest.raises(Problem, match="reauthentication_required"):
        operations.accept(mandate_id=mandate.pk, agent_id=siti.pk, now=NEAR)
    told()
    proved(siti, NEAR)

    renewed = operations.accept(mandate_id=mandate.pk, agent_id=siti.pk, now=NEAR)

    assert (renewed.expires_at, renewed.renewal_until, renewed.reminded_at) == (end_of(LATER), None, None)
    assert operations.accept(mandate_id=mandate.pk, agent_id=siti.pk, now=NEAR).version == renewed.version
    assert list(Change.objects.order_by("version").values_list("what", "role")) == [
        ("proposed", "principal"),
        ("begun", "agent"),
        ("renewal", "agent"),
        ("renewed", "principal"),
    ]
    both = {(person.pk, f"mandate.{what}") for person in (siti, officer) for what in ("expiring", "renewal", "renewed")}
    assert both <= told()
    assert operations.tend(now=mandate.expires_at) == 0


def test_whoever_is_represented_asks_and_the_agent_agrees(mandate: Mandate, siti: User, officer: User) -> None:
    with pytest.raises(Problem, match="reauthentication_required"):
        ask(mandate, siti)
    proved(siti, NEAR)
    ask(mandate, siti)
    with pytest.raises(Problem, match="mandate_not_open"):  # one's own wish is not the other's consent
        operations.accept(mandate_id=mandate.pk, agent_id=siti.pk, now=NEAR)

    assert operations.accept(mandate_id=mandate.pk, agent_id=officer.pk, now=NEAR).expires_at == end_of(LATER)


def test_unanswered_it_ends_as_it_did(mandate: Mandate, officer: User) -> None:
    ask(mandate, officer)

    operations.tend(now=mandate.expires_at)

    mandate.refresh_from_db()
    assert (mandate.state, mandate.ending, mandate.renewal_until) == ("ended", "expired", None)
    with pytest.raises(Problem, match="mandate_not_open"):
        operations.accept(mandate_id=mandate.pk, agent_id=officer.pk, now=mandate.expires_at)


@pytest.mark.parametrize("days", [0, 10, 366])
def test_it_goes_on_for_a_year_at_most_and_never_shrinks(mandate: Mandate, officer: User, days: int) -> None:
    with pytest.raises(Problem, match="invalid"):
        ask(mandate, officer, expires_on=NEAR.date() + timedelta(days=days))


def test_too_early_and_too_late_it_is_refused(mandate: Mandate, officer: User) -> None:
    for now in (mandate.expires_at - timedelta(days=30, seconds=1), mandate.expires_at):
        with pytest.raises(Problem, match="mandate_not_renewable"):
            ask(mandate, officer, now)


def test_a_stranger_does_not_renew(mandate: Mandate, person: User) -> None:
    from accounts.operations import register_person

    stranger = register_person(full_name="X", email="x@balikpapan.example", now=START)

    with pytest.raises(Mandate.DoesNotExist):
        ask(mandate, stranger)


def test_over_http_it_names_what_is_wrong(own: str, siti: User, officer: User) -> None:
    until = timezone.localdate() + timedelta(days=20)
    given = operations.offer(
        principal_id=officer.pk, address=str(siti.email), services=(), expires_on=until, now=timezone.now()
    )
    post(own, f"me/mandates/{given.pk}/accept/")
    token = swap(own, given.pk).json()["access_token"]

    later = str(until + timedelta(days=30))
    assert problem(post(own, f"me/mandates/{given.pk}/renew/", expires_on="soon"))[0] == 400
    asked = post(own, f"me/mandates/{given.pk}/renew/", expires_on=later)

    assert asked.json()["renewal"]["asked_by"] == "agent"
    assert asked.json()["renewable"] is True
    assert problem(post(token, f"me/mandates/{given.pk}/renew/", expires_on=later)) == (403, "not_on_behalf")


def test_a_directors_own_is_compared_by_an_officer_again(siti: User, officer: User) -> None:
    with time_machine.travel(START, tick=False):
        asked = operations.add_company(director_id=siti.pk, name="PT Lain", nib=NIB, npwp="", now=START)
        company = confirmed(asked, officer, NIB)
    near = company.expires_at - timedelta(days=5)

    waiting = ask(company, siti, near)
    assert waiting.renewal_until == company.expires_at + timedelta(days=365)
    with pytest.raises(Problem, match="mandate_not_open"):
        operations.accept(mandate_id=company.pk, agent_id=siti.pk, now=near)
    renewed = operations.confirm(
        mandate_id=company.pk, officer_id=officer.pk, number=NIB, kinds=[Relation.COMPANY], now=near
    )

    assert (renewed.state, renewed.evidence) == ("active", "officer")
    assert renewed.expires_at == company.expires_at + timedelta(days=365)


def test_a_directors_own_goes_on_at_once_while_the_register_names_them(siti: User) -> None:
    load_identity(person_id=siti.pk, nik="6471014503950001", kk="6471010506240001", now=START)
    company = operations.add_company(director_id=siti.pk, name="x", nib="0220001234567", npwp="", now=START)

    renewed = ask(company, siti, company.expires_at - timedelta(days=5))

    assert renewed.expires_at == company.expires_at + timedelta(days=365)
    assert renewed.renewal_until is None
