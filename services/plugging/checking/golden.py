"""A module's golden cases: each must come out as it says, and those that may be submitted are asked of the hooks."""

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from services.definitions import Definition, DefinitionError
from services.definitions.cases import Case, run_case
from services.definitions.reading import source_of
from services.module_api import Applicant, OPDModule, Snapshot
from services.plugging.checking.report import Line

_SEED = UUID("9f0b5a52-5a0e-4c2a-9b57-6d1f2c3e4a5b")
_MIDDAY = time(12)


def check_cases(module: OPDModule, definitions: list[Definition]) -> Iterator[Line]:
    """Yield each golden case that comes out otherwise than it says, and each service without one."""
    try:
        cases = module.golden_cases()
    except DefinitionError as error:
        yield from (Line("cases", "error", str(fault)) for fault in error.faults)
        return
    passed = 0
    for definition in definitions:
        of_service = cases.pop(definition.slug, [])
        file = source_of(Path(module.path) / "cases" / f"{definition.slug}.yaml")
        if not of_service:
            hint = "Write what must pass, and what must not."
            yield Line("cases", "error", f"{file}: the service {definition.slug!r} has no golden case.", hint)
        for case in of_service:
            differences = run_case(definition, case).differences
            passed += not differences
            for each in differences:
                yield Line("cases", "error", f"{file}: {case.id}: {each.pointer}: {each.text['en']}.")
    for slug in cases:
        file = source_of(Path(module.path) / "cases" / f"{slug}.yaml")
        yield Line("cases", "error", f"{file}: the module brings no service {slug!r}.", "Rename or remove the file.")
    if passed or not definitions:
        yield Line("cases", "ok", f"{passed} come out as they say" if definitions else "none needed")


def snapshots(module: OPDModule, definitions: list[Definition]) -> Iterator[tuple[str, Snapshot, tuple[str, ...]]]:
    """Yield name, snapshot and actions of each golden case whose answers hold, as its hooks would be given them."""
    try:
        cases = module.golden_cases()
    except DefinitionError:
        return
    for definition in definitions:
        actions = tuple(dict.fromkeys(each.action for each in definition.workflow.transitions))
        for case in cases.get(definition.slug, []):
            evaluation = definition.form.evaluate(dict(case.answers), today=case.day)
            if not evaluation.problems:
                yield case.id, _snapshot(module, definition, case, evaluation.answers), actions


def _snapshot(module: OPDModule, definition: Definition, case: Case, answers: dict[str, Any]) -> Snapshot:
    """Return the case as it would be submitted at noon of its day. The same case has the same ids each time."""
    return Snapshot(
        application_id=uuid5(_SEED, f"{definition.slug}/{case.id}"),
        service=definition.slug,
        version=1,
        number=None,
        state=definition.workflow.initial,
        answers=answers,
        files=case.documents,
        applicant=Applicant(uuid5(_SEED, "applicant"), "Warga Contoh", case.assurance),
        agency=module.agency,
        submitted_at=timezone.make_aware(datetime.combine(case.day, _MIDDAY)),
    )
