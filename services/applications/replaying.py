"""A definition is tried on applications before it is published: the service's latest, and its open drafts.

Each batch is one delivery of the outbox, which asks for the next: a killed worker repeats at most one, and a batch that
was done is not done again. Nobody reads what residents wrote: a machine compares, and the report has counts, places,
words of the definitions and ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from services.applications.city_time import city_day
from services.applications.hooks import module_of
from services.applications.models import DRAFT, Application
from services.applications.queries.stored import files_of
from services.catalogue.models import Replay
from services.catalogue.queries.trying import results_of
from services.catalogue.versions import version_of
from services.definitions import Definition
from services.definitions.cases import CaseResult
from services.definitions.changes import Comparison, Effect, HandedIn, SetAside, amount_of, changes_between
from services.definitions.values import canonical_json
from services.events.models import Delivery, OutboxEvent
from services.events.operations import publish

MOST_DRAFTS: Final = 2000
MOST_CAUSES: Final = 200
MOST_IDS: Final = 10
MOST_TRIES: Final = 4  # of one batch: about two minutes
_BATCH: Final = 100
_MOST_DIFFERENCES: Final = 20
_LONGEST_VALUE: Final = 500
_COLUMNS: Final = ("id", "version_id", "state", "end", "answers", "submitted_at", "moved", "fee_amount")
_PHASES: Final = ("submitted", "drafts")


@transaction.atomic
def replay_batch(event: OutboxEvent, now: datetime) -> None:
    """Do the next batch of a replay, and ask for the one after it."""
    replay = Replay.objects.select_for_update(of=("self",)).select_related("service").filter(pk=event.key).first()
    if replay is None or replay.state not in (Replay.State.WAITING, Replay.State.RUNNING):
        return
    if replay.cursor.get("batch", 0) != event.body["batch"]:
        return  # done before
    if failure := _failure(event):
        replay.state, replay.finished_at = Replay.State.FAILED, now
        replay.cursor["failure"] = failure
        replay.save(update_fields=["state", "finished_at", "cursor"])
        return
    if event.body["batch"] == 0:
        _begin(replay)
    else:
        _go_on(replay, now)
    replay.cursor["batch"] = event.body["batch"] + 1
    if replay.cursor["phase"] is None:
        replay.state, replay.finished_at = Replay.State.DONE, now
    else:
        publish(topic="replay.due", key=replay.pk, body={"batch": replay.cursor["batch"]}, now=now)
    replay.save(update_fields=["state", "finished_at", "total", "done", "cursor", "report"])


def _failure(event: OutboxEvent) -> dict[str, Any] | None:
    """Return what kept this batch from being done so often that it is given up, None while it is worth another try."""
    found = Delivery.objects.filter(event=event, consumer="replay_batch").values("attempts", "latest_error").first()
    if found is None or found["attempts"] <= MOST_TRIES:
        return None
    return {"tries": MOST_TRIES, "error": found["latest_error"][:_LONGEST_VALUE]}


def _begin(replay: Replay) -> None:
    """Run the golden cases, and see how much there is to do."""
    results = results_of(replay.service, _definition(replay))
    submitted = min(_submitted(replay)[: replay.applications].count(), replay.applications)
    drafts = _drafts(replay).count()
    replay.state = Replay.State.RUNNING
    replay.total = len(results) + submitted + min(drafts, MOST_DRAFTS)
    replay.done = len(results)
    replay.cursor = {"phase": "submitted", "after": None}
    replay.report = {
        "cases": [_told(each) for each in results],
        "submitted": {"looked_at": 0, "affected": 0},
        "drafts": {"looked_at": 0, "affected": 0, "left_out": max(drafts - MOST_DRAFTS, 0)},
        "kinds": {},
        "causes": {},
        "more_causes": 0,
        "module_fees": {"submitted": 0, "applications": []},
    }


def _told(result: CaseResult) -> dict[str, Any]:
    """Return what came of a golden case as a report keeps it: so many differences, and no long values."""
    return {
        "id": result.case.id,
        "title": dict(result.case.title),
        "passed": result.passed,
        "differences": [
            {
                "pointer": each.pointer,
                "text": dict(each.text),
                "expected": _short(each.expected),
                "found": _short(each.found),
            }
            for each in result.differences[:_MOST_DIFFERENCES]
        ],
    }


def _short(value: Any) -> Any:
    written = canonical_json(value)
    return value if len(written) <= _LONGEST_VALUE else f"{written[:_LONGEST_VALUE].decode(errors='ignore')}…"


def _go_on(replay: Replay, now: datetime) -> None:
    """Compare one batch of the phase where it is; the next phase begins where that ends."""
    phase = replay.cursor["phase"]
    looked_at = replay.report[phase]["looked_at"]
    most = replay.applications if phase == "submitted" else MOST_DRAFTS
    rows = list(_rows(replay, min(_BATCH, most - looked_at)))
    files = files_of([row.id for row in rows])
    for row in rows:
        _add(replay.report, phase, row.id, _effects(replay, row, files.get(row.id, {}), now))
        if row.submitted_at and _has_module_fee(row):
            _add_module_fee(replay.report, row.id)
    replay.report[phase]["looked_at"] += len(rows)
    replay.done += len(rows)
    if len(rows) == _BATCH and looked_at + _BATCH < most:
        replay.cursor["after"] = _key(rows[-1])
    else:
        replay.cursor |= {"phase": "drafts" if phase == "submitted" else None, "after": None}


def _has_module_fee(row: Application) -> bool:
    """Return whether a module had a part in the fee: it is another than the definition's own rule gives."""
    version = version_of(row.version_id)
    if row.submitted_at is None or row.fee_amount is None or not hasattr(module_of(version), "fees"):
        return False
    return row.fee_amount != amount_of(version.definition, row.answers, city_day(row.submitted_at))


def _add_module_fee(report: dict[str, Any], id: UUID) -> None:
    found = report.setdefault("module_fees", {"submitted": 0, "applications": []})
    found["submitted"] += 1
    if len(found["applications"]) < MOST_IDS:
        found["applications"].append(str(id))


def _submitted(replay: Replay) -> QuerySet[Application]:
    """Return what was submitted before the replay was asked for, the latest first."""
    found = Application.objects.filter(service=replay.service, submitted_at__lte=replay.asked_at)
    return found.order_by("-submitted_at", "-id")


def _drafts(replay: Replay) -> QuerySet[Application]:
    return Application.objects.filter(service=replay.service, submitted_at=None).order_by("-id")


def _rows(replay: Replay, limit: int) -> Iterator[Application]:
    after = replay.cursor["after"]
    if replay.cursor["phase"] == "submitted":
        found = _submitted(replay)
        if after:
            at = datetime.fromisoformat(after[0])
            found = found.filter(Q(submitted_at__lt=at) | Q(submitted_at=at, id__lt=after[1]), submitted_at__lte=at)
    else:
        found = _drafts(replay)
        if after:
            found = found.filter(id__lt=after[1])
    return iter(found.only(*_COLUMNS)[:limit])


def _key(row: Application) -> list[str]:
    return [row.submitted_at.isoformat() if row.submitted_at else "", str(row.id)]


def _effects(replay: Replay, row: Application, files: dict[str, HandedIn], now: datetime) -> list[Effect]:
    """Return what would be otherwise for an application: judged by the day of its submission, a draft by today's."""
    comparison = _comparison(replay, row.version_id)
    if comparison is None:
        return []
    is_open = row.state != DRAFT and not row.end
    return comparison.effects(
        row.answers,
        state=row.state if is_open else None,
        files=files,
        today=city_day(row.submitted_at or now),
        set_aside=[SetAside(**each) for each in (row.moved or {}).get("set_aside", [])],
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """The definition of a replay, which its hash stands for."""

    definition: Definition

    def __hash__(self) -> int:
        return hash(self.definition.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tried) and other.definition.sha256 == self.definition.sha256


def _definition(replay: Replay) -> Definition:
    return Definition(replay.content, replay.sha256)


def _comparison(replay: Replay, version_id: UUID) -> Comparison | None:
    return _compared(_Tried(_definition(replay)), version_id)


@lru_cache(maxsize=32)
def _compared(tried: _Tried, version_id: UUID) -> Comparison | None:
    """Return a version beside what is tried, None where both say the same."""
    old = version_of(version_id).definition
    if old.sha256 == tried.definition.sha256:
        return None
    return Comparison(old, tried.definition, changes_between(old, tried.definition))


def _add(report: dict[str, Any], phase: str, id: UUID, effects: list[Effect]) -> None:
    """Count what would be otherwise for one application, by cause and by kind."""
    report[phase]["affected"] += bool(effects)
    for kind in {each.kind for each in effects}:
        counted = report["kinds"].setdefault(kind, dict.fromkeys(_PHASES, 0))
        counted[phase] += 1
    for each in effects:
        name = " ".join((each.kind, each.pointer, each.code))
        cause = report["causes"].get(name)
        if cause is None:
            if len(report["causes"]) >= MOST_CAUSES:
                report["more_causes"] += 1
                continue
            cause = {"kind": each.kind, "pointer": each.pointer, "code": each.code, "text": dict(each.text)}
            cause |= dict.fromkeys(_PHASES, 0) | {"applications": []}
            report["causes"][name] = cause
        cause[phase] += 1
        if len(cause["applications"]) < MOST_IDS:
            cause["applications"].append(str(id))
