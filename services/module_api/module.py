"""The class by which an agency plugs in."""

import inspect
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django.apps import AppConfig, apps

from services.definitions import Definition, DefinitionError, Fault, load_yaml
from services.definitions.cases import Case, load_cases
from services.module_api.answers import (
    Ack,
    Allow,
    Check,
    Deny,
    DocumentSpec,
    Erased,
    Event,
    Fact,
    FeeLine,
    Held,
    HeldFile,
    Park,
    Person,
    Problem,
    Retry,
    Snapshot,
)
from services.module_api.hooks import HOOKS

API_VERSION = 1
# What a module may be asked for, with the names of the arguments: its hooks, and its duties to people.
SHAPES = {name: tuple(hook.arguments) for name, hook in HOOKS.items()}
SHAPES |= {"export_subject": ("person_id",), "erase_subject": ("person_id",)}
_SPECIFIER = re.compile(r"(>=|<=|<|>|==)\s*(\d+)")


class ModuleError(Exception):
    """A module that cannot be plugged in; names its file and the attribute to mend."""


class OPDModule(AppConfig):
    """One agency, plugged in. Found by its folder or entry point; its label is `module_<folder>`.

    `agency` is the agency's code in the city's list; `api` is the range of versions of this package that it was
    written for. The hooks below are optional: a module defines those that it needs.

    Endpoints (`api/urls.py`) and pages (`pages/urls.py`) stand below `/api/v1/opd/<prefix>/` and `/opd/<prefix>/`.
    `prefix` is the agency's code in small letters; a second module of the agency adds a word: `prefix = "dlh/taman"`.
    A module with tables says in `personal_data` whether they hold data of people; if so, it has the two duties
    `export_subject` and `erase_subject`.

    :raises ModuleError: at start, naming file and attribute, when one of the two is missing or does not fit, or a hook
        cannot be called.
    """

    default = False  # this class itself is no module; each subclass is the one of its `apps.py`
    agency: ClassVar[str] = ""
    api: ClassVar[str] = ""
    prefix: ClassVar[str] = ""
    personal_data: ClassVar[bool | None] = None

    validate: Callable[[Snapshot], list[Problem]]
    prefill: Callable[[Person, tuple[str, ...]], dict[str, Fact]]
    fees: Callable[[Snapshot], list[FeeLine]]
    guard: Callable[[Snapshot, str], Allow | Deny]
    document: Callable[[Snapshot], DocumentSpec | None]
    on_event: Callable[[Event], Ack | Retry | Park | None]
    check: Callable[[], list[Check]]
    export_subject: Callable[[UUID], list[Held | HeldFile]]
    erase_subject: Callable[[UUID], list[Erased]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "default" not in cls.__dict__:
            cls.default = True
        if "label" not in cls.__dict__ and isinstance(getattr(cls, "name", None), str):
            cls.label = f"module_{cls.name.rpartition('.')[2]}"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        where = f"{inspect.getsourcefile(type(self))}: {type(self).__qualname__}"
        if not isinstance(self.agency, str) or not self.agency:
            raise ModuleError(f'{where}: set `agency` to the code of the agency, such as "DISDUKCAPIL".')
        if not isinstance(self.api, str) or not fits(self.api):
            raise ModuleError(
                f"{where}: `api` is {self.api!r}, this platform has version {API_VERSION}. Install a module written "
                f'for it, or set `api = ">={API_VERSION},<{API_VERSION + 1}"` once it is.'
            )
        if misspelt := _misspelt(type(self)):
            raise ModuleError(f"{where}: there is no hook `{misspelt}`; there are {', '.join(SHAPES)}.")
        own = self.agency.lower()
        if self.prefix and not re.fullmatch(rf"{re.escape(own)}(/[a-z0-9]+(-[a-z0-9]+)*)?", self.prefix):
            raise ModuleError(f'{where}: `prefix` is {self.prefix!r}: it is "{own}", or "{own}/" and a word.')
        if not self.label.startswith("module_"):
            raise ModuleError(f"{where}: `label` is {self.label!r}: it begins with `module_`, and so do its tables.")
        for hook, arguments in SHAPES.items():
            if not _takes(getattr(self, hook, None), arguments):
                shape = ", ".join(["self", *arguments])
                raise ModuleError(f"{where}: `{hook}` must be a plain method: `def {hook}({shape})`.")

    @property
    def below(self) -> str:
        """Return below which part of the addresses its endpoints and pages stand, such as `dlh`."""
        return self.prefix or self.agency.lower()

    def definitions(self) -> list[Definition]:
        """Return the services that the module brings: `definitions/*.yaml` beside it, by file name.

        :raises DefinitionError: naming file and line of everything that is wrong in any of them.
        """
        found: list[Definition] = []
        faults: list[Fault] = []
        for path in sorted((Path(self.path) / "definitions").glob("*.y*ml")):
            try:
                found.append(load_yaml(path))
            except DefinitionError as error:
                faults += error.faults
        if faults:
            raise DefinitionError(faults)
        return found

    def golden_cases(self) -> dict[str, list[Case]]:
        """Return the golden cases that the module brings, by service: `cases/<service>.yaml` beside it.

        :raises DefinitionError: naming file and line of everything that is wrong in any of them.
        """
        found: dict[str, list[Case]] = {}
        faults: list[Fault] = []
        for path in sorted((Path(self.path) / "cases").glob("*.y*ml")):
            try:
                slug, cases = load_cases(path)
            except DefinitionError as error:
                faults += error.faults
            else:
                found[slug] = cases
        if faults:
            raise DefinitionError(faults)
        return found


def _misspelt(cls: type) -> str | None:
    """Return a method that is one letter off a hook: nobody would ever call it."""
    names = [name for name, value in vars(cls).items() if inspect.isfunction(value) and name not in SHAPES]
    return next((name for name in names if get_close_matches(name, SHAPES, n=1, cutoff=0.85)), None)


def _takes(hook: Any, arguments: tuple[str, ...]) -> bool:
    """Return whether `hook` is left out, or can be called with `arguments`."""
    if hook is None:
        return True
    try:
        inspect.signature(hook).bind(*arguments)
    except TypeError:
        return False
    return not inspect.iscoroutinefunction(hook)


def fits(specifier: str) -> bool:
    """Return whether this package's version lies in a range such as `>=1,<2`."""
    parts = [part.strip() for part in specifier.split(",")]
    return all(_holds(part) for part in parts) if specifier.strip() else False


def _holds(part: str) -> bool:
    found = _SPECIFIER.fullmatch(part)
    if found is None:
        return False
    operator, number = found[1], int(found[2])
    return {
        ">=": number <= API_VERSION,
        "<=": number >= API_VERSION,
        ">": number < API_VERSION,
        "<": number > API_VERSION,
        "==": number == API_VERSION,
    }[operator]


def installed_modules() -> list[OPDModule]:
    """Return the plugged-in agencies, by label."""
    return sorted(_found(), key=lambda module: module.label)


def _found() -> Iterator[OPDModule]:
    for config in apps.get_app_configs():
        if isinstance(config, OPDModule):
            yield config
