"""A version is tried before it is published: golden cases always, a replay where applications would feel the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from services.catalogue.models import Change, ChangeClass, ModuleOffer, Replay, Service
from services.catalogue.operations.drafts import unsound, version_named
from services.catalogue.operations.releasing import note
from services.catalogue.queries.authoring import checked, draft_of
from services.catalogue.queries.trying import fresh_replay, results_of
from services.definitions import Definition
from services.definitions.cases import CaseResult
from services.events.operations import publish as tell
from superapp.http.problems import FieldError, Missing, Problem, invalid

AT_WORK: Final = (Replay.State.WAITING, Replay.State.RUNNING)
DEFAULT_APPLICATIONS: Final = 200
MOST_APPLICATIONS: Final = 2000
_KEPT: Final = 10
_PATIENCE: Final = timedelta(hours=1)
FELT: Final = (ChangeClass.BREAKING, ChangeClass.LEGAL)
_MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """How a version was tried when it was published: golden cases that differ, the replay (None: none was needed, or
    none was made), and whether somebody published all the same.
    """

    differing: tuple[str, ...]
    replay: UUID | None
    accepted: bool


def replay_needed() -> Problem:
    """Return the refusal to publish what nobody has tried on applications."""
    return Problem(
        status=409,
        code="replay_needed",
        detail={
            "id": "Perubahan ini perlu dicoba dahulu pada permohonan (replay): tunggu sampai selesai, atau terima "
            "perbedaannya beserta alasannya (accept_differences).",
            "en": "This change has to be tried on applications first (replay): let that finish, or accept the "
            "differences with a reason (accept_differences).",
        },
    )


def cases_differ(failing: Sequence[CaseResult]) -> Problem:
    """Return the refusal to publish what golden cases contradict, naming each difference."""
    ids = [each.case.id for each in failing]
    told = [
        FieldError(f"/cases/{each.case.id}{difference.pointer}", "differs", dict(difference.text))
        for each in failing
        for difference in each.differences
    ]
    return Problem(
        status=409,
        code="cases_differ",
        detail={
            "id": f"{len(ids)} kasus uji tidak sesuai. Perbaiki draf atau kasusnya, atau terima perbedaannya beserta "
            "alasannya (accept_differences).",
            "en": f"{len(ids)} golden cases differ. Mend the draft or the cases, or accept the differences with a "
            "reason (accept_differences).",
        },
        errors=told[:_MOST_TOLD],
    )


def tried(
    service: Service, definition: Definition, change_class: str, *, accepted: bool, reason: str, now: datetime
) -> Trial:
    """Return how a version was tried, where that is enough to publish it; the caller has the service fresh.

    :raises Problem: 409 `cases_differ`, `replay_needed`, unless the differences are `accepted`; 400 without a `reason`.
    """
    if accepted and not reason.strip():
        detail = {"id": "Tuliskan mengapa tetap diterbitkan.", "en": "Say why it is published all the same."}
        raise invalid([FieldError("/reason", "required", detail)])
    failing = [each for each in results_of(service, definition) if not each.passed]
    if failing and not accepted:
        raise cases_differ(failing)
    is_felt = service.current is not None and change_class in FELT
    replay = fresh_replay(service, definition.sha256, now)
    if is_felt and replay is None and not accepted:
        raise replay_needed()
    used = accepted and bool(failing or (is_felt and replay is None))
    return Trial(tuple(each.case.id for each in failing), replay.pk if replay else None, used)


@transaction.atomic
def ask_for_replay(*, service: Service, source: str, applications: int, actor_id: UUID, now: datetime) -> Replay:
    """Have the draft (`draft`), the module's definition (`module`) or a version (its number) tried by a worker.

    While the same is being tried, asking again returns that; what was being tried otherwise is given up.

    :raises Problem: 404 without what is to be tried; 400 for a version that there is not; 422 `unsound_definition`.
    """
    Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    service = Service.objects.select_related("current").get(pk=service.pk)
    found = checked(_content(service, source), None)
    if found.definition is None:
        raise unsound(found)
    wanted = {"sha256": found.definition.sha256, "against": service.current, "applications": applications}
    standing = Replay.objects.select_for_update(of=("self",)).filter(service=service, state__in=AT_WORK).first()
    if standing is not None:
        same = all(getattr(standing, name) == value for name, value in wanted.items())
        if same and standing.asked_at > now - _PATIENCE:
            return standing
        standing.state = Replay.State.SUPERSEDED
        standing.save(update_fields=["state"])
    content = dict(found.definition.content)
    asked = Replay.objects.create(
        service=service, source=source, content=content, asked_by=actor_id, asked_at=now, **wanted
    )
    _forget_earlier(service)
    tell(topic="replay.due", key=asked.pk, body={"batch": 0}, now=now)
    said = {"replay": str(asked.pk), "source": source, "sha256": asked.sha256, "applications": applications}
    note(service, Change.What.REPLAYED, actor_id=actor_id, now=now, values=said)
    return asked


def _content(service: Service, source: str) -> dict[str, Any]:
    if source == "draft":
        written = draft_of(service)
    elif source == "module":
        written = ModuleOffer.objects.filter(service=service).first()  # type: ignore[assignment]  # both have content
    else:
        return version_named(service, int(source), "/source").content  # type: ignore[no-any-return]  # a JSONField
    if written is None:
        raise Missing
    return written.content  # type: ignore[no-any-return]  # a JSONField


def _forget_earlier(service: Service) -> None:
    latest = Replay.objects.filter(service=service).order_by("-asked_at", "-id").values_list("pk", flat=True)[:_KEPT]
    Replay.objects.filter(service=service).exclude(pk__in=list(latest)).delete()
