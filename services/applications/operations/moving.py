"""Drafts under a superseded version: what its publisher chose for them happens when they are touched next.

Nothing waits for a worker: whoever opens, saves or submits a draft finds it where the policy puts it, by a question
that costs nothing where no newer version stands. A worker goes through the rest, so that residents hear of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from services.applications.city_time import city_day, moment
from services.applications.models import DRAFT, Application
from services.applications.queries.detail import Row, get_row
from services.applications.queries.moved import plain
from services.applications.queries.stored import files_of
from services.catalogue.models import ChangeClass, DraftsPolicy, ServiceVersion
from services.catalogue.versions import Version, later_versions, version_of
from services.definitions import Definition, Evaluation
from services.definitions.changes import (
    AskedAgain,
    Change,
    SetAside,
    Upgrade,
    changes_between,
    class_of,
    is_milder,
    upgrade,
)
from services.definitions.changes import ChangeClass as Weight
from services.definitions.values import ABSENT, steps_of, value_at
from services.events.operations import publish

_WEIGHTY = (ChangeClass.BREAKING, ChangeClass.LEGAL)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a draft goes. `confirm`: answers that still fit are asked again from that class of change on."""

    target: Version
    changes: tuple[Change, ...]
    confirm: Weight | None

    @property
    def is_weighty(self) -> bool:
        """Return whether its resident must have seen what changed before it may be submitted."""
        return class_of(self.changes) == "breaking" or self.confirm is not None


def move_of(version: Version, current_id: UUID | None, *, cut_off_at: datetime | None, now: datetime) -> Move | None:
    """Return where a draft under `version` goes, None where it stays.

    It goes to the latest version whose publisher did not let drafts carry on, or that the law asks of everybody; to the
    current one when its own was cut off. It is asked again where any version on the way says so.
    """
    if current_id is None or version.id == current_id:  # an objection stays under what was decided
        return None
    later = later_versions(version, current_id)
    passed = [each for each in later if each.drafts_policy != DraftsPolicy.CARRY_ON or _is_law(each)]
    if cut_off_at is not None and cut_off_at <= now:
        passed = list(later)
    if not passed:
        return None
    target = passed[-1]
    changes = changes_from(version.id, target.id)
    asks = any(each.drafts_policy == DraftsPolicy.RE_ASK or _is_law(each) for each in passed)
    return Move(target, changes, _confirmed(changes, passed) if asks else None)


def _is_law(version: Version) -> bool:
    return version.chosen_class == ChangeClass.LEGAL


def _confirmed(changes: tuple[Change, ...], passed: list[Version]) -> Weight:
    """Return from which class on a change is asked again: what breaks, or less where an admin took it as breaking."""
    worked_out = class_of(changes)
    stricter = any(each.chosen_class in _WEIGHTY for each in passed)
    return worked_out if stricter and is_milder(worked_out, "breaking") else "breaking"


@lru_cache(maxsize=512)
def changes_from(old_id: UUID, new_id: UUID) -> tuple[Change, ...]:
    """Return what changed between two published versions."""
    return tuple(changes_between(version_of(old_id).definition, version_of(new_id).definition))


def opened(application_id: UUID, *, applicant_id: UUID, now: datetime) -> Row:
    """Return this person's application as they may see it now: a draft under the version where it belongs.

    :raises Application.DoesNotExist: when there is none, or it is another's.
    """
    row = get_row(application_id, applicant_id=applicant_id)
    if row.state != DRAFT or row.current_id is None:
        return row
    if move_of(row.version, row.current_id, cut_off_at=row.cut_off_at, now=now) is not None:
        move_draft(application_id, seen=True, now=now)
        return get_row(application_id, applicant_id=applicant_id)
    if row.moved and row.moved["unseen"]:
        saw(application_id)
    return row


@transaction.atomic
def move_draft(application_id: UUID, *, seen: bool, now: datetime, tell: bool = False) -> bool:
    """Move one draft to where it belongs; return whether it moved. Doing it again does nothing.

    `seen`: its resident sees the outcome at once. `tell`: publish `draft.moved`, so that they hear of it.
    """
    draft = Application.objects.select_for_update(of=("self",)).filter(id=application_id, state=DRAFT).first()
    return draft is not None and bring_up_to_date(draft, seen=seen, tell=tell, now=now)


def bring_up_to_date(draft: Application, *, seen: bool, now: datetime, tell: bool = False) -> bool:
    """Move a draft whose row the caller has locked to where it belongs; return whether it moved."""
    standing = _standing(draft)
    if standing is None:
        return False
    current_id, cut_off_at = standing
    version = version_of(draft.version_id)
    move = move_of(version, current_id, cut_off_at=cut_off_at, now=now)
    if move is None:
        return False
    before = draft.moved or {}
    moved = upgrade(
        draft.answers,
        version.definition,
        move.target.definition,
        move.changes,
        set_aside=[SetAside(**each) for each in before.get("set_aside", [])],
        files=files_of([draft.id]).get(draft.id, {}),
        confirm=move.confirm,
        today=city_day(now),
    )
    asked = [*moved.asked_again, *_still_asked(before, move, moved, city_day(now))]
    draft.moved = {
        "from": version.number,
        "at": moment(now),
        "changes": [plain(each.text) for each in move.changes],
        "asked": [_asked_line(each) for each in asked],
        "set_aside": [_aside_line(each) for each in moved.set_aside],
        "unseen": move.is_weighty and not seen,
    }
    draft.answers, draft.version_id = moved.answers, move.target.id
    draft.revision += 1
    draft.updated_at = now
    draft.save(update_fields=["answers", "version", "moved", "revision", "updated_at"])
    if tell and (asked or moved.set_aside or move.is_weighty):
        _tell(draft, move.target, now)
    return True


def _standing(draft: Application) -> tuple[UUID, datetime | None] | None:
    """Return the service's current version and when the draft's own is cut off."""
    return (
        ServiceVersion.objects.filter(id=draft.version_id, service__current__isnull=False)
        .values_list("service__current_id", "life__cut_off_at")
        .first()
    )


def _still_asked(before: Mapping[str, Any], move: Move, moved: Upgrade, today: date) -> list[AskedAgain]:
    """Return what an earlier move asked and nobody has answered, where the new form still has it as it was."""
    places = {each.pointer for each in moved.asked_again}
    documents = {f"/files/{each.id}" for each in move.target.definition.requirements}
    waiting = [AskedAgain(**each) for each in before.get("asked", [])]
    wrong = {each.pointer for each in move.target.definition.form.evaluate(moved.answers, today=today).problems}
    given = {each.pointer for each in waiting if value_at(moved.answers, steps_of(each.pointer)) is not ABSENT}
    open_ = documents | wrong | {each.pointer for each in waiting if each.why == "changed" and each.pointer in given}
    return [each for each in waiting if each.pointer not in places and each.pointer in open_]


def _asked_line(asked: AskedAgain) -> dict[str, Any]:
    return {"pointer": asked.pointer, "why": asked.why, "text": plain(asked.text), "document": asked.document}


def _aside_line(aside: SetAside) -> dict[str, Any]:
    return {"field": aside.field, "pointer": aside.pointer, "label": dict(aside.label), "value": aside.value}


def _tell(draft: Application, target: Version, now: datetime) -> None:
    publish(
        topic="draft.moved",
        key=draft.id,
        body={"application": str(draft.id), "service": target.slug, "version": target.number},
        now=now,
    )


def saw(application_id: UUID) -> None:
    """Note that the resident was shown what changed."""
    with transaction.atomic():
        draft = Application.objects.select_for_update(of=("self",)).filter(id=application_id, state=DRAFT).first()
        if draft is not None and draft.moved and draft.moved["unseen"]:
            draft.moved = draft.moved | {"unseen": False}
            draft.save(update_fields=["moved"])


def answered(
    moved: dict[str, Any], definition: Definition, patch: Mapping[str, Any], evaluation: Evaluation, today: date
) -> dict[str, Any]:
    """Return what still must be answered again after `patch`: what was typed anew is, and what no longer shows."""
    wrong = {each.pointer for each in definition.form.evaluate(evaluation.answers, today=today).problems}
    asked = [each for each in moved["asked"] if _is_open(each, patch, evaluation.answers, wrong)]
    return moved | {"asked": asked, "unseen": False}


def _is_open(asked: Mapping[str, Any], patch: Mapping[str, Any], answers: Mapping[str, Any], wrong: set[str]) -> bool:
    if asked["document"]:
        return True
    if asked["why"] != "changed":
        return asked["pointer"] in wrong
    steps = steps_of(asked["pointer"])
    return value_at(answers, steps) is not ABSENT and not _touched(patch, steps)


def _touched(patch: Any, steps: list[str]) -> bool:
    """Return whether a patch (RFC 7396) says anything of what stands at `steps`: a list is replaced whole."""
    for step in steps:
        if not isinstance(patch, Mapping):
            return True
        if step not in patch:
            return False
        patch = patch[step]
    return True


def handed_in_again(moved: dict[str, Any], requirement: str) -> dict[str, Any]:
    """Return what still must be answered again once a file for `requirement` was handed in."""
    pointer = f"/files/{requirement}"
    return moved | {"asked": [each for each in moved["asked"] if each["pointer"] != pointer]}
