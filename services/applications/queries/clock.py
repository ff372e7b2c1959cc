"""The clock of an application, derived from its history: what was asked, when it stood, by how much it was extended."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from services.agencies.queries import calendar, marked_calendar
from services.applications.city_time import city_day
from services.applications.models import DRAFT, Event
from services.catalogue.versions import Version
from services.definitions import Deadline, DueDate, Pause, Workflow, due_date, pauses_in


class Submitted(Protocol):
    """An application, as a row or as read."""

    @property
    def id(self) -> UUID: ...
    @property
    def submitted_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """What the due date is counted from. `pauses` in order; the last may last still.

    `start` is the day of receipt; where the rule counts from completeness and the first state waits for something, the
    day on which that was in. Until then it is not `complete`. Once opened `again`, that day, by its own promise.
    """

    rule: Deadline
    start: date
    complete: bool
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Deadline, ...] = ()
    again: bool = False

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


_kept_today: tuple[tuple[date, str], dict[UUID, tuple[date, date | None]]] = ((date.min, ""), {})


def kept_at_submission(version: Version, now: datetime) -> tuple[date, date | None]:
    """Return what the row keeps as submitting starts the clock (Clock.kept).

    All who submit under a version on one day get the same, so it is counted once a day and calendar.
    """
    global _kept_today
    mark, holidays = marked_calendar()
    today = city_day(now)
    known = _kept_today
    if known[0] != (today, mark):
        known = _kept_today = ((today, mark), {})
    kept = known[1]
    if version.id not in kept:
        kept[version.id] = _at_submission(version, today).kept(holidays)
    return kept[version.id]


def _at_submission(version: Version, today: date) -> Clock:
    workflow = version.definition.workflow
    pauses = pauses_in([(workflow.states[workflow.initial].clock == "paused", today)])
    return _begun(version, today, pauses)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, or is being done just now: the event's type, the state that it leads to, the action.

    `clock` is the promise with which the clock began anew.
    """

    type: str
    state: str
    action: str
    at: datetime
    clock: Mapping[str, Any] | None = None


def clock_of(application: Submitted, version: Version, *, then: Step | None = None) -> Clock:
    """Return the clock of a submitted application, by one query; `then` is what is being done just now."""
    assert application.submitted_at is not None  # noqa: S101 - drafts have no clock
    steps = steps_of(application.id) + ([then] if then else [])
    return clock_from(steps, version, city_day(application.submitted_at))


def steps_of(application_id: UUID) -> list[Step]:
    """Return what happened since it was submitted, in order. One query."""
    events = Event.objects.filter(application_id=application_id).exclude(to_state=DRAFT).order_by("sequence")
    return [Step(*each) for each in events.values_list("type", "to_state", "action", "at", "data__clock")]


def steps_in(events: Iterable[Event]) -> list[Step]:
    """Return what happened since it was submitted, of a history that was read already, in its order."""
    told = (each for each in events if each.to_state != DRAFT)
    return [Step(each.type, each.to_state, each.action, each.at, each.data.get("clock")) for each in told]


def clock_from(steps: Sequence[Step], version: Version, received: date) -> Clock:
    """Return the clock that these steps make."""
    workflow = version.definition.workflow
    anew = begun_again(steps)
    since = steps if anew is None else anew[2]
    extending = {each.action: each.extends for each in workflow.transitions if each.extends}
    targets = [extending[each.action] for each in since if each.action in extending]
    pauses = pauses_in(_paused(workflow, since))
    extensions = tuple(Deadline(each.working_days, working=True, basis=each.basis) for each in targets)
    if anew is not None:
        return Clock(anew[0], anew[1], True, tuple(pauses), extensions, again=True)
    return _begun(version, received, pauses, extensions)


def _begun(version: Version, received: date, pauses: list[Pause], extensions: tuple[Deadline, ...] = ()) -> Clock:
    """Return the clock with its beginning: the state in which it arrives may wait for what makes it complete."""
    definition = version.definition
    waits = definition.workflow.states[definition.workflow.initial].clock == "paused"
    start, complete = received, True
    if waits and pauses and definition.content["deadline"]["from"] == "complete":
        complete = pauses[0].ended_on is not None
        if pauses[0].ended_on is not None:
            start = pauses.pop(0).ended_on or received
    return Clock(definition.deadline, start, complete, tuple(pauses), extensions)


def target_on(steps: Sequence[Step], version: Version, holidays: Mapping[date, str]) -> date | None:
    """Return by when the state that it is in should be left; None where that has no target, or the clock stands.

    Counted as the due date is, from the day after it came there.
    """
    workflow = version.definition.workflow
    state = workflow.states[steps[-1].state]
    if state.target is None:
        return None
    first = next((place for place in range(len(steps), 0, -1) if steps[place - 1].state != state.code), 0)
    pauses = pauses_in(_paused(workflow, steps))
    rule = Deadline(state.target.working_days, working=True, basis=state.target.basis)
    return due_date(rule, start=city_day(steps[first].at), holidays=holidays, pauses=pauses).due_on


def target_of(application: Submitted, version: Version, state: str) -> date | None:
    """Return by when the present state should be left; a query where it has a target, none elsewhere."""
    if application.submitted_at is None or version.definition.workflow.states[state].target is None:
        return None
    # What is being submitted just now has no history yet.
    steps = steps_of(application.id) or [Step("submitted", state, "", application.submitted_at)]
    return target_on(steps, version, calendar())


def begun_again(steps: Sequence[Step]) -> tuple[Deadline, date, list[Step]] | None:
    """Return the promise of the latest reopening, its day, and the steps from it on; None where there was none."""
    for place in range(len(steps) - 1, -1, -1):
        promise = steps[place].clock
        if promise is not None:
            return Deadline.of(promise), city_day(steps[place].at), [*steps[place:]]
    return None


def targets_of(rows: Sequence[tuple[UUID, Version, str]]) -> dict[UUID, date]:
    """Return by when each should leave its state, where that has a target; rows are id, version, state. One query."""
    wanted = {id: version for id, version, state in rows if version.definition.workflow.states[state].target}
    if not wanted:
        return {}
    steps: defaultdict[UUID, list[Step]] = defaultdict(list)
    events = Event.objects.filter(application_id__in=wanted).exclude(to_state=DRAFT)
    columns = ("application_id", "type", "to_state", "action", "at")
    for id, type, state, action, at in events.order_by("application_id", "sequence").values_list(*columns):
        steps[id].append(Step(type, state, action, at))
    found = {id: target_on(each, wanted[id], calendar()) for id, each in steps.items()}
    return {id: day for id, day in found.items() if day is not None}


def _paused(workflow: Workflow, steps: Iterable[Step]) -> Iterator[tuple[bool, date]]:
    """Yield for each step whether the clock stands after it: by the workflow's state, or by a round of correction."""
    held = False
    for each in steps:
        held = each.type == "correction_asked" or (held and not each.type.startswith("correction_"))
        clock = workflow.states[each.state].clock
        yield clock == "paused" or (held and clock == "running"), city_day(each.at)
