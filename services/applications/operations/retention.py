"""The end of keeping: warned before, then without the person or not at all, with proof.

Nothing goes that was not delivered: its document was fetched, or nobody came for it half a year after the warning.
Nothing goes under a legal hold, or while its decision is objected to, appealed, or may be. Each application is one
transaction; its files' bytes go by the outbox, so that a worker killed at any moment leaves nothing behind.
"""

import logging
import secrets
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Kind, User
from accounts.privacy.operations.access import forget_accesses
from services.applications.city_time import city_day
from services.applications.destroying import line_hash
from services.applications.history import FIRST
from services.applications.models import (
    ActionFile,
    Application,
    ApplicationFile,
    Appointment,
    BundlePart,
    CorrectionFile,
    Destruction,
    Event,
    Keeping,
    LegalHold,
    LifeBundle,
    Message,
    Note,
    Satisfaction,
    Watch,
)
from services.applications.queries.objections import is_contested
from services.catalogue.versions import Version, version_of
from services.definitions import Retention
from services.documents.operations import conceal, forget_file
from services.events.operations import publish
from services.notifications.operations import forget_notices
from superapp.http.sql import fetch_all

logger = logging.getLogger(__name__)

WARNED: Final = timedelta(days=30)
UNFETCHED: Final = timedelta(days=180)
_BATCH: Final = 100
_NOBODY: Final = UUID("00000000-0000-4000-8000-00000000dead")
_LOCK: Final = 720_1946  # lines of the register are written one after another
# Of each version what is as old as it keeps, by an index: what is kept on is not looked at.
_DUE = """
SELECT due.id FROM catalogue_serviceversion v CROSS JOIN LATERAL (
  SELECT a.id, a.closed_at FROM applications_application a
  LEFT JOIN applications_keeping k ON k.application_id = a.id
  WHERE a.version_id = v.id AND a."end" <> '' AND a.erased_at IS NULL
    AND a.closed_at < %(now)s - make_interval(months => (v.content #>> '{retention,months}')::int, days => -32)
    AND (k.next_on IS NULL OR k.next_on <= %(today)s)
  ORDER BY a.closed_at, a.id LIMIT %(batch)s
) due ORDER BY due.closed_at, due.id LIMIT %(batch)s
"""


def tend_retention(*, now: datetime) -> dict[str, int]:
    """Warn of what is near its end and end what is due, a batch of each call; return how many of each."""
    done = {"warned": 0, "erased": 0}
    for (id,) in fetch_all(_DUE, {"now": now, "today": city_day(now), "batch": _BATCH}):
        try:
            if what := _tend(id, now):
                done[what] += 1
        except Exception:
            logger.exception("the keeping of application %s", id)
            # One that fails holds up no other: it is tried again tomorrow.
            Keeping.objects.update_or_create(application_id=id, defaults={"next_on": city_day(now) + timedelta(days=1)})
    return done


@transaction.atomic
def _tend(application_id: UUID, now: datetime) -> str:
    """Do what is due for one application; return what it was, empty where it waits."""
    found = Application.objects.select_for_update(of=("self",), skip_locked=True)
    application = found.filter(id=application_id, erased_at=None).exclude(end="").first()
    if application is None or application.closed_at is None:
        return ""
    version, today = version_of(application.version_id), city_day(now)
    keeping, _made = Keeping.objects.get_or_create(application=application)
    rule = version.definition.retention
    over_on = rule.over_on(city_day(application.closed_at))
    if today < over_on - WARNED:
        return _wait(keeping, over_on - WARNED)
    if LegalHold.objects.filter(application=application, lifted_at=None).exists() or is_contested(application, now=now):
        return _wait(keeping, today + timedelta(days=1))
    if keeping.warned_at is None:
        keeping.warned_at = now
        _wait(keeping, max(over_on, today + WARNED))
        body = {"on": str(keeping.next_on), "then": rule.then, "document": application.document_id is not None}
        publish(topic="retention.near", key=application.id, body=body, now=now)
        return "warned"
    ready_on = _ready_on(application, keeping, over_on)
    if today < ready_on:
        return _wait(keeping, ready_on)
    _erase(application, version, keeping, now)
    return "erased"


def _wait(keeping: Keeping, until: date) -> str:
    keeping.next_on = until
    keeping.save()
    return ""


def _ready_on(application: Application, keeping: Keeping, over_on: date) -> date:
    """Return the first day on which it may go: its time over, warned long enough, its document delivered."""
    assert keeping.warned_at is not None  # noqa: S101 - the caller has warned
    delivered = application.document_id is None or keeping.delivered_at is not None
    return max(over_on, city_day(keeping.warned_at) + (WARNED if delivered else UNFETCHED))


def _erase(application: Application, version: Version, keeping: Keeping, now: datetime) -> None:
    """Take the person out of an application, write the proof, tell whose it was."""
    rule = version.definition.retention
    files = _files_of(application)
    _prove(application, version, keeping, files=len(files), now=now)
    keys = _let_go(application, files)
    if application.document is not None:
        keys.append(conceal(application.document))
    _empty_history(application, destroy=rule.then == "destroy")
    _leave_bundle(application)
    body = {"keys": keys, "applicant": str(application.applicant_id), "number": application.number, "then": rule.then}
    publish(topic="retention.done", key=application.id, body=body, now=now)
    forget_notices(application.id)
    forget_accesses(person_id=application.applicant_id, about=application.id)
    _without_person(application, rule, now)


def _files_of(application: Application) -> list[Any]:
    """Return every row that holds a file of it."""
    return [
        *ApplicationFile.objects.filter(application=application).select_related("file"),
        *CorrectionFile.objects.filter(round__application=application, file__isnull=False).select_related("file"),
        *ActionFile.objects.filter(application=application).select_related("file"),
    ]


def _let_go(application: Application, files: list[Any]) -> list[str]:
    """Delete these rows and what was asked in rounds; return where the files' bytes are."""
    keys = []
    for each in files:
        each.delete()
        keys.append(forget_file(each.file))
    CorrectionFile.objects.filter(round__application=application).delete()
    application.rounds.all().delete()
    return keys


def _prove(application: Application, version: Version, keeping: Keeping, *, files: int, now: datetime) -> None:
    """Write the line of the register. The database lets go of a history's content only once it stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    latest = Destruction.objects.order_by("-number").first()
    head = Event.objects.filter(application=application).order_by("-sequence").values_list("sequence", "hash")[0]
    rule = version.definition.retention
    assert application.closed_at  # noqa: S101 - the caller has looked
    assert keeping.warned_at  # noqa: S101 - and has warned
    line = Destruction(
        number=latest.number + 1 if latest else 1,
        application_id=application.id,
        reference=application.number or "",
        agency_code=version.agency_code,
        service=version.slug,
        version=version.number,
        then=rule.then,
        months=rule.months,
        basis=rule.basis,
        closed_at=application.closed_at,
        warned_at=keeping.warned_at,
        delivered_at=keeping.delivered_at,
        files=files,
        events=head[0],
        head=head[1],
        at=now,
        previous_hash=latest.hash if latest else FIRST,
    )
    line.hash = line_hash(line)
    line.save(force_insert=True)


def _empty_history(application: Application, *, destroy: bool) -> None:
    """Take words and data out of the history, and who the applicant was; destroyed, all but the chain itself."""
    events = Event.objects.filter(application=application)
    if destroy:
        events.update(reason="", data={}, actor=None, type="", action="", from_state="", to_state="", actor_role="")
    else:
        events.filter(actor_role="resident").update(actor=None)
        events.update(reason="", data={})
    application.submissions.all().delete()
    application.hops.update(reason="")
    for each in (Appointment, Note, Message, Satisfaction, Watch):
        each.objects.filter(application=application).delete()


def _leave_bundle(application: Application) -> None:
    """Take it out of what a life event opened, which leads to the person; the answers given there go with the last."""
    part = BundlePart.objects.filter(application=application).first()
    if part is None:
        return
    bundle = LifeBundle.objects.select_for_update().get(id=part.bundle_id)
    part.delete()
    if not bundle.parts.exists():
        bundle.delete()


def _without_person(application: Application, rule: Retention, now: datetime) -> None:
    """Give the row to nobody; an app that catches up is told that it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO applications_tombstone (application_id, applicant_id, service_id, changed_in, at) "
            "VALUES (%s, %s, %s, pg_current_xact_id()::text::bigint, %s) ON CONFLICT (application_id) DO NOTHING",
            [application.id, application.applicant_id, application.service_id, now],
        )
    application.marks.all().delete()
    changed: dict[str, Any] = {
        "applicant": _nobody(), "answers": {}, "moved": None, "reused": None, "reused_files": None,
        "erased_at": now, "revision": application.revision + 1,
    }  # fmt: skip
    if rule.then == "destroy":
        changed |= {
            "number": f"-{secrets.token_hex(9)}", "fee_amount": None, "due_on": None, "assignee": None, "unit": None
        }  # fmt: skip
    Application.objects.filter(pk=application.pk).update(**changed)


def _nobody() -> User:
    """Return whose the applications are that are nobody's any more; it cannot sign in and is in no list of people."""
    made = User.objects.filter(pk=_NOBODY).first()
    if made is not None:
        return made
    nobody = User(pk=_NOBODY, kind=Kind.SYNTHETIC, full_name="", is_active=False)
    nobody.set_unusable_password()
    User.objects.bulk_create([nobody], ignore_conflicts=True)
    return nobody


def keep_on(application_id: UUID) -> None:
    """Forget that somebody was warned, of an application that was opened again: its time begins with its next end."""
    Keeping.objects.filter(application_id=application_id).update(warned_at=None, next_on=None)


def note_delivery(application_id: UUID, *, now: datetime) -> None:
    """Note that an applicant fetched their document; the first time counts."""
    fetch_all(
        "INSERT INTO applications_keeping (application_id, delivered_at) VALUES (%s, %s) "
        "ON CONFLICT (application_id) DO UPDATE SET delivered_at = excluded.delivered_at "
        "WHERE applications_keeping.delivered_at IS NULL RETURNING 1",
        [application_id, now],
    )
