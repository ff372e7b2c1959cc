"""Issuing a document: numbered without gaps, verifiable by a code, once for each subject."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate

from services.documents.codes import new_code
from services.documents.models import IssuedDocument
from services.documents.operations.certificate import Certificate, Texts, render
from services.documents.operations.numbering import next_number


@transaction.atomic
def issue(
    *,
    subject: UUID,
    agency_code: str,
    agency_name: str,
    kind: str,
    title: Texts,
    number_pattern: str,
    rows: Sequence[tuple[Texts, str]],
    public_facts: Sequence[tuple[Texts, str]],
    holder: str,
    basis: str,
    valid_until: date | None,
    demo: bool,
    language: str = "id",
    now: datetime,
) -> IssuedDocument:
    """Issue the document that answers `subject`, or return the one that was issued before.

    `rows` are printed, label and value; `public_facts` are told to whoever verifies. `demo` marks the page as
    not official. As with uploads, bytes written before a rollback stay behind without a row.

    :raises PatternError: for a `number_pattern` that cannot be worded.
    """
    standing = IssuedDocument.objects.filter(subject=subject).first()
    if standing is not None:
        return standing
    today = localdate(now)
    # Takes the register's lock; of two at once for one subject, the second finds the first's document behind
    # it.
    with transaction.atomic():
        number = next_number(agency_code=agency_code, kind=kind, pattern=number_pattern, on=today)
        standing = IssuedDocument.objects.filter(subject=subject).first()
        if standing is not None:
            transaction.set_rollback(True)
            return standing
    code = new_code()
    certificate = Certificate(
        agency_name=agency_name,
        title=title,
        number=number,
        holder=holder,
        rows=rows,
        basis=basis,
        issued_on=today,
        valid_until=valid_until,
        code=code,
        verify_url=f"{settings.BASE_URL}/v/{code}",
        demo=demo,
        language=language,
    )
    content = render(certificate, at=now)
    document = IssuedDocument(
        id=uuid4(),
        code=code,
        subject=subject,
        agency_code=agency_code,
        agency_name=agency_name,
        kind=kind,
        title=title,
        number=number,
        public_facts=[{"label": label, "value": value} for label, value in public_facts],
        issued_at=now,
        valid_until=valid_until,
        demo=demo,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        storage_key=default_storage.save(f"issued/{today.year}/{code}.pdf", ContentFile(content)),
    )
    document.save(force_insert=True)
    return document


def revoke(*, document: IssuedDocument, reason: str, now: datetime) -> None:
    """Make verification say that the document no longer holds. Revoking it again changes nothing."""
    IssuedDocument.objects.filter(id=document.id, revoked_at=None).update(revoked_at=now, revoked_reason=reason)
    document.refresh_from_db()
