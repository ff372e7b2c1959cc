"""Rounds of correction that nobody answers: the applicant is reminded; where the definition says so, it ends."""

from datetime import datetime, timedelta

from django.db import transaction

from services.applications.city_time import city_day
from services.applications.models import CorrectionRound
from services.applications.operations.corrections import lapse
from services.events.operations import publish

_BATCH = 200
_REMINDED_BEFORE = timedelta(days=3)


def tend_rounds(*, now: datetime) -> tuple[int, int]:
    """Remind of rounds whose last day comes within three days, end those whose silence ends them; return how many.

    Each is reminded of once. A batch at a time: what is left is found by the next call.
    """
    today = city_day(now)
    waiting = CorrectionRound.objects.filter(state=CorrectionRound.State.OPEN).order_by("answer_by", "id")
    near = waiting.filter(answer_by__lte=today + _REMINDED_BEFORE, answer_by__gte=today, reminded_at=None)
    reminded = sum(_remind(each, now) for each in near[:_BATCH])
    late = waiting.filter(answer_by__lt=today, application__version__content__corrections__on_silence="reject")
    return reminded, sum(lapse(each, now=now) for each in late.values_list("id", flat=True)[:_BATCH])


@transaction.atomic
def _remind(round_: CorrectionRound, now: datetime) -> bool:
    """Publish that a round's last day is near; return whether it was new."""
    open_still = CorrectionRound.objects.filter(pk=round_.pk, state=CorrectionRound.State.OPEN, reminded_at=None)
    if not open_still.update(reminded_at=now):
        return False
    body = {"application": str(round_.application_id), "round": round_.number, "answer_by": str(round_.answer_by)}
    publish(topic="correction.near", key=round_.application_id, body=body, now=now)
    return True
