"""Everything that must hold before a draft may be submitted: form, files, the agency's own rules, the fee."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.mandates.queries import family_of
from services.applications.city_time import city_day
from services.applications.hooks import module_of, run_hook, snapshot_of
from services.catalogue.versions import Version
from services.definitions import FeeError, Form
from services.module_api import OPDModule, Snapshot, has_hook
from services.module_api import Problem as ModuleProblem
from superapp.http.problems import FieldError, Problem

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission that holds: `answers` without hidden fields, `fee` in rupiah, `unchecked` hooks that failed."""

    answers: dict[str, Any]
    fee: int
    unchecked: tuple[str, ...] = ()


def check_submission(
    *,
    application_id: UUID,
    version: Version,
    answers: dict[str, Any],
    files: list[dict[str, Any]],
    moved: Mapping[str, Any] | None,
    applicant_id: UUID,
    applicant_name: str,
    assurance: str,
    now: datetime,
) -> Checked:
    """Check a draft against its version and its agency's module. `moved` tells what a newer version asks again.

    :raises Problem: 422 `invalid_application` naming every field and file that is wrong; 503 `module_unavailable` when
        the module failed and the definition says that nothing may pass unchecked, `fee_unavailable` when the fee rule
        gives no amount.
    """
    definition = version.definition
    today = city_day(now)
    evaluation = definition.form.evaluate(answers, today=today)
    errors = [FieldError(f"/answers{each.pointer}", each.code, each.detail) for each in evaluation.problems]
    errors += _unknown_files(definition.form, evaluation.answers, files)
    errors += _unknown_members(definition.form, evaluation.answers, applicant_id, now)
    missing = definition.missing_documents(evaluation, {each["requirement"] for each in files}, today)
    errors += [_missing(each.id, each.title) for each in missing]
    errors += _asked_again(moved, {each.pointer for each in errors})
    if errors:
        raise invalid_application(errors)
    module, unchecked = module_of(version), list[str]()
    if module is None or not has_hook(module, "validate", "fees"):
        return Checked(answers=evaluation.answers, fee=own_fee(version, evaluation.answers, today))
    snapshot = snapshot_of(
        application_id=application_id,
        version=version,
        number=None,
        state="draft",
        answers=evaluation.answers,
        files=files,
        applicant_id=applicant_id,
        applicant_name=applicant_name,
        assurance=assurance,
        submitted_at=now,
    )
    _ask_module(module, version, snapshot, unchecked)
    fee = own_fee(version, evaluation.answers, today) + _module_fee(module, version, snapshot, unchecked)
    return Checked(answers=evaluation.answers, fee=fee, unchecked=tuple(unchecked))


def invalid_application(errors: list[FieldError]) -> Problem:
    """Return the refusal of a submission, with every reason at once."""
    return Problem(
        status=422,
        code="invalid_application",
        detail={
            "id": f"Ada {len(errors)} hal yang perlu dilengkapi atau diperbaiki.",
            "en": f"To be completed or corrected: {len(errors)}.",
        },
        errors=errors,
    )


def _asked_again(moved: Mapping[str, Any] | None, told: set[str]) -> list[FieldError]:
    """Return the answers that still fit but whose question changed, and the files that no longer do."""
    errors = []
    for each in (moved or {}).get("asked", []):
        pointer = each["pointer"] if each["document"] else f"/answers{each['pointer']}"
        owed = each["why"] == "changed" or (each["document"] and each["why"] == "invalid")
        if owed and pointer not in told:
            text = each["text"]
            detail = {"id": f"{text['id']}. Jawab atau unggah lagi.", "en": f"{text['en']}. Answer or upload it again."}
            errors.append(FieldError(pointer, "answer_again", detail))
    return errors


def _unknown_files(form: Form, answers: dict[str, Any], files: list[dict[str, Any]]) -> list[FieldError]:
    """Return the answers that name a file which was not handed in for them."""
    handed_in = {(each["requirement"], str(each["id"])) for each in files}
    detail = {"id": "Berkas ini belum diunggah untuk isian ini.", "en": "This file was not uploaded for this field."}
    return [
        FieldError(f"/answers{pointer}", "no_such_file", detail)
        for pointer, document, file_id in form.files(answers)
        if (document, file_id) not in handed_in
    ]


def _unknown_members(form: Form, answers: dict[str, Any], applicant_id: UUID, now: datetime) -> list[FieldError]:
    """Return the answers that name somebody who is neither the applicant nor of their family."""
    named = form.members(answers)
    if not named:
        return []
    known = {str(each) for each in (applicant_id, *family_of(applicant_id, now=now))}
    detail = {"id": "Orang ini tidak ada di daftar keluarga Anda.", "en": "This person is not of your family's list."}
    return [FieldError(f"/answers{pointer}", "no_such_member", detail) for pointer, id in named if id not in known]


def _missing(requirement: str, title: Mapping[str, str]) -> FieldError:
    return FieldError(
        f"/files/{requirement}",
        "required",
        {"id": f"Unggah: {title['id']}.", "en": f"Upload: {title.get('en', title['id'])}."},
    )


def _ask_module(module: OPDModule, version: Version, snapshot: Snapshot, unchecked: list[str]) -> None:
    """Run the agency's own checks.

    :raises Problem: 422 with what the module says.
    """
    problems: list[ModuleProblem] = run_hook(
        module, "validate", snapshot, version=version, default=[], unchecked=unchecked
    )
    if problems:
        raise invalid_application(
            [FieldError(f"/answers{each.pointer}", each.code, dict(each.detail)) for each in problems]
        )


def own_fee(version: Version, answers: dict[str, Any], today: date) -> int:
    """Return what the definition's own rule asks, in rupiah.

    :raises Problem: 503 `fee_unavailable` when the rule gives no amount: the agency's mistake, not the resident's.
    """
    try:
        return version.definition.fee_for(answers, today).amount
    except FeeError as error:
        logger.error("fee of %s v%s: %s", version.slug, version.number, error)
        raise Problem(
            status=503,
            code="fee_unavailable",
            detail={
                "id": f"Biaya belum dapat dihitung oleh {version.agency_name}. Draf Anda tersimpan; coba lagi nanti.",
                "en": f"{version.agency_name} cannot work out the fee. Your draft is safe; try again later.",
            },
            headers={"Retry-After": "3600"},
        ) from error


def _module_fee(module: OPDModule, version: Version, snapshot: Snapshot, unchecked: list[str]) -> int:
    lines = run_hook(module, "fees", snapshot, version=version, default=[], unchecked=unchecked)
    return sum(line.amount for line in lines)
