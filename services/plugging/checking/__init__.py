"""Holding a module to the contract: every check, in words, with file and line where there is one."""

import inspect
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from services.definitions import Definition, DefinitionError
from services.module_api import API_VERSION, ModuleError, OPDModule, call_hook, installed_modules
from services.plugging.checking.events import check_events
from services.plugging.checking.golden import check_cases, snapshots
from services.plugging.checking.hooks import check_hooks, check_prefill, questions
from services.plugging.checking.report import Line, Report, dump
from services.plugging.checking.sources import check_imports, check_places
from services.plugging.checking.stored import check_duties, check_migrations, check_tables
from services.plugging.checking.words import check_words

__all__ = ["Line", "NoSuchModule", "Report", "check_module", "dump", "find_module", "static_lines"]

_CHECK_SECONDS = 5.0


class NoSuchModule(Exception):
    """No installed module has that name; the message names those that there are."""


def find_module(name: str) -> OPDModule:
    """Return the installed module of this name: its label with or without `module_`, or its dotted path.

    :raises NoSuchModule: when there is none.
    """
    for module in installed_modules():
        if name in (module.label, module.label.removeprefix("module_"), module.name):
            return module
    known = [module.label.removeprefix("module_") for module in installed_modules()]
    near = get_close_matches(name, known, n=3) or known
    raise NoSuchModule(
        f"No module {name!r} is installed. There are: {', '.join(near)}. "
        "A folder of services/modules is found by itself; a package by `pip install` and its entry point."
    )


def check_module(module: OPDModule, *, agencies: Mapping[str, str]) -> Report:
    """Hold a module to the contract. `agencies` names each agency by its code."""
    definitions, faults = _definitions(module)
    asked = list(questions(module, snapshots(module, definitions)))
    lines = [
        *_bounds(module),
        *_agency(module, agencies),
        *faults,
        *(
            _not_yet()
            if _broken(faults) and not definitions
            else (*check_cases(module, definitions), *check_hooks(module, asked))
        ),
        *check_prefill(module, definitions),
        *check_events(module, definitions),
        *_routes(module),
        *_once(static_lines(module)),
        *check_tables(module),
        *check_migrations(module),
        *check_duties(module),
        *_own(module),
    ]
    return Report(module.label.removeprefix("module_"), module.agency, tuple(lines))


def _broken(lines: list[Line]) -> bool:
    return any(line.level == "error" for line in lines)


def _not_yet() -> Iterator[Line]:
    yield Line("cases", "warning", "not run, nor the hooks: the definitions come first.")


def static_lines(module: OPDModule) -> Iterator[Line]:
    """Yield what reading the module's files shows; cheap enough for every start."""
    yield from check_imports(module)
    yield from check_places(module)
    yield from check_words(module)


def _once(lines: Iterator[Line]) -> list[Line]:
    return list(dict.fromkeys(lines))


def _bounds(module: OPDModule) -> Iterator[Line]:
    if re.search(r"<|==", module.api):
        yield Line("api", "ok", f"{module.api!r} holds version {API_VERSION}")
        return
    hint = f'Write `api = ">={API_VERSION},<{API_VERSION + 1}"`: the next version may ask for other hooks.'
    yield Line("api", "warning", f"{_where(module)}: `api` is {module.api!r}, without an end.", hint)


def _agency(module: OPDModule, agencies: Mapping[str, str]) -> Iterator[Line]:
    if name := agencies.get(module.agency):
        yield Line("agency", "ok", name)
        return
    near = get_close_matches(module.agency, agencies, n=3)
    hint = f"Near are: {', '.join(near)}." if near else "See `/api/v1/agencies/`."
    yield Line("agency", "error", f"{_where(module)}: `agency` is {module.agency!r}: the city has none such.", hint)


def _definitions(module: OPDModule) -> tuple[list[Definition], list[Line]]:
    try:
        definitions = module.definitions()
    except DefinitionError as error:
        return [], [Line("definitions", "error", str(fault)) for fault in error.faults]
    taken = [
        Line("definitions", "error", f"the service {each.slug!r} is brought by {other.label}, too.", "Rename one.")
        for other in installed_modules()
        if other.label != module.label
        for each in definitions
        if each.slug in _slugs(other)
    ]
    words = ", ".join(each.slug for each in definitions) or "none"
    return definitions, taken or [Line("definitions", "ok", words)]


def _slugs(module: OPDModule) -> set[str]:
    try:
        return {each.slug for each in module.definitions()}
    except DefinitionError:
        return set()


def _routes(module: OPDModule) -> Iterator[Line]:
    from services.plugging.routes import addresses_of, check_routes  # rest_framework is loaded where it is needed

    try:
        check_routes()
    except ModuleError as error:
        yield Line("addresses", "error", str(error))
        return
    yield Line("addresses", "ok", ", ".join(addresses_of(module)) or "none of its own")


def _own(module: OPDModule) -> Iterator[Line]:
    """Yield what the module says of itself (`check`)."""
    if not hasattr(module, "check"):
        return
    result = call_hook(module, "check", timeout=_CHECK_SECONDS)
    if not result.ok:
        yield Line("check", "error", f"check: {result.error}.")
        return
    for each in result.value:
        yield Line("check", each.level, each.message, each.hint)


def _where(module: OPDModule) -> str:
    return f"{inspect.getsourcefile(type(module))}: {type(module).__qualname__}"
