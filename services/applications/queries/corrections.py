"""Rounds of correction as resident and officer read them: what is asked, what was there before, what came back."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from services.applications.city_time import moment
from services.applications.models import CorrectionFile, CorrectionRound
from services.catalogue.queries import local
from services.definitions import REASONS, Evaluation
from services.definitions.values import ABSENT, steps_of, value_at
from services.documents.models import StoredFile

ANSWERS, FILES = "/answers", "/files/"


def open_round(application_id: UUID) -> CorrectionRound | None:
    """Return the round that waits for the resident, if there is one."""
    return CorrectionRound.objects.filter(application_id=application_id, state=CorrectionRound.State.OPEN).first()


def rounds_of(application_id: UUID) -> list[CorrectionRound]:
    """Return every round, the first first, with the files of each."""
    found = CorrectionRound.objects.filter(application_id=application_id).select_related("asked_by")
    return list(found.prefetch_related("files__file").order_by("number"))


def corrected_file(application_id: UUID, file_id: UUID) -> StoredFile:
    """Return a file of a round: what is handed in anew, or what was replaced.

    :raises CorrectionFile.DoesNotExist: when the application has none such.
    """
    return _file(CorrectionFile.objects.all(), application_id, file_id)


def replaced_file(application_id: UUID, file_id: UUID) -> StoredFile:
    """Return a file that was replaced in a round which was sent.

    :raises CorrectionFile.DoesNotExist: when the application has none such.
    """
    return _file(CorrectionFile.objects.filter(round__state=CorrectionRound.State.SENT), application_id, file_id)


def _file(among: QuerySet[CorrectionFile], application_id: UUID, file_id: UUID) -> StoredFile:
    found = among.select_related("file").get(id=file_id, file__isnull=False, round__application_id=application_id)
    assert found.file is not None  # noqa: S101 - the query asks for it
    return found.file


def line_of(
    round_: CorrectionRound, language: str, *, evaluation: Evaluation | None = None, working: bool = True
) -> dict[str, Any]:
    """Return one round; `evaluation` judges the answers as they would stand, for an open one.

    Without `working` nothing is told of what the applicant is still at, or gave up: it was not sent.
    """
    answers = round_.answers if working else None
    files = {each.requirement: each for each in round_.files.all()} if working else {}
    sent = round_.state == CorrectionRound.State.SENT
    return {
        "number": round_.number,
        "state": round_.state,
        "asked_at": moment(round_.asked_at),
        "answer_by": round_.answer_by.isoformat(),
        "message": round_.message or None,
        "closed_at": moment(round_.closed_at),
        "items": [
            _item(each, each["after"] if sent else _begun(each["pointer"], answers, files), language)
            for each in round_.items
        ],
        "problems": [
            {"pointer": f"{ANSWERS}{each.pointer}", "code": each.code, "detail": local(each.detail, language)}
            for each in (evaluation.problems if evaluation else ())
        ],
    }


def _item(item: Mapping[str, Any], after: Any, language: str) -> dict[str, Any]:
    return {
        "pointer": item["pointer"],
        "label": local(item["label"], language),
        "reason_code": item["reason_code"],
        "reason": local(REASONS[item["reason_code"]], language),
        "words": item["words"] or None,
        "before": item["before"],
        "after": None if after is ABSENT else after,
        "changed": after is not ABSENT and after != item["before"],
    }


def _begun(pointer: str, answers: Mapping[str, Any] | None, files: Mapping[str, CorrectionFile]) -> Any:
    """Return what stands at a marked pointer before it is sent, ABSENT where nothing was done yet."""
    if pointer.startswith(FILES):
        new = files.get(pointer.removeprefix(FILES))
        return ABSENT if new is None or new.file is None else described(new)
    return ABSENT if answers is None else answer_at(answers, pointer)


def answer_at(answers: Mapping[str, Any], pointer: str) -> Any:
    """Return the answer that a pointer such as `/answers/ibu/nik` names, None where there is none."""
    found = value_at(answers, steps_of(pointer.removeprefix(ANSWERS)))
    return None if found is ABSENT else found


def described(file: Any) -> dict[str, str]:
    """Return a file, of an application or a round, as an item names it."""
    return {"id": str(file.id), "sha256": file.file.sha256, "name": file.file.name}


def reason_codes(language: str) -> list[dict[str, Any]]:
    """Return why an officer may ask for a correction."""
    return [
        {"code": code, "label": local(dict(label), language), "words": code == "other"}
        for code, label in REASONS.items()
    ]


def anchor_of(pointer: str) -> str:
    """Return the id of an item on a round's page, by which a notice leads to it."""
    return "butir-" + "-".join(steps_of(pointer))


def names_within(pointer: str, others: Iterable[str]) -> bool:
    """Return whether `pointer` is one of `others`, or lies inside one."""
    return any(pointer == each or pointer.startswith(f"{each}/") for each in others)
