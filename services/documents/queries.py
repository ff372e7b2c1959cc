"""Verifying an issued document."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from services.documents.codes import read_code
from services.documents.models import IssuedDocument

VALID, REVOKED, EXPIRED = "valid", "revoked", "expired"

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """What a stranger who holds a document's code may know."""

    code: str
    status: str
    title: Texts
    number: str
    kind: str
    agency_code: str
    agency_name: str
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None
    facts: tuple[tuple[Texts, str], ...]
    demo: bool
    sha256: str


def verify(code: str, now: datetime) -> VerifiedDocument | None:
    """Return what the document with this code says of itself now; None when no document has it.

    `code` is read as people type it: any case, without dashes, O for 0, I for 1.
    """
    read = read_code(code)
    document = IssuedDocument.objects.filter(code=read).first() if read else None
    if document is None:
        return None
    return VerifiedDocument(
        code=document.code,
        status=status_of(document, now),
        title=document.title,
        number=document.number,
        kind=document.kind,
        agency_code=document.agency_code,
        agency_name=document.agency_name,
        issued_at=document.issued_at,
        valid_until=document.valid_until,
        revoked_at=document.revoked_at,
        facts=tuple((fact["label"], fact["value"]) for fact in document.public_facts),
        demo=document.demo,
        sha256=document.sha256,
    )


def status_of(document: IssuedDocument, now: datetime) -> str:
    """Return `valid`, `revoked` or `expired`; the last day of validity still counts, by the city's clock."""
    if document.revoked_at is not None:
        return REVOKED
    if document.valid_until is not None and document.valid_until < localdate(now):
        return EXPIRED
    return VALID
