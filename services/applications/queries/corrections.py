"""Rounds of correction as resident and officer read them: what is asked, what was there before, what came back."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from services.applications.models import CorrectionFile, CorrectionRound
from services.applications.queries.detail import Row, moment
from services.catalogue.queries import local
from services.definitions import REASONS, Evaluation
from services.definitions.values import ABSENT, steps_of, value_at

ANSWERS, FILES = "/answers", "/files/"


def open_round(application_id: UUID) -> CorrectionRound | None:
    """Return the round that waits for the resident, if there is one."""
    return CorrectionRound.objects.filter(application_id=application_id, state=CorrectionRound.State.OPEN).first()


def rounds_of(application_id: UUID) -> list[CorrectionRound]:
    """Return every round, the first first, with the files of each."""
    found = CorrectionRound.objects.filter(application_id=application_id).select_related("asked_by")
    return list(found.prefetch_related("files__file").order_by("number"))


def corrected_file(application_id: UUID, file_id: UUID) -> CorrectionFile:
    """Return a file of a round: what is handed in anew, or what was replaced.

    :raises CorrectionFile.DoesNotExist: when the application has none such.
    """
    found = CorrectionFile.objects.select_related("file")
    return found.get(id=file_id, file__isnull=False, round__application_id=application_id)


def line_of(
    round_: CorrectionRound, row: Row, language: str, *, evaluation: Evaluation | None = None
) -> dict[str, Any]:
    """Return one round; `evaluation` judges the answers as they would stand, for an open one."""
    files = {each.requirement: each for each in round_.files.all()}
    answers = row.answers if round_.answers is None else round_.answers
    return {
        "number": round_.number,
        "state": round_.state,
        "asked_at": moment(round_.asked_at),
        "answer_by": round_.answer_by.isoformat(),
        "message": round_.message or None,
        "closed_at": moment(round_.closed_at),
        "items": [_item(each, answers, files, round_, language) for each in round_.items],
        "problems": [
            {"pointer": f"{ANSWERS}{each.pointer}", "code": each.code, "detail": local(each.detail, language)}
            for each in (evaluation.problems if evaluation else ())
        ],
    }


def _item(
    item: Mapping[str, Any],
    answers: Mapping[str, Any],
    files: Mapping[str, CorrectionFile],
    round_: CorrectionRound,
    language: str,
) -> dict[str, Any]:
    pointer = str(item["pointer"])
    line = {
        "pointer": pointer,
        "label": local(item["label"], language),
        "reason_code": item["reason_code"],
        "reason": local(REASONS[item["reason_code"]], language),
        "words": item["words"] or None,
        "before": item["before"],
        "after": None,
    }
    if round_.answers is None and not files:
        return line | {"changed": False}
    if pointer.startswith(FILES):
        after = _after_file(pointer.removeprefix(FILES), item, files, round_)
        return line | {"after": after, "changed": after is not None and after != item["before"]}
    after = item.get("after") if round_.state == CorrectionRound.State.SENT else _value(answers, pointer)
    return line | {"after": after, "changed": after != item["before"]}


def _value(answers: Mapping[str, Any], pointer: str) -> Any:
    found = value_at(answers, steps_of(pointer.removeprefix(ANSWERS)))
    return None if found is ABSENT else found


def _after_file(
    requirement: str, item: Mapping[str, Any], files: Mapping[str, CorrectionFile], round_: CorrectionRound
) -> Any:
    if round_.state == CorrectionRound.State.SENT:
        return item.get("after")
    new = files.get(requirement)
    return None if new is None or new.file is None else described(new)


def described(file: Any) -> dict[str, str]:
    """Return a file, of an application or a round, as an item names it."""
    return {"id": str(file.id), "sha256": file.file.sha256, "name": file.file.name}


def reason_codes(language: str) -> list[dict[str, Any]]:
    """Return why an officer may ask for a correction."""
    return [
        {"code": code, "label": local(dict(label), language), "words": code == "other"}
        for code, label in REASONS.items()
    ]


def names_within(pointer: str, others: Iterable[str]) -> bool:
    """Return whether `pointer` is one of `others`, or lies inside one."""
    return any(pointer == each or pointer.startswith(f"{each}/") for each in others)
