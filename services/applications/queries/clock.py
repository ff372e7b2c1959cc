"""The clock of an application, derived from its history: what was asked, when it stood, by how much it was extended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.applications.models import DRAFT, Event
from services.applications.queries.detail import city_day
from services.catalogue.versions import Version
from services.definitions import Deadline, DueDate, Pause, Transition, due_date, pauses_in


@dataclass(frozen=True, slots=True)
class Clock:
    """What the due date is counted from. `pauses` in order; the last may last still."""

    rule: Deadline
    start: date
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Deadline, ...] = ()

    def counted(self, holidays: Mapping[date, str]) -> DueDate:
        """Return the due date with every day on the way; None as the date while the clock stands."""
        return due_date(self.rule, start=self.start, holidays=holidays, pauses=self.pauses, extensions=self.extensions)

    def kept(self, holidays: Mapping[date, str]) -> tuple[date, date | None]:
        """Return what the application's row keeps: `due_on`, and the day on which the clock was stopped, if it stands.

        While it stands, `due_on` is the day that it would be without this pause, by which lists are ordered.
        """
        closed = tuple(each for each in self.pauses if each.ended_on is not None)
        due = due_date(self.rule, start=self.start, holidays=holidays, pauses=closed, extensions=self.extensions)
        assert due.due_on is not None  # noqa: S101 - no pause is open
        return due.due_on, self.pauses[-1].began_on if len(closed) < len(self.pauses) else None


def clock_at_submission(version: Version, now: datetime) -> Clock:
    """Return the clock as submitting starts it."""
    workflow, today = version.definition.workflow, city_day(now)
    pauses = pauses_in(workflow, [(workflow.initial, today)])
    return Clock(version.definition.deadline, today, tuple(pauses))


def clock_of(
    application_id: UUID, version: Version, *, submitted_at: datetime, then: tuple[Transition, datetime] | None = None
) -> Clock:
    """Return the clock of a submitted application, one query at most; `then` is what is being done just now."""
    workflow = version.definition.workflow
    start, rule = city_day(submitted_at), version.definition.deadline
    extending = {each.action: each.extends for each in workflow.transitions if each.extends}
    if not extending and all(each.clock != "paused" for each in workflow.states.values()):
        return Clock(rule, start)
    events = Event.objects.filter(application_id=application_id).exclude(to_state=DRAFT).order_by("sequence")
    steps = [(state, city_day(at), action) for state, at, action in events.values_list("to_state", "at", "action")]
    if then is not None:
        steps.append((then[0].target, city_day(then[1]), then[0].action))
    targets = [extending[action] for _state, _day, action in steps if action in extending]
    return Clock(
        rule,
        start,
        tuple(pauses_in(workflow, [(state, day) for state, day, _action in steps])),
        tuple(Deadline(each.working_days, working=True, basis=each.basis) for each in targets),
    )
