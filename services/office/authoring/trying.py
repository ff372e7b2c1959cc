"""Trying a draft out: the form as a resident would see it with some answers. Nothing is kept."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from services.catalogue.queries import local
from services.catalogue.queries.authoring import checked
from services.catalogue.queries.preview import Preview, preview_of
from services.definitions.editing import Line, Question, question_at, sections_of
from services.definitions.fields import ITEM
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at
from services.office.authoring.cases import CaseForm, keep_case
from services.office.authoring.desk import Desk, on_desk
from services.pages.forms import shown_of
from superapp.http.problems import localized

# What stands for a file that is handed in, and for a member of the family.
_SOMETHING: Final = "00000000-0000-4000-8000-000000000000"
_MOST_ITEMS: Final = 5
_SAMPLES: Final[Mapping[str, str]] = {
    "nik": "9971014101900001", "kk": "9971010101200001", "phone": "081234567890", "email": "warga@contoh.example",
    "kelurahan": "64.71.01.1001", "region": "64.71.01.1001", "date": "2026-01-31",
}  # fmt: skip
_TICKED: Final = ("file", "family-member")
_NUMBERED: Final = ("integer", "number", "rupiah")


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def trying(desk: Desk) -> HttpResponse:
    """Show the draft's form with sample answers; a POST brings others."""
    content = desk.draft().content
    found = checked(content, None)
    if found.definition is None:
        return desk.page("trying", here="trying")
    answers = _answers(content, desk.request.POST)
    seen = preview_of(found.definition, answers, today=timezone.localdate())
    problems = {each.pointer: localized(each.detail, desk.language) for each in seen.problems}
    sections = [
        {"label": section.label.get(desk.language, ""), "lines": lines}
        for section in sections_of(content)
        if (lines := list(_shown(section.lines, content, seen, problems, desk.language)))
    ]
    left = [text for pointer, text in problems.items() if not any(pointer in each["told"] for each in _all(sections))]
    documents = [local(each.title, desk.language) for each in seen.documents]
    tried = {"sections": sections, "problems": left, "all_problems": problems, "fee": seen.fee, "documents": documents}
    hidden = [found.definition.form.label(each)[desk.language] for each in seen.hidden]
    answered = desk.request.method == "POST"
    form = CaseForm(desk.request.POST if "keep" in desk.request.POST else None)
    today = timezone.localdate().isoformat()
    if "keep" in desk.request.POST and form.is_valid() and keep_case(desk, form, answers, seen, today):
        return HttpResponseRedirect(reverse("desk-cases", args=[desk.service.slug]))
    shown = shown_of(found.definition.content)
    return desk.page("trying", here="trying", tried=tried, hidden=hidden, answered=answered, shown=shown, form=form)


def _all(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for section in sections for line in section["lines"]]


def _answers(content: Mapping[str, Any], sent: QueryDict) -> dict[str, Any]:
    """Return what was typed as answers; what cannot be read as its kind goes on as the text that it is."""
    answers: dict[str, Any] = {}
    for section in sections_of(content):
        for line in section.lines:
            question = question_at(content, line.pointer)
            if question is None or ITEM in line.pointer:
                continue
            value = _value(line, content, sent)
            if value is not ABSENT:
                _put(answers, steps_of(line.pointer), value)
    return answers


def _value(line: Line, content: Mapping[str, Any], sent: QueryDict) -> Any:
    typed = sent.get(line.pointer, "").strip()
    if line.kind == "choices":
        return sent.getlist(line.pointer) or ABSENT
    if line.kind == "map-point":
        lat, lon = (_number(sent.get(f"{line.pointer}/{each}", "").strip()) for each in ("lat", "lon"))
        return {"lat": lat, "lon": lon} if lat != "" and lon != "" else ABSENT
    if line.kind == "list":
        return _items(line, content, sent) or ABSENT
    if line.kind == "group" or not typed:
        return ABSENT
    if line.kind in _NUMBERED:
        return _number(typed)
    if line.kind == "yes-no":
        return typed == "true"
    return _SOMETHING if line.kind in _TICKED else typed


def _items(line: Line, content: Mapping[str, Any], sent: QueryDict) -> list[dict[str, Any]]:
    inner = [each for section in sections_of(content) for each in section.lines if _inside(each, line)]
    columns = [(each, sent.getlist(each.pointer)[:_MOST_ITEMS]) for each in inner]
    found = []
    for number in range(max((len(column) for _each, column in columns), default=0)):
        item = {}
        for each, column in columns:
            text = column[number].strip() if number < len(column) else ""
            if text:
                item[steps_of(each.pointer)[-1]] = _number(text) if each.kind in _NUMBERED else text
        if item:
            found.append(item)
    return found


def _inside(line: Line, around: Line) -> bool:
    return line.pointer.startswith(f"{around.pointer}/{ITEM}/")


def _number(text: str) -> Any:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    if number != number or abs(number) >= 2**53:
        return text
    return int(number) if number.is_integer() else number


def _put(answers: dict[str, Any], steps: list[str], value: Any) -> None:
    *around, name = steps
    for step in around:
        answers = answers.setdefault(step, {})
    answers[name] = value


def _shown(
    lines: tuple[Line, ...], content: Mapping[str, Any], seen: Preview, problems: Mapping[str, str], language: str
) -> Iterator[dict[str, Any]]:
    """Yield the lines of a section that show, each with what was answered and what is wrong with it."""
    hidden = set(seen.hidden)
    for line in lines:
        steps = steps_of(line.pointer)
        if ITEM in steps or any(pointer_of(steps[:length]) in hidden for length in range(1, len(steps) + 1)):
            continue
        question = question_at(content, line.pointer)
        inner = [each for each in lines if _inside(each, line)]
        told = [pointer for pointer in problems if pointer == line.pointer or pointer.startswith(f"{line.pointer}/")]
        value = value_at(seen.answers, steps)
        yield {
            "pointer": line.pointer,
            "label": line.label.get(language) or line.pointer,
            "help": _text(question.help if question else None, language),
            "kind": line.kind,
            "required": line.required,
            "sample": _SAMPLES.get(line.kind, ""),
            "choices": _choices(question, language),
            "value": "" if value is ABSENT else value,
            "chosen": value if isinstance(value, list) else [],
            "inner": [{"pointer": each.pointer, "label": each.label.get(language) or each.pointer} for each in inner],
            "told": told if line.kind != "group" else [],
            "problems": [problems[each] for each in told] if line.kind != "group" else [],
        }


def _text(texts: Mapping[str, str] | None, language: str) -> str:
    return str((texts or {}).get(language, ""))


def _choices(question: Question | None, language: str) -> list[tuple[str, str]]:
    return [(each.code, _text(each.label, language) or each.code) for each in question.choices] if question else []
