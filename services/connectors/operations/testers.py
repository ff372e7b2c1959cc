"""Who may sign in to a client while it is in its sandbox."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import ClientState, Kind, User
from accounts.provider.operations import end_authorizations
from services.connectors.models import Change, Registration
from services.connectors.operations.registering import living, note
from services.events.operations import publish
from superapp.http.problems import FieldError, invalid

MOST: Final = 50


@transaction.atomic
def add_tester(*, registration: Registration, actor_id: UUID, email: str, now: datetime) -> User:
    """Let the person with this proved e-mail address sign in meanwhile, and tell them. Twice, it changes nothing.

    :raises Problem: 400 `/email` when it is nobody's, or when there are `MOST` testers already; 409 `client_closed`.
    """
    found = living(registration)
    people = User.objects.filter(is_active=True, kind=Kind.PERSON, emailaddress__verified=True)
    person = people.filter(emailaddress__email__iexact=email).first()
    if person is None:
        text = {"id": "Tidak ada akun dengan alamat ini.", "en": "No account has this address."}
        raise invalid([FieldError("/email", "unknown_person", text)])
    if person.pk in found.client.testers:
        return person
    if len(found.client.testers) >= MOST:
        text = {"id": f"Paling banyak {MOST} penguji.", "en": f"At most {MOST} testers."}
        raise invalid([FieldError("/email", "too_many", text)])
    found.client.testers = [*found.client.testers, person.pk]
    found.client.save(update_fields=["testers"])
    note(found, Change.What.TESTER_ADDED, actor_id, now, {}, {"tester": str(person.pk)})
    body = {"person": str(person.pk), "site": found.client.name, "agency": found.agency.name}
    publish(topic="privacy.tester_added", key=found.pk, body=body, now=now)
    return person


@transaction.atomic
def remove_tester(*, registration: Registration, actor_id: UUID, person_id: UUID, now: datetime) -> None:
    """Let a person no longer try a client out; in its sandbox what it holds of them ends. Twice, it changes nothing.

    :raises Problem: 409 `client_closed`.
    """
    found = living(registration)
    if person_id not in found.client.testers:
        return
    found.client.testers = [each for each in found.client.testers if each != person_id]
    found.client.save(update_fields=["testers"])
    if found.client.state == ClientState.SANDBOX:
        end_authorizations(person_id=person_id, client=found.client, now=now)
    note(found, Change.What.TESTER_REMOVED, actor_id, now, {"tester": str(person_id)}, {"tester": None})
