"""Answer templates: worded by an agency's admins, filled in for an application.

Filling in is one pass over the text that replaces a few known names; what is put in is never read again, so that no
name or title of a resident's can become a placeholder.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from services.agencies.models import Agency
from services.applications.models import AnswerTemplate, AnswerWording
from services.catalogue.models import Service
from superapp.http.conditional import require_match
from superapp.http.problems import FieldError, Problem, invalid

# What may stand in a text, each with what it becomes; `queries.templates.values_of` gives the values.
PLACEHOLDERS: Final[Mapping[str, Mapping[str, str]]] = {
    "number": {"id": "nomor permohonan", "en": "the application's number"},
    "service": {"id": "nama layanan", "en": "the service's title"},
    "agency": {"id": "nama perangkat daerah", "en": "the agency's name"},
    "due_on": {"id": "tenggat jawaban", "en": "the day by which an answer is due"},
    "applicant": {"id": "nama pemohon", "en": "the applicant's name"},
}
MOST = 200
_NAME = re.compile(r"\{([^{}]*)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders replaced, once; what is none of them stays as it is."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)


@transaction.atomic
def write_template(
    *, agency: Agency, service: Service | None, key: str, texts: Mapping[str, Any], author_id: UUID, now: datetime
) -> AnswerTemplate:
    """Add a template to an agency's. `texts` are `{"title": {"id", "en"}, "body": {"id", "en"}}`.

    :raises Problem: 400 for a placeholder that there is not; 409 when the key is taken, or there are too many.
    """
    _check(texts)
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if AnswerTemplate.objects.filter(agency=agency, withdrawn_at=None).count() >= MOST:
        detail = {"id": f"Paling banyak {MOST} templat.", "en": f"At most {MOST} templates."}
        raise Problem(status=409, code="too_many", detail=detail)
    try:
        with transaction.atomic():
            template = AnswerTemplate.objects.create(agency=agency, service=service, key=key)
    except IntegrityError:
        detail = {"id": "Kunci ini sudah dipakai.", "en": "This key is taken."}
        raise Problem(
            status=409, code="key_taken", detail=detail, errors=[FieldError("/key", "key_taken", detail)]
        ) from None
    _add(template, texts, author_id, now)
    return template


@transaction.atomic
def reword_template(
    *, id: UUID, agency_ids: list[UUID], texts: Mapping[str, Any], revision: str | None, author_id: UUID, now: datetime
) -> AnswerTemplate:
    """Give a template new words; the old stay. The same words again change nothing.

    :raises AnswerTemplate.DoesNotExist: when these agencies have none such in use.
    :raises Problem: 400 for a placeholder that there is not; 412 when it was reworded meanwhile, 428 without
        `revision`.
    """
    _check(texts)
    template = _locked(id, agency_ids)
    require_match(revision, str(template.number))
    standing = template.wordings.get(number=template.number)
    if (standing.title, standing.body) != (texts["title"], texts["body"]):
        template.number += 1
        template.save(update_fields=["number"])
        _add(template, texts, author_id, now)
    return template


@transaction.atomic
def withdraw_template(*, id: UUID, agency_ids: list[UUID], revision: str | None, now: datetime) -> None:
    """Take a template out of use; its wordings are kept.

    :raises AnswerTemplate.DoesNotExist: when these agencies have none such in use.
    :raises Problem: 412 when it was reworded meanwhile, 428 without `revision`.
    """
    template = _locked(id, agency_ids)
    require_match(revision, str(template.number))
    template.withdrawn_at = now
    template.save(update_fields=["withdrawn_at"])


def _locked(id: UUID, agency_ids: list[UUID]) -> AnswerTemplate:
    return AnswerTemplate.objects.select_for_update().get(id=id, agency_id__in=agency_ids, withdrawn_at=None)


def _add(template: AnswerTemplate, texts: Mapping[str, Any], author_id: UUID, now: datetime) -> None:
    AnswerWording.objects.create(
        template=template,
        number=template.number,
        title=texts["title"],
        body=texts["body"],
        author_id=author_id,
        at=now,
    )


def _check(texts: Mapping[str, Any]) -> None:
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    errors = []
    for language, text in texts["body"].items():
        for name in sorted(set(_NAME.findall(text)) - PLACEHOLDERS.keys()):
            detail = {
                "id": f"{{{name}}} tidak dikenal. Yang tersedia: {known}.",
                "en": f"There is no {{{name}}}. Choose of: {known}.",
            }
            errors.append(FieldError(f"/body/{language}", "unknown_placeholder", detail))
    if errors:
        raise invalid(errors)
