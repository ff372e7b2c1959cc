"""How an agency publishes: with one admin, or with two."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from services.agencies.models import Agency, Membership, Role
from services.catalogue.models import AgencyRule, Change
from services.catalogue.operations.publishing import refused


@transaction.atomic
def set_four_eyes(*, agency: Agency, on: bool, actor_id: UUID, now: datetime) -> AgencyRule:
    """Switch four-eyes publishing on, or off when a second admin asks for it, too: one alone could slip past it.

    :raises Problem: 409 `needs_two_admins` where nobody could approve.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    rule = AgencyRule.objects.filter(agency=agency).first() or AgencyRule(agency=agency)
    if on and not rule.four_eyes:
        admins = Membership.objects.filter(agency=agency, role=Role.ADMIN).values("user_id").distinct().count()
        if admins < 2:
            raise refused("needs_two_admins", "Perlu dua admin di OPD ini.", "The agency needs two admins for this.")
    if on:
        what, rule.four_eyes, rule.off_asked_by = Change.What.FOUR_EYES_ON, True, None
    elif rule.four_eyes and rule.off_asked_by in (None, actor_id):
        what, rule.off_asked_by = Change.What.FOUR_EYES_OFF_ASKED, actor_id
    else:
        what, rule.four_eyes, rule.off_asked_by = Change.What.FOUR_EYES_OFF, False, None
    rule.changed_by, rule.changed_at = actor_id, now
    rule.save()
    Change.objects.create(agency=agency, what=what, actor_id=actor_id, at=now)
    return rule
