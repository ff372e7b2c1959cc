"""Files that a person handed in before, for what a draft asks: from where, how old, what became of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.applications.city_time import moment
from services.applications.queries.stored import KINDS
from services.catalogue.queries import local
from services.catalogue.versions import Version
from superapp.http.sql import fetch_all

MOST: Final = 5  # of each requirement
_LATEST: Final = 500  # applications that are looked at: a company may have any number
_MEDIA_TYPES: Final = {kind: media_type for media_type, kind in KINDS.items()}

# Which papers a version asks is read from the versions that this person applied under, each once. The same content
# comes once, from where it was accepted, if anywhere. What an officer marked and nobody put right is not lent on.
_SELECT = """
WITH asked AS (
  SELECT * FROM jsonb_to_recordset(%(asked)s::jsonb)
    AS t(requirement text, document_type text, media_types text[], most bigint, standing text)
), reached AS MATERIALIZED (
  SELECT a.id, a.version_id, a.number, a."end", a.submitted_at, a.service_id FROM applications_application a
  WHERE a.applicant_id = %(applicant)s AND a.state <> 'draft' AND a.erased_at IS NULL
    AND (%(services)s::uuid[] IS NULL OR a.service_id = ANY(%(services)s::uuid[]))
  ORDER BY a.updated_at DESC, a.id DESC LIMIT %(latest)s
), typed AS MATERIALIZED (
  SELECT v.id AS version_id, (v.content -> 'title')::text AS title,
         r ->> 'id' AS requirement, r ->> 'document_type' AS document_type
  FROM catalogue_serviceversion v CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'requirements') r
  WHERE v.id IN (SELECT version_id FROM reached) AND r ->> 'document_type' IN (SELECT document_type FROM asked)
), found AS (
  SELECT DISTINCT ON (k.requirement, s.sha256)
    k.requirement, k.document_type, f.id AS file_id, s.id AS stored_id, s.name, s.media_type, s.size, s.sha256,
    s.created_at, a.id AS application_id, a.number, a."end", a.service_id, t.title
  FROM reached a
  JOIN typed t ON t.version_id = a.version_id
  JOIN asked k ON k.document_type = t.document_type
  JOIN applications_applicationfile f ON f.application_id = a.id AND f.requirement = t.requirement
  JOIN documents_storedfile s ON s.id = f.file_id
  WHERE CASE WHEN %(files)s::uuid[] IS NULL
          THEN s.media_type = ANY(k.media_types) AND s.size <= k.most AND s.sha256 IS DISTINCT FROM k.standing
          ELSE f.id = ANY(%(files)s::uuid[]) END
    AND NOT EXISTS (
      SELECT FROM applications_correctionround c
      WHERE c.application_id = a.id AND c.state IN ('open', 'lapsed')
        AND c.items @> jsonb_build_array(jsonb_build_object('pointer', '/files/' || f.requirement)))
  ORDER BY k.requirement, s.sha256, (a."end" = 'granted') DESC, a.submitted_at DESC, a.id
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY requirement ORDER BY created_at DESC, file_id) AS place FROM found
)
SELECT r.requirement, r.document_type, r.file_id, r.stored_id, r.name, r.media_type, r.size, r.sha256, r.created_at,
       r.application_id, r.number, r."end", c.slug, r.title, g.code, g.name, u.full_name
FROM ranked r
JOIN catalogue_service c ON c.id = r.service_id
JOIN agencies_agency g ON g.id = c.agency_id
LEFT JOIN applications_event e ON e.application_id = r.application_id AND e.sequence = 1
LEFT JOIN accounts_user u ON u.id = e.actor_id
WHERE %(files)s::uuid[] IS NOT NULL OR r.place <= %(most)s
ORDER BY r.requirement, r.place
"""


@dataclass(frozen=True, slots=True)
class FileOffer:
    """One file for one requirement of a draft.

    `file_id` is its place in the application where it was handed in, `stored_id` the file itself, `given_at` when it
    was uploaded. `title` is that service's, `handed_in_by` who submitted that application.
    """

    requirement: str
    document_type: str
    file_id: UUID
    stored_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    given_at: datetime
    application_id: UUID
    number: str
    end: str
    slug: str
    title: Mapping[str, str]
    agency_code: str
    agency_name: str
    handed_in_by: str | None

    @property
    def status(self) -> str:
        """Return what became of it: `accepted` with a grant, `rejected` with the application, else `submitted`."""
        return {"granted": "accepted", "rejected": "rejected"}.get(self.end, "submitted")


def file_offers(
    version: Version,
    answers: Mapping[str, Any],
    *,
    applicant_id: UUID,
    services: Sequence[UUID] | None,
    today: date,
    standing: Mapping[str, str] | None = None,
    files: Collection[UUID] | None = None,
) -> list[FileOffer]:
    """Return what may be taken over into a draft, by requirement, newest first, `MOST` of each: one query.

    The files are the applicant's, whoever acts for them: then `services` are those that the mandate reaches. Left out
    is what does not fit, and what stands there (`standing`, SHA-256 by requirement). With `files`, these of them all
    the same, whether or not they fit.
    """
    asked = [
        {
            "requirement": each.id,
            "document_type": each.document_type,
            "media_types": [_MEDIA_TYPES[kind] for kind in each.accept],
            "most": each.max_mb * 1024 * 1024,
            "standing": (standing or {}).get(each.id),
        }
        for each in version.definition.asked_documents(answers, today)
        if each.document_type
    ]
    if not asked:
        return []
    rows = fetch_all(
        _SELECT,
        {
            "asked": orjson.dumps(asked).decode(),
            "applicant": applicant_id,
            "services": None if services is None else list(services),
            "files": None if files is None else list(files),
            "most": MOST,
            "latest": _LATEST,
        },
    )
    return [FileOffer(*(*row[:13], orjson.loads(row[13]), *row[14:])) for row in rows]


def file_offer_line(version: Version, offer: FileOffer, language: str, now: datetime) -> dict[str, Any]:
    """Return an offer as the resident sees it."""
    titles = {each.id: each.title for each in version.definition.requirements}
    source = _told_source(kept_source(offer), language) | {"handed_in_by": offer.handed_in_by}
    return {
        "requirement": offer.requirement,
        "title": local(titles[offer.requirement], language),
        "document_type": offer.document_type,
        "file": {
            "id": str(offer.file_id),
            "requirement": offer.requirement,
            "name": offer.name,
            "media_type": offer.media_type,
            "size": offer.size,
            "sha256": offer.sha256,
        },
        "source": source,
        "given_at": moment(offer.given_at),
        "age_days": max((now - offer.given_at).days, 0),
        "status": offer.status,
    }


def kept_source(offer: FileOffer) -> dict[str, Any]:
    """Return what is kept of where a file comes from: the application, and no name of a person."""
    return {
        "application": str(offer.application_id),
        "number": offer.number,
        "service": offer.slug,
        "title": dict(offer.title),
        "agency": {"code": offer.agency_code, "name": offer.agency_name},
    }


def _told_source(source: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "application": source["application"],
        "number": source["number"],
        "service": {"slug": source["service"], "title": local(source["title"], language)},
        "agency": source["agency"],
    }


def told_receipts(kept: Mapping[str, Any] | None, files: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the receipts of these files, by requirement, without whose hand took them over."""
    return {
        requirement: {name: value for name, value in receipt.items() if name != "by"}
        for requirement, receipt in (kept or {}).items()
        if requirement in files
    }


def reused_file_lines(kept: Mapping[str, Any] | None, files: Collection[str], language: str) -> list[dict[str, Any]]:
    """Return the same in one language, as resident and officer see them beside the files."""
    return [
        {"requirement": requirement} | receipt | {"source": _told_source(receipt["source"], language)}
        for requirement, receipt in sorted(told_receipts(kept, files).items())
    ]
