"""What residents with open drafts are told of the day after which these cannot be submitted."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid5

from django.utils.timezone import localtime

from services.applications.city_time import city_day
from services.applications.models import DRAFT, Application
from services.applications.queries.behalf import readers_of
from services.applications.queries.detail import day_in_words
from services.catalogue.models import Service
from services.catalogue.versions import Version, version_of
from services.events.models import OutboxEvent
from services.notifications.operations import notify

Texts = dict[str, str]
_CHUNK = 200


def tell_of_cut_off(event: OutboxEvent, now: datetime) -> None:
    """Tell everybody who has a draft that a cut-off date concerns: when it is set or lifted, and shortly before."""
    at = event.body.get("at")
    moment = datetime.fromisoformat(at) if at else None
    near = event.topic == "service.cut_off_near"
    moves = Service.objects.filter(pk=event.key, retired_at=None).exists()
    for draft in _concerned(event):
        version = version_of(draft.version_id)
        title, body = _wording(version, moment, near=near, moves=moves)
        for recipient_id, application_id in readers_of(draft, version, now):
            notify(
                recipient_id=recipient_id,
                # Once to each for themselves, and once for each for whom they act.
                event_id=event.id if application_id else uuid5(event.id, str(draft.applicant_id)),
                kind=event.topic,
                title=title,
                body=body,
                application_id=application_id,
                at=event.created_at,
                now=now,
            )


def _concerned(event: OutboxEvent) -> Iterator[Application]:
    """Yield each draft, its applicant loaded."""
    drafts = Application.objects.filter(service_id=event.key, state=DRAFT)
    if version := event.body.get("version"):
        drafts = drafts.filter(version_id=version)
    if spared := event.body.get("but"):
        drafts = drafts.exclude(version_id=spared)
    rows = drafts.select_related("applicant").defer("answers").order_by("created_at", "pk")
    yield from rows.iterator(chunk_size=_CHUNK)


def _wording(version: Version, at: datetime | None, *, near: bool, moves: bool) -> tuple[Texts, Texts]:
    names = {language: version.text("title", language) for language in ("id", "en")}
    if at is None:
        return (
            {"id": f"{names['id']}: draf tetap dapat diajukan", "en": f"{names['en']}: your draft may stay"},
            {
                "id": "Batas waktu untuk draf Anda dicabut.",
                "en": "There is no end any more by which your draft must be submitted.",
            },
        )
    day = {language: day_in_words(city_day(at), language) for language in ("id", "en")}
    clock = _city_time(at)
    after = {"id": "Sesudah itu tidak lagi.", "en": "Afterwards it cannot."}
    if moves:
        after = {
            "id": "Sesudah itu draf pindah ke formulir yang baru.",
            "en": "Afterwards it moves to the new form.",
        }
    head = {"id": "segera ajukan draf Anda", "en": "submit your draft soon"}
    if not near:
        head = {"id": "batas waktu draf Anda", "en": "an end for your draft"}
    return (
        {language: f"{names[language]}: {head[language]}" for language in names},
        {
            "id": f"Draf Anda dapat diajukan sampai {day['id']} pukul {clock} WITA. {after['id']}",
            "en": f"Your draft can be submitted until {day['en']}, {clock} (WITA). {after['en']}",
        },
    )


def _city_time(at: datetime) -> str:
    """Return the hour and minute of the city's day, such as `16.00`."""
    return localtime(at).strftime("%H.%M")
