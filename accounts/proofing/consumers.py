"""What follows from a submission, told by the outbox at least once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.proofing.models import Check, Recovery
from accounts.proofing.operations.codes import code_of
from accounts.proofing.operations.raising import ask
from accounts.proofing.registry import Unavailable
from accounts.proofing.telling import tell
from accounts.sign_in.queries import phone_cools_until
from services.events.models import OutboxEvent
from services.events.operations import RetryLater


def check_identity(event: OutboxEvent, now: datetime) -> None:
    """Ask the registry where nobody got an answer yet.

    :raises RetryLater: while a page asks, while the person's number is too new, or until the quota of the next day.
    :raises Unavailable: tried again with growing delay.
    """
    check = Check.objects.filter(pk=UUID(event.body["check"])).first()
    if check is None or check.state != Check.State.PENDING:
        return
    if check.held_until > now:
        raise RetryLater((check.held_until - now).total_seconds() + 1)
    if cools_until := phone_cools_until(check.person_id, now=now):  # changed after they submitted
        raise RetryLater((cools_until - now).total_seconds() + 1)
    try:
        ask(check_id=check.pk, now=now, later=True)
    except Unavailable as error:
        if not error.until_tomorrow:
            raise
        midnight = timezone.localtime(now).replace(hour=0, minute=5, second=0) + timedelta(days=1)
        raise RetryLater((midnight - now).total_seconds()) from error


def tell_of_recovery(event: OutboxEvent, now: datetime) -> None:
    """Tell both sides of what happens to a way into an account: the contact at the counter, and those of the account.

    :raises OSError: when the gateway or the mail server fails; tried again later.
    """
    recovery = Recovery.objects.select_related("person").get(pk=event.key)
    if event.topic == "identity.recovery_code":
        _send_code(recovery, now)
        return
    if event.topic == "identity.recovery_started" and recovery.expires_at <= now:
        return  # told so late, it would only frighten
    others = [each for each in recovery.former if each != recovery.contact]
    told = {
        "identity.recovery_started": [("recovery_started", others)],
        "identity.recovery_confirmed": [("freed", [recovery.contact]), ("freed_from_yours", others)]
        if recovery.kind == Recovery.Kind.FREE
        else [("reopened_here", [recovery.contact]), ("reopened", others)],
    }
    for kind, contacts in told.get(event.topic, ()):
        for contact in contacts:
            tell(kind, contact, language=recovery.person.language)


def _send_code(recovery: Recovery, now: datetime) -> None:
    """Send the code that the person reads out at the counter; too late, or after another was begun, nothing."""
    if recovery.state == Recovery.State.CODE and recovery.expires_at > now:
        language = recovery.person.language
        tell("recovery_code", recovery.contact, language=language, code=code_of(recovery.pk))
