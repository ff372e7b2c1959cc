"""Erasing an account: asked for, seven days to change one's mind, then done by a worker.

Each part of the platform names its share in `settings.PERSONAL_DATA_ERASED_BY` (dotted path of a function that takes a
person's id, erases, and returns `[{"kind", "erased", "kept"}]`). The account's row stays without a name, since history
and archives point to it.
"""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from oauth2_provider.models import (
    get_access_token_model,
    get_device_grant_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from accounts.models import Assurance, RelyingParty, User
from accounts.privacy.models import NAMELESS, Deletion, Export
from accounts.privacy.operations.export import discard_exports
from accounts.privacy.operations.requests import close_requests
from accounts.provider.models import Authorization, Consent, Subject
from accounts.provider.operations import end_authorizations
from accounts.queries import works_for_the_city
from accounts.sign_in.models import Ending, FailedTry, PhoneChange, SignIn
from accounts.sign_in.operations import end
from services.events.operations import publish
from superapp.http.models import IdempotencyKey
from superapp.http.problems import Problem

logger = logging.getLogger(__name__)

_TOKENS: Final = (
    get_refresh_token_model, get_access_token_model, get_id_token_model, get_grant_model, get_device_grant_model
)  # fmt: skip
COOLING: Final = timedelta(days=7)


def still_staff() -> Problem:
    """Return the refusal of who still holds a role at an agency or on the platform."""
    return Problem(
        status=409,
        code="still_staff",
        detail={
            "id": "Anda masih bertugas sebagai petugas. Minta admin mengakhiri peran Anda, lalu hapus akun.",
            "en": "You still work here as staff. Have an admin end your roles, then erase the account.",
        },
    )


@transaction.atomic
def ask_for_deletion(*, person_id: UUID, now: datetime) -> Deletion:
    """Have the account erased in seven days, and tell the person. Asked again, it returns what stands.

    :raises Problem: 409 `still_staff`.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if works_for_the_city(person.pk):
        raise still_staff()
    standing = Deletion.objects.filter(person=person, state=Deletion.State.WAITING).first()
    if standing is not None:
        return standing
    asked = Deletion.objects.create(person=person, asked_at=now, due_at=now + COOLING)
    body = {"person": str(person_id), "until": asked.due_at.isoformat()}
    publish(topic="privacy.deletion_asked", key=asked.pk, body=body, now=now)
    return asked


@transaction.atomic
def cancel_deletion(*, person_id: UUID, now: datetime) -> bool:
    """Keep the account after all, and tell the person. Return False when nothing was waiting."""
    waiting = Deletion.objects.select_for_update().filter(person_id=person_id, state=Deletion.State.WAITING).first()
    if waiting is None:
        return False
    waiting.state, waiting.ended_at = Deletion.State.CANCELLED, now
    waiting.save(update_fields=["state", "ended_at"])
    publish(topic="privacy.deletion_cancelled", key=waiting.pk, body={"person": str(person_id)}, now=now)
    return True


def erase_due(*, now: datetime) -> int:
    """Erase each account whose seven days are over. Return how many.

    Each is one transaction: when the worker dies over it nothing has happened, and the next run begins again. One that
    fails does not hold up the others.
    """
    due = Deletion.objects.filter(state=Deletion.State.WAITING, due_at__lte=now).order_by("due_at", "pk")
    done = 0
    for each in list(due.values_list("pk", flat=True)[:100]):
        try:
            done += _erase(each, now)
        except Exception:  # a part may raise anything; it is tried again with the next run
            logger.exception("the account of deletion %s could not be erased", each)
    return done


@transaction.atomic
def _erase(deletion_id: UUID, now: datetime) -> bool:
    deletion = (
        Deletion.objects.select_for_update(skip_locked=True)
        .filter(pk=deletion_id, state=Deletion.State.WAITING, due_at__lte=now)
        .first()
    )
    if deletion is None:
        return False
    person = User.objects.select_for_update(no_key=True).get(pk=deletion.person_id)
    if works_for_the_city(person.pk):
        cancel_deletion(person_id=person.pk, now=now)  # took up a role meanwhile
        return False
    end(person_id=person.pk, ending=Ending.DEACTIVATED, now=now)
    outcome: list[object] = []
    for path in settings.PERSONAL_DATA_ERASED_BY:
        outcome += import_string(path)(person.pk, now)
    _make_nameless(person)
    deletion.state, deletion.ended_at, deletion.outcome = Deletion.State.DONE, now, outcome
    deletion.save(update_fields=["state", "ended_at", "outcome"])
    publish(topic="account.erased", key=person.pk, body={"person": str(person.pk)}, now=now)
    return True


@transaction.atomic
def note_outcome(*, person_id: UUID, lines: list[dict[str, object]]) -> None:
    """Add to the receipt what a part did that could not be asked while the account was erased."""
    done = Deletion.objects.select_for_update().filter(person_id=person_id, state=Deletion.State.DONE)
    deletion = done.order_by("-ended_at", "pk").first()
    if deletion is None:
        return
    kinds = {each["kind"] for each in lines}
    deletion.outcome = [each for each in deletion.outcome if each["kind"] not in kinds] + lines
    deletion.save(update_fields=["outcome"])


def erase_accounts_own(person_id: UUID, now: datetime) -> list[dict[str, object]]:
    """Erase what accounts holds: tokens, addresses, second factors, traces of devices, words of requests, copies."""
    end_authorizations(person_id=person_id, now=now)
    for tokens in _TOKENS:
        tokens().objects.filter(user_id=person_id).delete()
    IdempotencyKey.objects.filter(person_id=person_id).delete()
    clients = Authorization.objects.filter(person_id=person_id)
    # What was agreed to stays provable (art. 24), and is agreed to no longer.
    receipts = Consent.objects.filter(person_id=person_id)
    receipts.filter(withdrawn_at=None).update(withdrawn_at=now)
    names, _each = Subject.objects.filter(person_id=person_id).delete()
    for party in RelyingParty.objects.select_for_update().filter(testers__contains=[person_id]).order_by("pk"):
        party.testers = [each for each in party.testers if each != person_id]
        party.save(update_fields=["testers"])
    addresses, _each = EmailAddress.objects.filter(user_id=person_id).delete()
    factors, _each = Authenticator.objects.filter(user_id=person_id).delete()
    # The rows stay: from them the clients are told that the sign-ins ended.
    traces = SignIn.objects.filter(person_id=person_id).update(address=None, user_agent="")
    traces += PhoneChange.objects.filter(person_id=person_id).delete()[0]
    traces += FailedTry.objects.filter(person_id=person_id).delete()[0]
    close_requests(person_id=person_id, words=NAMELESS, now=now)
    copies = Export.objects.filter(person_id=person_id).count()
    discard_exports(person_id=person_id)
    return [
        {"kind": "account", "erased": 1, "kept": 0},
        {"kind": "addresses", "erased": addresses, "kept": 0},
        {"kind": "second_factors", "erased": factors, "kept": 0},
        {"kind": "sign_ins", "erased": traces, "kept": 0},
        {"kind": "clients", "erased": names, "kept": 0},
        {"kind": "receipts", "erased": 0, "kept": receipts.count()},
        {"kind": "releases", "erased": 0, "kept": clients.count()},
        {"kind": "exports", "erased": copies, "kept": 0},
    ]


def _make_nameless(person: User) -> None:
    person.full_name = NAMELESS
    person.email = person.phone = person.phone_verified_at = person.last_login = None
    person.assurance = Assurance.BASIC
    person.is_active = False
    person.groups.clear()
    person.user_permissions.clear()
    person.set_unusable_password()
    person.save()
