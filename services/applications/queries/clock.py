"""The clock of an application, derived from its history: what was asked, when it stood, by how much it was extended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.applications.models import DRAFT, Application, Event
from services.applications.queries.detail import Row, city_day
from services.catalogue.versions import Version
from services.definitions import Deadline, DueDate, Pause, Workflow, due_date, pauses_in


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
    pauses = pauses_in([(workflow.states[workflow.initial].clock == "paused", today)])
    return Clock(version.definition.deadline, today, tuple(pauses))


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done just now: the event's type, the state that it leads to, the action."""

    type: str
    state: str
    action: str
    at: datetime


def clock_of(application: Application | Row, version: Version, *, then: Step | None = None) -> Clock:
    """Return the clock of a submitted application, by one query; `then` is what is being done just now."""
    assert application.submitted_at is not None  # noqa: S101 - drafts have no clock
    workflow = version.definition.workflow
    events = Event.objects.filter(application_id=application.id).exclude(to_state=DRAFT).order_by("sequence")
    steps = [Step(*each) for each in events.values_list("type", "to_state", "action", "at")]
    steps += [then] if then else []
    extending = {each.action: each.extends for each in workflow.transitions if each.extends}
    targets = [extending[each.action] for each in steps if each.action in extending]
    return Clock(
        version.definition.deadline,
        city_day(application.submitted_at),
        tuple(pauses_in(_paused(workflow, steps))),
        tuple(Deadline(each.working_days, working=True, basis=each.basis) for each in targets),
    )


def _paused(workflow: Workflow, steps: Iterable[Step]) -> Iterator[tuple[bool, date]]:
    """Yield for each step whether the clock stands after it: by the workflow's state, or by a round of correction."""
    held = False
    for each in steps:
        held = each.type == "correction_asked" or (held and not each.type.startswith("correction_"))
        clock = workflow.states[each.state].clock
        yield clock == "paused" or (held and clock == "running"), city_day(each.at)
