"""Taking in a file: never trusted for its name or declared type, bounded, checked, kept under a name nobody
guesses.

The bytes are written to the storage before the row commits. When the transaction is rolled back afterwards,
they stay behind without a row: unreachable, since only rows name them, and swept by age with the storage's
own tools. The other order would keep rows without bytes, which is worse.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.reverse_related import ForeignObjectRel

from services.documents.models import IssuedDocument, StoredFile
from services.documents.operations import images, pdfs
from services.documents.operations.refusals import file_empty, file_too_large, file_type_not_accepted


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that we take: how it begins, how it is cleaned."""

    name: str
    media_type: str
    extension: str
    magic: bytes
    clean: Callable[[bytes], bytes]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", ".pdf", b"%PDF-", pdfs.checked),
        Kind("jpeg", "image/jpeg", ".jpg", b"\xff\xd8\xff", lambda content: images.redraw(content, "JPEG")),
        Kind("png", "image/png", ".png", b"\x89PNG\r\n\x1a\n", lambda content: images.redraw(content, "PNG")),
    )
}
_EXTENSIONS = {".pdf", ".jpg", ".jpeg", ".jpe", ".png"}
_MAX_NAME = 120


def accept_upload(
    *, owner_id: UUID, upload: "UploadedFile[bytes]", allowed: Collection[str], max_bytes: int, now: datetime
) -> StoredFile:
    """Check `upload` and keep it for its owner.

    `allowed` holds names of `KINDS`. Pictures are drawn anew without EXIF and are at most 4000 pixels long.

    :raises Problem: at `/file`: 413 `file_too_large`; 415 `file_type_not_accepted`; 422 `file_empty`,
        `file_unreadable`, `file_encrypted`, `file_not_safe`, `image_too_large`.
    """
    content = _read(upload, max_bytes)
    kind = _kind_of(content)
    if kind is None or kind.name not in allowed:
        raise file_type_not_accepted(sorted(allowed))
    content = kind.clean(content)
    key = f"uploads/{now:%Y/%m}/{secrets.token_hex(20)}{kind.extension}"
    stored = StoredFile(
        id=uuid4(),
        owner_id=owner_id,
        name=safe_name(upload.name or "", kind.extension),
        media_type=kind.media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        storage_key=default_storage.save(key, ContentFile(content)),
        created_at=now,
    )
    stored.save(force_insert=True)
    return stored


def discard(stored: StoredFile) -> None:
    """Delete a file, unless something else holds it: its row now, its bytes once the transaction commits.

    Whoever takes hold of it locks its row, too (`hold`), so that nobody holds what is going.
    """
    if key := forget_file(stored):
        transaction.on_commit(lambda: default_storage.delete(key))


def forget_file(stored: StoredFile) -> str:
    """Delete a file's row; return its key, for `delete_bytes` once that is certain.

    What something else holds stays, and has no key to delete: "".
    """
    if StoredFile.objects.select_for_update().filter(pk=stored.pk).first() is None or _is_held(stored):
        return ""
    key = stored.storage_key
    stored.delete()
    return key


def conceal(document: IssuedDocument) -> str:
    """Take what is told of a person out of an issued document; whoever holds it can still verify number and hash.

    Return its key, for `delete_bytes`.
    """
    document.public_facts = []
    document.save(update_fields=["public_facts"])
    return document.storage_key


def delete_bytes(keys: Iterable[str]) -> None:
    """Delete what lies under these keys; what is gone already is no fault."""
    for key in filter(None, keys):
        default_storage.delete(key)


def hold(file_id: UUID) -> StoredFile:
    """Return a file that something more is about to hold, by reference; it does not go until the transaction ends.

    :raises StoredFile.DoesNotExist: when it went already.
    """
    return StoredFile.objects.select_for_update(no_key=True).get(pk=file_id)


def _is_held(stored: StoredFile) -> bool:
    """Return whether any table still refers to it, also one of a package above."""
    holders = [each for each in StoredFile._meta.get_fields(include_hidden=True) if isinstance(each, ForeignObjectRel)]
    return any(
        each.related_model._default_manager.filter(**{each.field.name: stored}).exists()
        for each in holders
        if not isinstance(each.related_model, str)
    )


def change_owner(*, from_id: UUID, to_id: UUID) -> None:
    """Make all files of one account another's."""
    StoredFile.objects.filter(owner_id=from_id).update(owner_id=to_id)


def open_file(stored: StoredFile) -> "File[bytes]":
    """Open the bytes of a file that was handed in.

    :raises FileNotFoundError: when the storage has lost them.
    """
    return default_storage.open(stored.storage_key)


def open_document(document: IssuedDocument) -> "File[bytes]":
    """Open the PDF of an issued document.

    :raises FileNotFoundError: when the storage has lost it.
    """
    return default_storage.open(document.storage_key)


def safe_name(name: str, extension: str) -> str:
    """Return `name` without path, control or direction characters, bounded, ending in `extension`."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    name = re.sub(r'[<>:"|?*;]', "_", name)
    stem, dot, suffix = name.rpartition(".")
    if not dot or f".{suffix.lower()}" not in _EXTENSIONS:
        stem = name
    stem = stem.strip(" .")[: _MAX_NAME - len(extension)].rstrip(" .")
    return (stem or "berkas") + extension


def _read(upload: "UploadedFile[bytes]", max_bytes: int) -> bytes:
    """Return the content, never reading more than one byte over the limit."""
    if upload.size is not None and upload.size > max_bytes:
        raise file_too_large(max_bytes)
    upload.seek(0)
    content: bytes = upload.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise file_too_large(max_bytes)
    if not content:
        raise file_empty()
    return content


def _kind_of(content: bytes) -> Kind | None:
    """Return what the first bytes say the file is; the cleaner then proves it."""
    for kind in KINDS.values():
        if content.startswith(kind.magic):
            return kind
    return None
