"""What becomes of mandates when one of the two erases their account."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.mandates.models import Dependant, Mandate, Organisation
from accounts.mandates.operations import end_all_of
from accounts.models import User
from accounts.privacy.models import NAMELESS


def erase(person_id: UUID, now: datetime) -> list[dict[str, object]]:
    """End the person's mandates, delete those that never were in force and what a child or company was known by.

    One that was in force stays without a name: by it something was done for the other, which stands in their history.
    """
    end_all_of(person_id=person_id, now=now)
    theirs = Mandate.objects.filter(Q(principal_id=person_id) | Q(agent_id=person_id))
    gone, _each = theirs.filter(starts_at=None).delete()
    theirs.update(invited="")
    own = Dependant.objects.filter(Q(person_id=person_id) | Q(claimed_by_id=person_id))
    # The closed account by which others had acted for the person has the same name.
    User.objects.filter(pk__in=own.filter(claimed_at__isnull=False).values("pk")).update(full_name=NAMELESS)
    gone += own.delete()[0] + Organisation.objects.filter(account_id=person_id).delete()[0]
    return [{"kind": "mandates", "erased": gone, "kept": theirs.count()}]
