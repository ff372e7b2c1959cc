"""Mandates in the copy of a person's data, and after one of the two erased their account."""

from datetime import date, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.mandates import operations
from accounts.mandates.majority import of_age_at
from accounts.mandates.models import Dependant, Mandate
from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import Deletion
from accounts.privacy.operations.deletion import ask_for_deletion, erase_due
from accounts.proofing.operations.keeping import keep_numbers
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.mandates.acting import NIK, bearer, child_of, swap


def given(siti: User, officer: User) -> Mandate:
    """Siti lets Rina act for her."""
    until = timezone.localdate() + timedelta(days=90)
    offered = operations.offer(
        principal_id=siti.pk, address=str(officer.email), services=(), expires_on=until, now=timezone.now()
    )
    return operations.accept(mandate_id=offered.pk, agent_id=officer.pk, now=timezone.now())


def export(person: User) -> dict[str, Any]:
    sections = (part for path in settings.PERSONAL_DATA_OF for part in import_string(path)(person.pk))
    return {each.name: orjson.loads(orjson.dumps([*map(dict, each.lines)], default=str)) for each in sections}


def erased(person: User) -> dict[str, Any]:
    ask_for_deletion(person_id=person.pk, now=timezone.now())
    assert erase_due(now=timezone.now() + timedelta(days=8)) == 1
    outcome = Deletion.objects.get(person=person).outcome
    return next(each for each in outcome if each["kind"] == "mandates")


def test_both_sides_find_it_in_their_copy_with_its_history(siti: User, officer: User) -> None:
    mandate = given(siti, officer)

    for person in (siti, officer):
        told = export(person)
        (line,) = told["mandates"]
        assert (line["id"], line["principal__full_name"], line["agent__full_name"]) == (
            str(mandate.pk),
            "Siti Aminah",
            "Rina",
        )
        assert [each["what"] for each in told["mandate_changes"]] == ["proposed", "begun"]
    assert export(siti)["mandates_invited"] == [{"id": str(mandate.pk), "invited": "rina@balikpapan.example"}]
    assert export(officer)["mandates_invited"] == []


def test_erased_by_either_it_ends_the_other_is_told_and_it_stays_without_a_name(
    own: str, siti: User, officer: User
) -> None:
    child = child_of(siti, officer)
    mandate = given(siti, officer)
    token = swap(own, child.pk).json()["access_token"]

    assert erased(siti) == {"kind": "mandates", "erased": 0, "kept": 2}

    later = timezone.now() + timedelta(days=8)
    while drain(now=later):
        pass
    mandate.refresh_from_db()
    assert (mandate.state, mandate.ending, mandate.invited) == ("ended", "principal", "")
    assert Mandate.objects.get(pk=child.pk).ending == "agent"
    assert bearer(token).get("/api/v1/me/").status_code == 401
    assert Notice.objects.filter(recipient=officer, kind="mandate.ended").exists()
    assert export(officer)["mandates"][0]["principal__full_name"] == "(akun dihapus)"


def test_what_never_was_in_force_goes(siti: User, officer: User) -> None:
    until = timezone.localdate() + timedelta(days=90)
    operations.offer(
        principal_id=siti.pk, address="nobody@balikpapan.example", services=(), expires_on=until, now=timezone.now()
    )

    gone = erased(siti)

    assert gone["erased"] >= 1
    assert Mandate.objects.count() == 0


def test_a_grown_child_erases_what_they_were_known_by(siti: User, officer: User) -> None:
    child = child_of(siti, officer)
    aisyah = register_person(full_name="Aisyah", email="aisyah@balikpapan.example", now=timezone.now())
    keep_numbers(person_id=aisyah.pk, nik=NIK, kk="6471010506240001", now=of_age_at(date(2019, 3, 14)))
    assert [each["id"] for each in export(aisyah)["mandates"]] == [str(child.pk)]

    erased(aisyah)

    assert not Dependant.objects.exists()
    assert User.objects.get(pk=child.principal_id).full_name == "(akun dihapus)"
    assert Mandate.objects.filter(pk=child.pk).exists()  # the mother's history: whom she acted for, without the name
