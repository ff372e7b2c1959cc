"""A copy of everything that the city holds of a person: asked for, prepared by a worker, kept for 72 hours.

Prepared again from the start when a worker dies over it: the outbox tells of it until the row says that it is ready,
and the archive is named only in the transaction that says so.
"""

import hashlib
import logging
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.privacy.models import Export
from accounts.privacy.portable import Attachment, Missing, Part, Section
from services.events.operations import RetryLater, publish

logger = logging.getLogger(__name__)

KEPT: Final = timedelta(hours=72)
PATIENCE: Final = timedelta(hours=24)
# How long a part that does not answer is waited for, and how often it is asked.
WAITED_FOR: Final = timedelta(hours=6)
_AGAIN_SECONDS: Final = 300.0
_BLOCK: Final = 64 * 1024


@transaction.atomic
def ask_for_export(*, person_id: UUID, now: datetime) -> Export:
    """Have a copy prepared, and return its state. While one is being prepared, asking again returns that one.

    An earlier copy is no longer kept.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person_id)  # two who ask at once take turns
    standing = Export.objects.filter(person_id=person_id, state=Export.State.PREPARING).first()
    if standing is not None:
        return standing
    for earlier in Export.objects.filter(person_id=person_id, state=Export.State.READY):
        _forget(earlier)
    asked = Export.objects.create(person_id=person_id, asked_at=now)
    publish(topic="export.requested", key=asked.pk, body={"person": str(person_id)}, now=now)
    return asked


@transaction.atomic
def prepare_export(*, export_id: UUID, now: datetime) -> None:
    """Write the archive, and tell the person that it is ready. Done before, or given up, it does nothing.

    :raises RetryLater: while a part cannot be had, for six hours; then the copy goes without it, and says so.
    """
    export = Export.objects.select_for_update().filter(pk=export_id, state=Export.State.PREPARING).first()
    if export is None:
        return
    with TemporaryFile() as file:
        export.contents, missing = _write(file, person_id=export.person_id, now=now)
        _wait_for(missing, export, now)
        export.missing = [each.title for each in missing]
        export.size, export.sha256 = file.tell(), _digest(file)
        file.seek(0)
        export.storage_key = default_storage.save(f"exports/{now:%Y/%m}/{secrets.token_hex(20)}.zip", File(file))
    export.state, export.ready_at, export.expires_at = Export.State.READY, now, now + KEPT
    export.save()
    body = {"person": str(export.person_id), "until": export.expires_at.isoformat()}
    publish(topic="privacy.export_ready", key=export.pk, body=body, now=now)


def forget_exports(*, now: datetime) -> int:
    """Delete archives kept no longer, and give up those that nobody could prepare in a day. Return how many."""
    ready = Export.objects.filter(state=Export.State.READY, expires_at__lte=now)
    over = list(ready.values_list("pk", flat=True)[:1000])
    for each in over:
        with transaction.atomic():
            found = Export.objects.select_for_update().filter(pk=each, state=Export.State.READY).first()
            if found:
                _forget(found)
    stuck = Export.objects.filter(state=Export.State.PREPARING, asked_at__lte=now - PATIENCE)
    given_up = list(stuck.values_list("pk", flat=True))
    for each in given_up:
        logger.error("the export %s could not be prepared within a day", each)
    return len(over) + stuck.update(state=Export.State.FAILED)


def discard_exports(*, person_id: UUID) -> None:
    """Delete the copies of a person, those being prepared too; part of a transaction of the caller."""
    for each in Export.objects.select_for_update().filter(person_id=person_id, state=Export.State.READY):
        _forget(each)
    Export.objects.filter(person_id=person_id).delete()


def _forget(export: Export) -> None:
    """Mark as kept no longer; the bytes go once the transaction commits."""
    key = export.storage_key
    export.state, export.storage_key = Export.State.EXPIRED, ""
    export.save(update_fields=["state", "storage_key"])
    transaction.on_commit(lambda: default_storage.delete(key))


def _wait_for(missing: list[Missing], export: Export, now: datetime) -> None:
    """Put the copy off while somebody may still give what is missing.

    :raises RetryLater: in the first six hours.
    """
    if not missing:
        return
    reasons = "; ".join(each.reason for each in missing)
    until = export.asked_at + WAITED_FOR
    if now < until:
        raise RetryLater(_AGAIN_SECONDS, reasons, until=until + WAITED_FOR)
    logger.error("the export %s goes without a part: %s", export.pk, reasons)


def _write(file: "IO[bytes]", *, person_id: UUID, now: datetime) -> tuple[dict[str, int], list[Missing]]:
    """Write the archive of all parts to `file`; return the number of lines of each section, and what is missing."""
    counts: dict[str, int] = {}
    missing: list[Missing] = []
    titles: dict[str, dict[str, str]] = {}
    lost: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for part in _parts(person_id):
            if isinstance(part, Section):
                titles[part.name] = part.title
                counts[part.name] = _write_section(archive, part, now)
            elif isinstance(part, Missing):
                missing.append(part)
            elif not _write_attachment(archive, part, now):
                lost.append(part.name)
        told = {
            "titles": titles,
            "missing": missing,
            "lost": lost,
            "now": now,
            "kept_hours": KEPT // timedelta(hours=1),
        }
        with _member(archive, "README.txt", now) as member:
            member.write(render_to_string("privacy/export_readme.txt", told).encode())
    return counts, missing


def _parts(person_id: UUID) -> Iterator[Part]:
    for path in settings.PERSONAL_DATA_OF:
        yield from import_string(path)(person_id)


def _write_section(archive: zipfile.ZipFile, section: Section, now: datetime) -> int:
    """Write a list of objects, one a line; return how many."""
    count = 0
    with _member(archive, f"{section.name}.json", now) as member:
        member.write(b"[")
        for count, line in enumerate(section.lines, start=1):
            member.write(b",\n" if count > 1 else b"\n")
            member.write(orjson.dumps(line, default=str))
        member.write(b"\n]\n")
    return count


def _write_attachment(archive: zipfile.ZipFile, attachment: Attachment, now: datetime) -> bool:
    """Copy a file block by block; return False when the storage has lost it: the rest is owed all the same."""
    try:
        opened = attachment.open()
    except FileNotFoundError:
        logger.error("a file of an export is lost: %s", attachment.name)
        return False
    with opened, _member(archive, f"files/{attachment.name}", now, kept_as_is=True) as member:
        while block := opened.read(_BLOCK):
            member.write(block)
    return True


@contextmanager
def _member(archive: zipfile.ZipFile, name: str, now: datetime, *, kept_as_is: bool = False) -> Iterator["IO[bytes]"]:
    """Open a file of the archive. Pictures and PDFs are compressed already."""
    info = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if kept_as_is else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        yield member


def _digest(file: Any) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
