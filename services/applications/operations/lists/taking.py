"""Taking a list of the queue out as a file: asked for with a reason, written by the worker, kept for a day.

Written again from the start when a worker dies over it: the outbox tells of it until its row says that it is ready.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import Any, Final
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from accounts.privacy.operations.access import Reading, note_accesses
from accounts.queries import names_of
from services.agencies.queries import roles_at
from services.applications.models import QueueExport
from services.applications.operations.lists.writing import COLUMNS, WRITERS
from services.applications.operations.reading import highest
from services.applications.queries.lists import queue_line_of
from services.applications.queries.narrowing import filters_of
from services.applications.queries.queue import Filters, key_of, queue
from services.catalogue.queries import local
from services.events.operations import publish
from services.notifications.operations import notify
from superapp.http.problems import Problem
from superapp.http.sql import Row

KEPT: Final = timedelta(hours=24)
PATIENCE: Final = timedelta(hours=24)
MOST_ROWS: Final = 50_000
_BATCH: Final = 1000
# What stands for values that are no text: whether it is overdue, whether the clock runs.
_WORDS: Final[Mapping[Any, dict[str, str]]] = {
    True: {"id": "ya", "en": "yes"},
    False: {"id": "tidak", "en": "no"},
    "running": {"id": "berjalan", "en": "running"},
    "paused": {"id": "berhenti", "en": "stands still"},
}


@transaction.atomic
def ask_for_list(
    *,
    asked_by: UUID,
    agency_id: UUID,
    reason: str,
    filters: Mapping[str, Any],
    columns: Sequence[str],
    kind: str,
    language: str,
    now: datetime,
) -> QueueExport:
    """Have a list written, and return its row.

    :raises Problem: 409 while one of theirs is being written.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=asked_by)  # two at once take turns
    if QueueExport.objects.filter(asked_by_id=asked_by, state=QueueExport.State.PREPARING).exists():
        detail = {"id": "Daftar sebelumnya masih disiapkan.", "en": "The list before is still being written."}
        raise Problem(status=409, code="still_preparing", detail=detail)
    asked = QueueExport.objects.create(
        asked_by_id=asked_by,
        agency_id=agency_id,
        reason=reason,
        filters=dict(filters),
        columns=list(columns),
        format=kind,
        language=language,
        asked_at=now,
    )
    publish(topic="queue_export.requested", key=asked.pk, body={}, now=now)
    return asked


@transaction.atomic
def prepare_list(*, export_id: UUID, now: datetime) -> None:
    """Write the file, note the reading where each applicant sees it, and tell who asked. Done before, it does nothing.

    Who works at the agency no more gets nothing; nor does a list come of filters that name what is gone.
    """
    found = QueueExport.objects.select_for_update(of=("self",)).select_related("agency", "asked_by")
    export = found.filter(pk=export_id, state=QueueExport.State.PREPARING).first()
    if export is None:
        return
    roles = roles_at(export.asked_by_id, export.agency_id)
    filters = _filters(export, now) if roles else None
    if filters is None:
        export.state = QueueExport.State.FAILED
        export.save(update_fields=["state"])
        return
    with TemporaryFile() as file:
        WRITERS[export.format](file, _lines(export, filters, highest(roles), now))
        export.size = file.seek(0, 2)
        file.seek(0)
        export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        name = f"lists/{now:%Y/%m}/{secrets.token_hex(20)}.{export.format}"
        export.storage_key = default_storage.save(name, File(file))
    export.state, export.ready_at, export.expires_at = QueueExport.State.READY, now, now + KEPT
    export.save()
    _tell(export, now)


def _filters(export: QueueExport, now: datetime) -> Filters | None:
    try:
        return filters_of(export.filters, me=export.asked_by_id, agency_ids=[export.agency_id], now=now)
    except Problem:
        return None


def _lines(export: QueueExport, filters: Filters, role: str, now: datetime) -> Iterator[list[str]]:
    """Yield the heading, then every row; of the first `MOST_ROWS` alone, which the export then says."""
    yield [local(COLUMNS[each], export.language) for each in export.columns]
    export.rows, after = 0, None
    while True:
        found = queue(filters, limit=_BATCH, after=after)
        rows = found.rows[: MOST_ROWS - export.rows]
        export.capped = len(rows) < len(found.rows)
        _note(export, rows, role, now)
        names = names_of({row[14] for row in rows}) if "applicant" in export.columns else {}
        for row in rows:
            line = queue_line_of(row, filters.today, export.language) | {"applicant": names.get(row[14], "")}
            line |= {"state": line["state_label"]}
            line |= {each: local(_WORDS.get(line[each], {}), export.language) for each in ("overdue", "clock")}
            yield [_cell(line[each]) for each in export.columns]
        export.rows += len(rows)
        full = len(found.rows) == _BATCH
        after = key_of(found.rows[-1], newest=filters.newest) if full else found.edge
        if after is None or export.capped:
            return


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("title") or value.get("name") or "")
    return "" if value is None else str(value)


def _note(export: QueueExport, rows: Sequence[Row], role: str, now: datetime) -> None:
    agency = export.agency
    readings = [Reading(row[14], role, agency.code, agency.name, row[0], row[2]) for row in rows]
    note_accesses(
        readings,
        reader_id=export.asked_by_id,
        reader_name=export.asked_by.full_name,
        what="list",
        why=export.reason,
        now=now,
    )


def _tell(export: QueueExport, now: datetime) -> None:
    notify(
        recipient_id=export.asked_by_id,
        event_id=export.pk,
        kind="queue_export.ready",
        title={"id": "Daftar antrean siap diunduh", "en": "Your list of the queue is ready"},
        body={
            "id": f"{export.rows} permohonan; disimpan selama 24 jam.",
            "en": f"{export.rows} applications; kept for 24 hours.",
        },
        application_id=None,
        at=now,
        now=now,
    )


def forget_lists(*, now: datetime) -> int:
    """Delete files kept no longer, and give up what nobody could write in a day. Return how many."""
    ready = QueueExport.objects.filter(state=QueueExport.State.READY, expires_at__lte=now)
    gone = 0
    for each in list(ready.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            export = ready.select_for_update().filter(pk=each).first()
            if export is None:
                continue  # another worker was first
            key = export.storage_key
            export.state, export.storage_key = QueueExport.State.EXPIRED, ""
            export.save(update_fields=["state", "storage_key"])
            transaction.on_commit(partial(default_storage.delete, key))
            gone += 1
    stuck = QueueExport.objects.filter(state=QueueExport.State.PREPARING, asked_at__lte=now - PATIENCE)
    return gone + stuck.update(state=QueueExport.State.FAILED)
