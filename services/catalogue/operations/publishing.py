"""An admin's draft becomes a version: at once, on a date, or after a second admin has agreed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from services.catalogue.models import (
    AgencyRule,
    Change,
    ChangeClass,
    Origin,
    Publication,
    Service,
)
from services.catalogue.operations.drafts import locked_draft, publication_open, unsound, version_named
from services.catalogue.operations.releasing import lock_catalogue, note, release
from services.catalogue.operations.trials import Trial, tried
from services.catalogue.queries.authoring import OPEN_STATES, Checked, checked
from services.definitions.changes import ChangeClass as Weight
from services.definitions.changes import is_milder
from superapp.http.conditional import require_match
from superapp.http.problems import FieldError, Problem, invalid

State = Publication.State


@dataclass(frozen=True, slots=True)
class Wish:
    """How an admin wants to publish. What is None is: at once; as worked out; nothing chosen; no end for drafts.

    `accept_differences`: also where golden cases say otherwise or nobody has replayed it; then a reason is owed.
    """

    effective_from: datetime | None = None
    change_class: str | None = None
    drafts_policy: str | None = None
    cut_off_at: datetime | None = None
    reason: str = ""
    accept_differences: bool = False


def draft_outdated(number: int) -> Problem:
    """Return the refusal of a draft that was begun before the version that stands now."""
    return Problem(
        status=409,
        code="draft_outdated",
        detail={
            "id": f"Versi {number} lebih baru dari draf ini. Bandingkan, lalu simpan draf dengan base {number}.",
            "en": f"Version {number} is newer than this draft. Compare, then save it with base {number}.",
        },
        members={"current": number},
    )


def refused(code: str, id: str, en: str) -> Problem:
    return Problem(status=409, code=code, detail={"id": id, "en": en})


@transaction.atomic
def publish_draft(*, service: Service, if_match: str | None, wish: Wish, actor_id: UUID, now: datetime) -> Publication:
    """Publish a service's draft as `wish` says; the draft is used up.

    With two eyes more asked for by the agency it waits for a second admin; with a date ahead, for that.

    :raises Problem: 404 without a draft; 412, 428 by `if_match`; 422 `unsound_definition`; 400 by field; 409
        `draft_outdated`, `publication_open`, `nothing_changed`, `service_retired`, `cases_differ`, `replay_needed`.
    """
    lock_catalogue()
    service = fresh(service)
    draft = locked_draft(service)
    require_match(if_match, str(draft.revision))
    if service.current and draft.base_id != service.current_id:
        raise draft_outdated(service.current.number)
    made = request(
        service, draft.content, wish, origin=Origin(draft.origin), editors=draft.editors, actor_id=actor_id, now=now
    )
    draft.delete()
    return made


@transaction.atomic
def roll_back(*, service: Service, number: int, wish: Wish, actor_id: UUID, now: datetime) -> Publication:
    """Publish the content of an earlier version again, as the next one. A draft that is being written stays.

    :raises Problem: 400 for a version that there is not, or by field; 409 as `publish_draft`.
    """
    lock_catalogue()
    service = fresh(service)
    source = version_named(service, number, "/to")
    return request(service, source.content, wish, origin=Origin.ADMIN, editors=[actor_id], actor_id=actor_id, now=now)


def fresh(service: Service) -> Service:
    return Service.objects.select_related("agency", "current").get(pk=service.pk)


def request(
    service: Service,
    content: dict[str, Any],
    wish: Wish,
    *,
    origin: Origin,
    editors: list[UUID],
    actor_id: UUID,
    now: datetime,
) -> Publication:
    """Make the publication, and do it at once where nothing has to be waited for."""
    found = checked(content, service.current)
    definition = found.definition
    if definition is None:
        raise unsound(found)
    if service.publications.filter(state__in=OPEN_STATES).exists():
        raise publication_open()
    if service.retired_at is not None:
        raise refused("service_retired", "Layanan sudah dihentikan. Buka lagi dahulu.", "It is retired. Reopen it.")
    if service.current and service.current.sha256 == definition.sha256:
        raise refused("nothing_changed", "Sama dengan versi yang berlaku.", "It is what stands already.")
    chosen = _chosen(found, wish)
    _require_dates(wish, now)
    trial = tried(service, definition, chosen, accepted=wish.accept_differences, reason=wish.reason, now=now)
    made = Publication.objects.create(
        service=service,
        previous=service.current,
        content=dict(definition.content),
        sha256=definition.sha256,
        origin=origin,
        change_class=found.change_class or "",
        chosen_class=chosen,
        drafts_policy=wish.drafts_policy or "carry_on",
        cut_off_at=wish.cut_off_at,
        effective_from=wish.effective_from,
        state=State.AWAITING if _needs_second(service) else State.SCHEDULED,
        editors=[*dict.fromkeys([*editors, actor_id])],
        requested_by=actor_id,
        requested_at=now,
        reason=wish.reason,
        differences_accepted=trial.accepted,
    )
    _note_trial(made, trial, actor_id, now)
    if made.state == State.AWAITING:
        note(service, Change.What.REQUESTED, actor_id=actor_id, now=now, reason=wish.reason, values=_said(made))
    else:
        go(made, actor_id=actor_id, now=now)
    return made


def _note_trial(publication: Publication, trial: Trial, actor_id: UUID, now: datetime) -> None:
    """Write down who published what a trial contradicts, or what nobody has tried."""
    if trial.accepted:
        said = {
            "publication": str(publication.pk),
            "sha256": publication.sha256,
            "cases": list(trial.differing),
            "replay": str(trial.replay) if trial.replay else None,
        }
        what = Change.What.ACCEPTED
        note(publication.service, what, actor_id=actor_id, now=now, reason=publication.reason, values=said)


def go(publication: Publication, *, actor_id: UUID | None, now: datetime) -> None:
    """Publish what waits for nobody any more, or let it wait for its date."""
    at = publication.effective_from
    if at is not None and at > now:
        publication.state = State.SCHEDULED
        publication.save(update_fields=["state", "approved_by"])
        note(
            publication.service, Change.What.SCHEDULED, actor_id=actor_id, now=now, reason=publication.reason,
            values=_said(publication),
        )  # fmt: skip
        return
    found = checked(publication.content, None)
    if found.definition is None:
        raise unsound(found)
    publication.version = release(
        publication.service,
        found.definition,
        origin=Origin(publication.origin),
        now=now,
        change_class=publication.change_class,
        chosen_class=publication.chosen_class,
        drafts_policy=publication.drafts_policy,
        effective_from=at,
        published_by=publication.requested_by,
        approved_by=publication.approved_by,
        cut_off_at=publication.cut_off_at,
        reason=publication.reason,
    )
    publication.state = State.PUBLISHED
    publication.save(update_fields=["state", "version", "approved_by"])


def _said(publication: Publication) -> dict[str, Any]:
    at, end = publication.effective_from, publication.cut_off_at
    return {
        "publication": str(publication.pk),
        "sha256": publication.sha256,
        "change_class": publication.chosen_class,
        "drafts_policy": publication.drafts_policy,
        "effective_from": at.isoformat() if at else None,
        "cut_off_at": end.isoformat() if end else None,
    }


def _chosen(found: Checked, wish: Wish) -> str:
    """Return the class that is published: as worked out, or stricter.

    :raises Problem: 400 `too_mild`; `required` where nothing is said of the drafts that residents have begun.
    """
    if found.change_class is None:
        return ""
    errors = []
    chosen = cast(Weight, wish.change_class or found.change_class)
    if is_milder(chosen, found.change_class):
        detail = {
            "id": f"Perubahan ini {found.change_class}; hanya boleh diperketat.",
            "en": f"This change is {found.change_class}; it may only be made stricter.",
        }
        errors.append(FieldError("/change_class", "too_mild", detail))
    if not wish.drafts_policy:
        detail = {"id": "Pilih nasib draf warga.", "en": "Say what residents' drafts do."}
        errors.append(FieldError("/drafts_policy", "required", detail))
    if errors:
        raise invalid(errors)
    return ChangeClass(chosen).value


def _require_dates(wish: Wish, now: datetime) -> None:
    errors = []
    if wish.effective_from is not None and wish.effective_from <= now:
        detail = {"id": "Waktu ini sudah lewat.", "en": "This moment has passed."}
        errors.append(FieldError("/effective_from", "past", detail))
    if wish.cut_off_at is not None and wish.cut_off_at <= (wish.effective_from or now):
        detail = {"id": "Harus setelah versi baru berlaku.", "en": "It must come after the new version."}
        errors.append(FieldError("/cut_off_at", "too_early", detail))
    if errors:
        raise invalid(errors)


def _needs_second(service: Service) -> bool:
    return AgencyRule.objects.filter(agency_id=service.agency_id, four_eyes=True).exists()
