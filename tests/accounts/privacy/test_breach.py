"""`manage.py breach`: whom it affects, the clock, the notices, each once (UU 27/2022, art. 46)."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.mandates.models import Mandate
from accounts.models import Kind, RelyingParty, User
from accounts.privacy.models import Affected, Breach
from accounts.privacy.operations.access import note_access
from accounts.provider.operations import record_release
from accounts.sign_in.models import SignIn
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.privacy.conftest import Connect

WORDS = {"what": ["Kunci bocor.", "A key leaked."], "handling": ["Kunci diganti.", "The key was replaced."]}


@pytest.fixture
def list_at(tmp_path: Path) -> Path:
    return tmp_path / "affected.csv"


@pytest.fixture
def breach(list_at: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    period: dict[str, str] = {}

    def run(*flags: str, **changes: Any) -> str:
        now = timezone.now()
        period.setdefault("since", (now - timedelta(hours=2)).isoformat())
        period.setdefault("until", now.isoformat())
        said = period | {"csv": str(list_at)} | WORDS | changes
        options = [text for name, value in said.items() for text in _option(name, value)]
        call_command("breach", *options, *flags)
        return capsys.readouterr().out

    return run


def _option(name: str, value: Any) -> list[str]:
    return [f"--{name}", *(value if isinstance(value, list) else [value])]


def listed(path: Path) -> dict[str, list[str]]:
    with path.open(encoding="utf-8") as file:
        return {line["full_name"]: line["categories"].split() for line in csv.DictReader(file)}


def test_of_one_client_those_it_was_told_about_and_could_read(
    person: User, budi: User, connect: Connect, site: RelyingParty, app: RelyingParty, breach: Any, list_at: Path
) -> None:
    given = connect(person, scopes=["openid"])
    record_release(authorization_id=given.pk, endpoint="userinfo", claims=["email", "locale"], now=given.created_at)
    connect(budi, app, scopes=["account"])

    said = breach(client="antrean")

    assert listed(list_at) == {"Siti Aminah": ["account", "email", "sign_ins"]}
    assert list_at.stat().st_mode & 0o777 == 0o600
    assert "People affected: 1; told so far: 0" in said
    assert "72 hours left" in said
    assert "A key leaked." in said
    assert "Kunci diganti." in said
    assert not OutboxEvent.objects.filter(topic="privacy.breach").exists()


def test_of_an_agency_its_clients_and_its_staff(
    person: User, budi: User, connect: Connect, breach: Any, list_at: Path
) -> None:
    connect(person, scopes=["openid", "profile"])
    for whose, agency, what in ((budi, "DISDUKCAPIL", "file"), (budi, "DPMPTSP", "account")):
        note_access(
            person_id=whose.pk,
            reader_id=person.pk,
            reader_name="Rina",
            reader_role="officer",
            agency_code=agency,
            what=what,
            now=timezone.now() - timedelta(hours=1),
        )

    breach(agency="disdukcapil")

    assert listed(list_at) == {"Siti Aminah": ["account", "name", "sign_ins"], "Budi Santoso": ["applications"]}


def test_of_the_platform_also_who_was_signed_in_then_and_nobody_of_before_or_after(
    person: User, budi: User, connect: Connect, breach: Any, list_at: Path
) -> None:
    connect(person, scopes=["phone"])
    earlier = timezone.now() - timedelta(hours=5)
    over = connect(budi, created_at=earlier, ended_at=earlier + timedelta(hours=1))
    SignIn.objects.filter(person=budi).update(began_at=earlier, ended_at=over.ended_at)

    breach()

    assert listed(list_at) == {"Siti Aminah": ["phone", "sign_ins"]}


def test_each_is_told_once_also_when_it_is_run_again_and_who_came_to_light_is_told_then(
    person: User, budi: User, connect: Connect, breach: Any
) -> None:
    connect(person)
    assert "of these now: 1" in breach("--notify")
    assert "of these now: 0" in breach("--notify")
    first = Breach.objects.get()
    connect(budi, created_at=timezone.now() - timedelta(minutes=30))
    assert "of these now: 1" in breach("--notify")
    drain(now=timezone.now())

    assert Breach.objects.get().due_at == first.due_at == first.found_at + timedelta(hours=72)
    assert {each.recipient_id for each in Notice.objects.filter(kind="privacy.breach")} == {person.pk, budi.pk}
    assert Notice.objects.count() == 2
    told = Notice.objects.get(recipient=person).body
    assert ("nama" in told["id"], "UU 27/2022 pasal 46" in told["id"], "Kunci bocor." in told["id"]) == (True,) * 3
    assert "A key leaked." in told["en"]


def test_for_a_child_who_acts_for_it_is_told(person: User, connect: Connect, breach: Any) -> None:
    child = User.objects.create_user(full_name="Aisyah", kind=Kind.DEPENDANT)
    now = timezone.now()
    connect(child, created_at=now - timedelta(hours=1))
    assert "of these now: 0" in breach("--notify", client="antrean")
    Mandate.objects.create(
        principal=child,
        agent=person,
        kind="child",
        evidence="registry",
        basis="KUH Perdata pasal 299",
        scopes=["applications"],
        state="active",
        created_at=now,
        starts_at=now,
        expires_at=now + timedelta(days=9),
    )

    assert "of these now: 1" in breach("--notify", client="antrean")

    drain(now=timezone.now())
    notice = Notice.objects.get(kind="privacy.breach")
    assert notice.recipient_id == person.pk
    assert "Aisyah" in notice.body["id"]


def test_who_erased_the_account_cannot_be_told(person: User, connect: Connect, breach: Any) -> None:
    connect(person)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert "told so far: 0" in breach("--notify")
    assert Affected.objects.get().notified_at is None


@pytest.mark.parametrize("nik", ["6471014503950001", "6471 0145 0395 0001", "6471.01.450395.0001"])
def test_a_nik_is_never_told(breach: Any, nik: str) -> None:
    with pytest.raises(CommandError, match="16 digits") as refused:
        breach(what=[f"NIK {nik} bocor.", "Leaked."])

    assert nik not in str(refused.value)
    assert not Breach.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"client": "nobody"},
        {"client": "antrean", "agency": "DISDUKCAPIL"},
        {"since": "2026-11-24T10:00", "until": "2026-11-24T09:00"},
        {"since": "yesterday"},
        {"until": "2999-01-01T00:00"},
    ],
)
def test_what_makes_no_sense_is_refused(breach: Any, changes: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        breach(**changes)

    assert not Breach.objects.exists()


def test_a_name_is_no_formula(person: User, connect: Connect, breach: Any, list_at: Path) -> None:
    User.objects.filter(pk=person.pk).update(full_name="=HYPERLINK(1)")
    connect(person)

    breach()

    assert list(listed(list_at)) == ["'=HYPERLINK(1)"]
