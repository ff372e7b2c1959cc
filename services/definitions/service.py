"""A service definition: loading it, and what its parts mean."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

import jsonschema_rs

from services.definitions.checks import cross_faults
from services.definitions.clock import Deadline
from services.definitions.corrections import Corrections
from services.definitions.faults import DefinitionError, Fault, placed
from services.definitions.flow import compile_workflow, guard_pointer, guard_rules
from services.definitions.forms import Evaluation, Form, compile_form
from services.definitions.harms import too_many_elements, unkept_faults
from services.definitions.lapse import Lapse, lapse_faults
from services.definitions.logic import Logic, LogicError, compile_logic
from services.definitions.objections import Kind, Objection, Reopening, derived, kind_of, objection_faults
from services.definitions.ordering import with_order
from services.definitions.reading import read_yaml, source_of
from services.definitions.retention import Retention
from services.definitions.rules import elements_of, refuse
from services.definitions.schemas import schema_faults
from services.definitions.shapes import shape_faults
from services.definitions.steps import Transition, Workflow
from services.definitions.values import (
    content_hash,
    steps_of,
    value_at,
)

_SCHEMA = Path(__file__).parent / "service-definition.schema.json"
_MOST_RUPIAH = 10**12
_MOST_FAULTS = 100


class FeeError(Exception):
    """A fee rule that gives no amount of rupiah for these answers."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may apply, and how surely they must be known: basic, verified, in_person.

    `on_behalf_of` is for whom somebody else may apply by a mandate: family, company.
    """

    audience: tuple[str, ...]
    assurance: str
    on_behalf_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document to hand in. `accept` are kinds (pdf, jpeg, png); `when` is JsonLogic over the answers.

    `document_type` is which paper it is, for what was handed in before; None for one that only this service asks for.
    """

    id: str
    title: Mapping[str, str]
    accept: tuple[str, ...]
    max_mb: int
    optional: bool
    when: Any
    document_type: str | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """What it costs, in rupiah, and by which rule."""

    amount: int
    basis: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The document that a grant issues. `shows`, `verify_shows` and a text as `valid_months` point into the answers."""

    document: str
    title: Mapping[str, str]
    number: str
    valid_months: int | str | None
    shows: tuple[str, ...]
    verify_shows: tuple[str, ...]

    def months(self, answers: Mapping[str, Any]) -> int | None:
        """Return for how many months it is valid, None for ever; one month where the answer that says so is missing."""
        if not isinstance(self.valid_months, str):
            return self.valid_months
        months = value_at(answers, steps_of(self.valid_months))
        return int(months) if isinstance(months, int | float) else 1


@dataclass(frozen=True)
class Definition:
    """One service. `content` is the document itself, `sha256` of its canonical JSON; each part is compiled when asked.

    It is sound: `load_yaml` and `load_content` refuse others, and what was published went through them.
    """

    content: Mapping[str, Any]
    sha256: str

    @property
    def slug(self) -> str:
        """Return the service's name in addresses."""
        return str(self.content["service"])

    @cached_property
    def form(self) -> Form:
        """Return the form, compiled."""
        form, faults = compile_form(self.content["form"])
        if form is None:
            raise DefinitionError(faults)
        return form

    @cached_property
    def workflow(self) -> Workflow:
        """Return the workflow, compiled."""
        workflow, faults = compile_workflow(self.content["workflow"])
        if workflow is None:
            raise DefinitionError(faults)
        return workflow

    @cached_property
    def deadline(self) -> Deadline:
        """Return the promise."""
        return Deadline.of(self.content["deadline"])

    @cached_property
    def lapse(self) -> Lapse:
        """Return what happens around the due date."""
        return Lapse.of(self.content["deadline"])

    @cached_property
    def corrections(self) -> Corrections:
        """Return how rounds of correction go."""
        return Corrections.of(self.content.get("corrections"))

    @cached_property
    def retention(self) -> Retention:
        """Return how long it is kept."""
        return Retention.of(self.content["retention"])

    @cached_property
    def objection(self) -> Objection | None:
        """Return how its decisions are objected to, None where they are not."""
        written = self.content.get("objection")
        return Objection.of(written) if written else None

    @cached_property
    def reopening(self) -> Reopening | None:
        """Return how the agency opens again what ended, None where it does not."""
        written = self.content.get("reopening")
        return Reopening.of(written) if written else None

    @property
    def kind(self) -> Kind:
        """Return what is handed in under it: an application, an objection, an appeal."""
        return kind_of(self.content)

    def objecting(self) -> "Definition":
        """Return the definition under which its decisions are objected to; it has `objection`."""
        content = derived(self.content)
        return Definition(content, content_hash(content))

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """Return all documents that may be asked for."""
        return tuple(_requirement(each) for each in self.content.get("requirements", []))

    @cached_property
    def outcome(self) -> Outcome | None:
        """Return what a grant issues, None where it issues nothing."""
        return _outcome(self.content.get("outcome"))

    @cached_property
    def access(self) -> Access:
        """Return who may apply."""
        access = self.content["access"]
        return Access(tuple(access["audience"]), access["assurance"], tuple(access.get("on_behalf_of", ())))

    @cached_property
    def _in_form(self) -> set[str]:
        """Return the documents that fields of the form ask for."""
        return {each.written["x-document"] for each in self.form.fields if "x-document" in each.written}

    @cached_property
    def _rules(self) -> dict[str, Logic]:
        return _compile_rules(self.content)[0]

    def fee_for(self, answers: Mapping[str, Any], today: date | None = None) -> Fee:
        """Return the fee that these answers cost, on the day that is `today` in the city.

        :raises FeeError: when the rule gives no whole amount of rupiah from 0 to a trillion.
        """
        fee = self.content["fee"]
        if "amount" in fee:
            return Fee(fee["amount"], fee["basis"])
        try:
            amount = self._rules["/fee/rule"].evaluate(answers, today)
        except LogicError as error:
            raise FeeError(f"{self.slug}: the fee rule failed: {error}") from error
        if type(amount) is not int or not 0 <= amount <= _MOST_RUPIAH:
            raise FeeError(f"{self.slug}: the fee rule gave {str(amount)[:40]!r}, which is no amount of rupiah")
        return Fee(amount, fee["basis"])

    def lets(
        self,
        transition: Transition,
        answers: Mapping[str, Any],
        facts: Mapping[str, Any],
        today: date | None = None,
    ) -> bool:
        """Return whether a transition's guard holds; where its rule fails, it does not. `facts`: see `steps.FACTS`."""
        if transition.guard is None:
            return True
        rule = self._rules[guard_pointer(transition.place)]
        try:
            return rule.holds({"answers": answers, "facts": facts}, today)
        except LogicError:
            return False

    def missing_documents(
        self, evaluation: Evaluation, handed_in: Collection[str], today: date | None = None
    ) -> list[Requirement]:
        """Return the documents that a submission lacks. Where an answer is wrong only those that are certain: the
        others may hang on it.
        """
        if not evaluation.problems:
            owed = self.required_documents(evaluation.answers, today)
        else:
            certain = (each for each in self.requirements if each.when is None and not each.optional)
            owed = [each for each in certain if each.id not in self._in_form]
        return [each for each in owed if each.id not in handed_in]

    def required_documents(self, answers: Mapping[str, Any], today: date | None = None) -> list[Requirement]:
        """Return the documents that must be handed in with these answers.

        Those that a field of the form asks for are the form's to require.
        """
        return [
            each for each in self.asked_documents(answers, today) if not each.optional and each.id not in self._in_form
        ]

    def asked_documents(self, answers: Mapping[str, Any], today: date | None = None) -> list[Requirement]:
        """Return the documents that may be handed in with these answers: those required, and those left to choice."""
        return [each for place, each in enumerate(self.requirements) if self._asked(place, each, answers, today)]

    def _asked(self, place: int, each: Requirement, answers: Mapping[str, Any], today: date | None) -> bool:
        try:
            return each.when is None or self._rules[f"/requirements/{place}/when"].holds(answers, today)
        except LogicError:
            return True  # asked rather than forgotten


@cache
def service_definition_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a service definition."""
    return dict(json.loads(_SCHEMA.read_text("utf-8")))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    """Return the format without the words of forms and rules: what is wrong there is told by who knows more of them."""
    schema = service_definition_schema()
    looser = schema | {"$defs": schema["$defs"] | {"question": {}, "rule": {"type": "object"}}}
    return jsonschema_rs.Draft202012Validator(looser, retriever=refuse, validate_formats=True)


def load_yaml(path: Path) -> Definition:
    """Read a definition from a module's file.

    :raises DefinitionError: with file and line of everything that is wrong.
    """
    content, lines = read_yaml(path)
    loaded = _load(content, source=source_of(path), lines=lines)
    ordered = with_order(loaded.content)
    return Definition(ordered, content_hash(ordered))


def load_content(content: Mapping[str, Any], *, source: str = "") -> Definition:
    """Return the definition that `content` is. `source` names it in errors.

    :raises DefinitionError: with the pointer of everything that is wrong.
    """
    return _load(dict(content), source=source, lines={})


def _load(content: dict[str, Any], *, source: str, lines: Mapping[str, int]) -> Definition:
    faults = unkept_faults(content) or _shape_faults(content) or _schema_faults(content) or _meaning_faults(content)
    if faults:
        raise DefinitionError(placed(faults, source, lines))
    return Definition(content, content_hash(content))


def _schema_faults(content: dict[str, Any]) -> list[Fault]:
    """Return what is wrong with the JSON Schemas in it, the form's and those of the conditions."""
    form = content["form"]
    faults = schema_faults(form["schema"], "/form/schema")
    if excess := too_many_elements(form["ui"]):
        return [*faults, *excess]
    for pointer, element in elements_of(form["ui"], "/form/ui"):
        if "rule" in element and len(faults) < _MOST_FAULTS:
            faults += schema_faults(element["rule"]["condition"]["schema"], f"{pointer}/rule/condition/schema")
    return faults


def _meaning_faults(content: dict[str, Any]) -> list[Fault]:
    """Return what is wrong with a definition that fits the format."""
    form, faults = compile_form(content["form"])
    workflow, workflow_faults = compile_workflow(content["workflow"])
    workflow_faults += lapse_faults(content, None if workflow_faults else workflow)
    workflow_faults += objection_faults(content, workflow)
    rules, rule_faults = _compile_rules(content)
    found = chain(faults, workflow_faults, rule_faults, cross_faults(content, rules | (form.logic if form else {})))
    return list(islice(found, _MOST_FAULTS))


def _shape_faults(content: dict[str, Any]) -> list[Fault]:
    """Return what does not fit the format."""
    schema = service_definition_schema()
    return shape_faults(_validator(), schema, content, named="schemas/service-definition.json")


def _compile_rules(content: Mapping[str, Any]) -> tuple[dict[str, Logic], list[Fault]]:
    """Compile the JsonLogic of fee, requirements and guards, by pointer."""
    written = {
        f"/requirements/{place}/when": each["when"]
        for place, each in enumerate(content.get("requirements", []))
        if "when" in each
    }
    if "rule" in content["fee"]:
        written["/fee/rule"] = content["fee"]["rule"]
    written |= guard_rules(content["workflow"])
    rules: dict[str, Logic] = {}
    faults: list[Fault] = []
    for pointer, rule in written.items():
        logic, wrong = compile_logic(rule, pointer)
        faults += wrong
        if logic is not None:
            rules[pointer] = logic
    return rules, faults


def _requirement(content: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=content["id"],
        title=content["title"],
        accept=tuple(content["accept"]),
        max_mb=content["max_mb"],
        optional=content.get("optional", False),
        when=content.get("when"),
        document_type=content.get("document_type"),
    )


def _outcome(content: Mapping[str, Any] | None) -> Outcome | None:
    if content is None:
        return None
    return Outcome(
        document=content["document"],
        title=content["title"],
        number=content.get("number", ""),
        valid_months=content.get("valid_months"),
        shows=tuple(content.get("shows", [])),
        verify_shows=tuple(content.get("verify_shows", [])),
    )
