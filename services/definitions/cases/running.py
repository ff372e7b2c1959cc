"""Running a golden case against a definition: what came of it beside what was expected."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from services.definitions.cases.paths import path_differences
from services.definitions.cases.reading import Case
from services.definitions.cases.results import CaseResult, Difference
from services.definitions.forms import Evaluation
from services.definitions.service import Definition, FeeError
from services.definitions.values import ABSENT, in_rupiah, pointer_of, same_json, steps_of, value_at


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a definition makes of a case. `errors` are pairs of pointer and code."""

    evaluation: Evaluation
    errors: tuple[tuple[str, str], ...]
    fee: int | None
    documents: tuple[str, ...]
    due: date


def run_case(definition: Definition, case: Case) -> CaseResult:
    """Run a case against a definition, and compare what it expects."""
    outcome = _outcome(definition, case)
    found: list[Difference] = []
    for name, compare in _COMPARED.items():
        if name in case.expect:
            found += compare(definition, case, outcome)
    return CaseResult(case, tuple(found))


def _outcome(definition: Definition, case: Case) -> _Outcome:
    evaluation = definition.form.evaluate(dict(case.answers), today=case.day)
    missing = definition.missing_documents(evaluation, case.documents, case.day)
    try:
        fee: int | None = definition.fee_for(evaluation.answers, case.day).amount
    except FeeError:
        fee = None
    return _Outcome(
        evaluation=evaluation,
        errors=(
            *((each.pointer, each.code) for each in evaluation.problems),
            *((f"/files/{each.id}", "required") for each in missing),
        ),
        fee=fee,
        documents=tuple(each.id for each in definition.required_documents(evaluation.answers, case.day)),
        due=case.due_by(definition.deadline, case.day),
    )


def _valid(definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
    expected, found = case.expect["valid"], not outcome.errors
    if expected == found:
        return
    if found:
        text = {"id": "Tidak ada yang keliru, padahal seharusnya ada", "en": "Nothing is wrong, though it should be"}
    else:
        wrong = [_said(definition, pointer, code) for pointer, code in outcome.errors[:5]]
        text = {
            "id": "Tidak dapat diajukan: " + "; ".join(each["id"] for each in wrong),
            "en": "It cannot be submitted: " + "; ".join(each["en"] for each in wrong),
        }
    yield Difference("/expect/valid", text, expected, found)


def _errors(definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
    expected = {(each["pointer"], each["code"]): place for place, each in enumerate(case.expect["errors"])}
    for (pointer, code), place in expected.items():
        if (pointer, code) not in outcome.errors:
            said = _said(definition, pointer, code)
            text = {"id": f"Tidak lagi keliru: {said['id']}", "en": f"Not wrong any more: {said['en']}"}
            yield Difference(f"/expect/errors/{place}", text, {"pointer": pointer, "code": code}, None)
    for pointer, code in outcome.errors:
        if (pointer, code) not in expected:
            said = _said(definition, pointer, code)
            text = {"id": f"Kini keliru: {said['id']}", "en": f"Now wrong: {said['en']}"}
            yield Difference("/expect/errors", text, None, {"pointer": pointer, "code": code})


def _said(definition: Definition, pointer: str, code: str) -> dict[str, str]:
    label = _label(definition, pointer)
    return {key: f"{text} ({code})" for key, text in label.items()}


def _label(definition: Definition, pointer: str) -> dict[str, str]:
    """Return a field's, or a document's, name between asterisks; its pointer where the definition has none such."""
    steps = steps_of(pointer)
    titles = {each.id: each.title for each in definition.requirements}
    if len(steps) == 2 and steps[0] == "files" and steps[1] in titles:
        label = dict(titles[steps[1]])
    else:
        label = definition.form.label(pointer)
    return {key: f"*{label.get(key) or label['id']}*" for key in ("id", "en")}


def _sets(name: str, hidden: tuple[str, str], shown: tuple[str, str]) -> Callable[..., Iterator[Difference]]:
    """Return what compares lists whose order does not matter; `hidden` and `shown` say what came and went."""

    def compare(definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
        found = outcome.evaluation.hidden if name == "hidden" else outcome.documents
        expected = case.expect[name]
        prefix = "" if name == "hidden" else "/files/"
        for place, each in enumerate(expected):
            if each not in found:
                yield Difference(f"/expect/{name}/{place}", _worded(definition, prefix + each, shown), each, None)
        for each in found:
            if each not in expected:
                yield Difference(f"/expect/{name}", _worded(definition, prefix + each, hidden), None, each)

    return compare


def _worded(definition: Definition, pointer: str, words: tuple[str, str]) -> dict[str, str]:
    label = _label(definition, pointer)
    return {"id": f"{label['id']} {words[0]}", "en": f"{label['en']} {words[1]}"}


def _values(name: str, words: tuple[str, str]) -> Callable[..., Iterator[Difference]]:
    """Return what compares values by pointer."""

    def compare(definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
        for pointer, expected in case.expect[name].items():
            if name == "kept":
                found = value_at(outcome.evaluation.answers, steps_of(pointer))
            else:
                found = outcome.evaluation.computed.get(pointer, ABSENT)
            if found is ABSENT or not same_json(found, expected):
                place = pointer_of(["expect", name, pointer])
                yield Difference(
                    place, _worded(definition, pointer, words), expected, None if found is ABSENT else found
                )

    return compare


def _fee(_definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
    expected, found = case.expect["fee"], outcome.fee
    if expected != found:
        text = {
            "id": f"Biaya {_rupiah(found, 'tanpa jumlah')}, bukan {_rupiah(expected, 'tanpa jumlah')}",
            "en": f"The fee is {_rupiah(found, 'no amount')}, not {_rupiah(expected, 'no amount')}",
        }
        yield Difference("/expect/fee", text, expected, found)


def _rupiah(amount: int | None, none: str) -> str:
    return none if amount is None else in_rupiah(amount)


def _due(_definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
    expected, found = case.expect["due"], outcome.due.isoformat()
    if expected != found:
        text = {"id": f"Tenggat {found}, bukan {expected}", "en": f"It is due on {found}, not on {expected}"}
        yield Difference("/expect/due", text, expected, found)


def _path(definition: Definition, case: Case, outcome: _Outcome) -> Iterator[Difference]:
    if outcome.errors:
        text = {
            "id": "Tidak dapat diajukan, sehingga tidak ada langkah",
            "en": "It cannot be submitted: no step follows",
        }
        yield Difference("/expect/path", text, [step.action for step in case.path], None)
        return
    yield from path_differences(definition, case, answers=outcome.evaluation.answers, fee=outcome.fee, due=outcome.due)


_COMPARED: dict[str, Callable[[Definition, Case, _Outcome], Iterator[Difference]]] = {
    "valid": _valid,
    "errors": _errors,
    "hidden": _sets("hidden", ("kini tersembunyi", "is hidden now"), ("kini tampil", "shows now")),
    "kept": _values("kept", ("tidak tersimpan seperti seharusnya", "is not kept as it should be")),
    "computed": _values("computed", ("dihitung lain", "is worked out differently")),
    "fee": _fee,
    "documents": _sets("documents", ("kini diminta", "is asked now"), ("tidak lagi diminta", "is not asked any more")),
    "due": _due,
    "path": _path,
}
