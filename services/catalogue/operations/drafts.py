"""Writing the next version of a service: begun from what stands, saved as it grows, thrown away."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from services.agencies.models import Agency
from services.catalogue.models import Change, Origin, Service, ServiceDraft, ServiceVersion
from services.catalogue.operations.releasing import note
from services.catalogue.queries.authoring import OPEN_STATES, Checked, checked, draft_of
from services.definitions import content_hash
from services.definitions.harms import harms_in, unkept_faults
from services.definitions.ordering import with_order
from services.definitions.telling import in_both
from superapp.http.conditional import require_match
from superapp.http.merging import merge_patch
from superapp.http.problems import FieldError, Missing, Problem, invalid

_MOST_ERRORS: Final = 20
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slug_taken() -> Problem:
    """Return the refusal of a slug that another service has. Whose, is not told."""
    detail = {"id": "Nama alamat ini sudah dipakai layanan lain.", "en": "Another service has this name already."}
    return Problem(status=409, code="slug_taken", detail=detail, errors=[FieldError("/service", "slug_taken", detail)])


def draft_exists() -> Problem:
    """Return the refusal to begin a draft beside another."""
    detail = {"id": "Layanan ini sudah punya draf.", "en": "This service has a draft already."}
    return Problem(status=409, code="draft_exists", detail=detail)


def publication_open() -> Problem:
    """Return the refusal to do anything beside a publication that waits."""
    detail = {
        "id": "Ada penerbitan yang menunggu. Batalkan atau selesaikan dahulu.",
        "en": "A publication is waiting. Take it back or finish it first.",
    }
    return Problem(status=409, code="publication_open", detail=detail)


def unsound(found: Checked) -> Problem:
    """Return the refusal of a draft with faults; each is named by its place in the draft."""
    return Problem(
        status=422,
        code="unsound_definition",
        detail={
            "id": f"Ada {len(found.faults)} hal yang perlu diperbaiki sebelum diterbitkan.",
            "en": f"Faults to be mended before this can be published: {len(found.faults)}.",
        },
        errors=[
            FieldError(f"/content{each.pointer}", "unsound", in_both(each.message, each.hint)) for each in found.faults
        ],
    )


@transaction.atomic
def create_service(
    *, agency: Agency, slug: str, content: dict[str, Any] | None, actor_id: UUID, now: datetime
) -> ServiceDraft:
    """Begin a new service of an agency, with a draft and no version: residents do not see it.

    :raises Problem: 400 by field; 409 `slug_taken`.
    """
    if not _SLUG.fullmatch(slug):
        detail = {"id": "Huruf kecil, angka dan tanda hubung.", "en": "Small letters, digits and hyphens."}
        raise invalid([FieldError("/service", "invalid", detail)])
    try:
        with transaction.atomic():
            service, made = Service.objects.get_or_create(slug=slug, defaults={"agency": agency, "is_open": False})
    except IntegrityError:
        raise slug_taken() from None
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if service.agency_id != agency.pk or service.current_id or draft_of(service):
        raise slug_taken()
    if service.publications.filter(state__in=OPEN_STATES).exists():
        raise slug_taken()
    if made:
        note(service, Change.What.CREATED, actor_id=actor_id, now=now)
    wanted = {"service": slug} | (content or {})
    return _begin(service, wanted, base=None, actor_id=actor_id, now=now)


@transaction.atomic
def begin_draft(
    *, service: Service, number: int | None, actor_id: UUID, now: datetime, content: dict[str, Any] | None = None
) -> ServiceDraft:
    """Begin a draft from the version that stands, from an earlier one, or of `content`; it will replace what stands.

    :raises Problem: 409 `draft_exists`, `publication_open`; 400 for a version that there is not.
    """
    service = Service.objects.select_for_update(of=("self",)).select_related("current").get(pk=service.pk)
    if draft_of(service):
        raise draft_exists()
    if service.publications.filter(state__in=OPEN_STATES).exists():
        raise publication_open()
    source = service.current if number is None else version_named(service, number, "/from")
    if content is None:
        content = dict(source.content) if source else {"service": service.slug}
    return _begin(service, content, base=service.current, actor_id=actor_id, now=now)


def version_named(service: Service, number: int, pointer: str) -> ServiceVersion:
    """Return a version by its number, which stands at `pointer` of what was sent.

    :raises Problem: 400 for one that the service does not have.
    """
    found = ServiceVersion.objects.filter(service=service, number=number).first()
    if found is None:
        detail = {"id": "Layanan ini tidak punya versi itu.", "en": "This service has no such version."}
        raise invalid([FieldError(pointer, "unknown_version", detail)])
    return found


def _begin(
    service: Service,
    content: dict[str, Any],
    *,
    base: ServiceVersion | None,
    actor_id: UUID,
    now: datetime,
    origin: Origin = Origin.ADMIN,
    editors: list[UUID] | None = None,
) -> ServiceDraft:
    faults = _require_keepable(content, service.slug)
    content = with_order(content)
    draft = ServiceDraft.objects.create(
        service=service,
        base=base,
        content=content,
        sha256=content_hash(content),
        faults=faults,
        origin=origin,
        author=actor_id,
        editors=editors if editors is not None else [actor_id],
        revision=_next_revision(service),
        created_at=now,
        updated_at=now,
    )
    said = {"base": base.number if base else None, "sha256": draft.sha256}
    note(service, Change.What.DRAFTED, actor_id=actor_id, now=now, values=said)
    return draft


def put_back(
    service: Service,
    content: dict[str, Any],
    *,
    base: ServiceVersion | None,
    origin: Origin,
    actor_id: UUID,
    editors: list[UUID],
    now: datetime,
) -> ServiceDraft | None:
    """Make a draft of what was not published after all, unless a new one was begun meanwhile."""
    if draft_of(service):
        return None
    return _begin(service, content, base=base, actor_id=actor_id, now=now, origin=origin, editors=editors)


def faults_in(content: dict[str, Any]) -> list[dict[str, str]]:
    """Return what keeps a definition from being published, as a draft keeps it."""
    found = checked(content, None).faults
    return [{"pointer": each.pointer, "message": each.message, "hint": each.hint} for each in found]


@transaction.atomic
def save_draft(
    *,
    service: Service,
    if_match: str | None,
    content: Mapping[str, Any],
    whole: bool,
    base: int | None,
    actor_id: UUID,
    now: datetime,
) -> ServiceDraft:
    """Save a draft, sound or not: all of it, or the part that `content` holds (RFC 7396: null removes).

    `base` says that the admin has seen the version of that number, so that the draft may replace it.

    :raises Problem: 404 without a draft; 412, 428 by `if_match`; 400 naming what cannot be kept.
    """
    draft = locked_draft(service)
    require_match(if_match, str(draft.revision))
    wanted = dict(content) if whole else merge_patch(draft.content, content)
    faults = _require_keepable(wanted, service.slug)
    wanted = with_order(wanted)
    if base is not None:
        draft.base = version_named(service, base, "/base")
    digest = content_hash(wanted)
    if digest != draft.sha256 or base is not None:
        said = {"from": draft.sha256, "to": digest, "base": base}
        note(service, Change.What.EDITED, actor_id=actor_id, now=now, values=said)
    draft.content, draft.sha256, draft.faults = wanted, digest, faults
    draft.author, draft.updated_at = actor_id, now
    draft.editors = [*dict.fromkeys([*draft.editors, actor_id])]
    draft.revision = _next_revision(service)
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, service: Service, if_match: str | None, actor_id: UUID, now: datetime) -> None:
    """Throw a draft away. A service that was never published is then no longer listed; its slug stays its agency's.

    :raises Problem: 404 without a draft; 412, 428 by `if_match`.
    """
    draft = locked_draft(service)
    require_match(if_match, str(draft.revision))
    note(service, Change.What.DISCARDED, actor_id=actor_id, now=now, values={"sha256": draft.sha256})
    draft.delete()


def locked_draft(service: Service) -> ServiceDraft:
    """Return the draft of a service, locked.

    :raises Missing: where nobody is writing.
    """
    draft = ServiceDraft.objects.select_for_update(of=("self",)).select_related("base").filter(service=service).first()
    if draft is None:
        raise Missing
    return draft


def _next_revision(service: Service) -> int:
    Service.objects.filter(pk=service.pk).update(draft_revisions=F("draft_revisions") + 1)
    return Service.objects.values_list("draft_revisions", flat=True).get(pk=service.pk)


def _require_keepable(content: dict[str, Any], slug: str) -> list[dict[str, str]]:
    """Refuse what does harm or cannot be kept; return the faults of what is only unfinished.

    :raises Problem: 400 naming each place, and what to do.
    """
    if content.get("service", slug) != slug:
        detail = {"id": f"Tetap: {slug}.", "en": f"It stays {slug}."}
        raise invalid([FieldError("/content/service", "immutable", detail)])
    if not (harms := unkept_faults(content)) and (faults := faults_in(content)):
        harms = harms_in(content)
    if harms:
        raise invalid(
            [
                FieldError(f"/content{each.pointer}", "harmful", in_both(each.message, each.hint))
                for each in harms[:_MOST_ERRORS]
            ]
        )
    return faults
