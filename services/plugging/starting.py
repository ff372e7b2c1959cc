"""Making a module that works at once, from the real files of `skeleton/`.

The skeleton is itself a module, of an agency that does not exist; each word that names it is replaced.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from tempfile import TemporaryDirectory

from services.module_api import installed_modules

SKELETON = Path(__file__).parent / "skeleton"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 40
_SCHEMA_OF_FOLDER = "../../../definitions/service-definition.schema.json"
_SCHEMA_OF_PACKAGE = "http://127.0.0.1:8000/api/v1/schemas/service-definition.json"


class NotStarted(Exception):
    """No module was made; the message is the one line to show."""


@dataclass(frozen=True, slots=True)
class Start:
    """A module to make: its name, its agency's code and name, its first service's slug."""

    name: str
    agency: str
    agency_name: str
    service: str

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_"))


def plan(*, name: str, agency: str, service: str, agencies: Mapping[str, str]) -> Start:
    """Return what to make. `agencies` names each agency by its code; `service` may be empty: the name then serves.

    :raises NotStarted: for a name, an agency or a slug that will not do.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or iskeyword(name):
        raise NotStarted(
            f"{name!r} is no name for a module: small letters, digits and single underscores, a letter first, "
            f"{_LONGEST} at most, such as 'dlh_taman'."
        )
    code = agency.upper()
    if code not in agencies:
        raise NotStarted(f"There is no agency {agency!r}. {_near(agency, agencies)}")
    slug = service or name.replace("_", "-")
    if not _SLUG.fullmatch(slug) or len(slug) > 80:
        raise NotStarted(f"{slug!r} is no slug for a service: small letters, digits and hyphens, such as 'izin-taman'.")
    for module in installed_modules():
        if module.label == f"module_{name}":
            raise NotStarted(f"A module {name!r} is installed already, in {module.path}.")
        if (Path(module.path) / "definitions" / f"{slug}.yaml").exists():
            raise NotStarted(f"The service {slug!r} is brought by {module.path} already. Give another --service.")
    return Start(name, code, agencies[code], slug)


def _near(agency: str, agencies: Mapping[str, str]) -> str:
    """Return the agencies that may have been meant, by code or by a word of the name."""
    wanted = agency.upper()
    found = get_close_matches(wanted, agencies, n=3, cutoff=0.5)
    found += [code for code, name in agencies.items() if wanted in name.upper() and code not in found]
    if not found:
        return f"The codes are: {', '.join(agencies)}."
    return f"Near are: {', '.join(f'{code} ({agencies[code]})' for code in found[:5])}."


def make_folder(start: Start, parent: Path) -> Path:
    """Make the module's folder in `parent` (the platform's `services/modules`); return it.

    :raises NotStarted: when there is such a folder already.
    """
    return _place(start, parent / start.name, {"": SKELETON / "module"})


def make_package(start: Start, parent: Path) -> Path:
    """Make a project in `parent` that builds a pip package with the module; return its folder.

    :raises NotStarted: when there is such a folder already, or a package that Python would find instead.
    """
    if find_spec(start.name) is not None:
        raise NotStarted(f"Python has a package {start.name!r} already. Give the module another name.")
    return _place(start, parent / start.name, {"": SKELETON / "package", start.name: SKELETON / "module"}, package=True)


def _place(start: Start, target: Path, parts: Mapping[str, Path], *, package: bool = False) -> Path:
    """Write all parts, then put them in place at once: a module half made would stop the platform's start."""
    if target.exists():
        raise NotStarted(f"There is a folder {target} already. Remove it, or give the module another name.")
    if not target.parent.is_dir():
        raise NotStarted(f"There is no folder {target.parent}. Make it, or give another --directory.")
    with TemporaryDirectory(prefix=".", dir=target.parent) as made:
        draft = Path(made) / start.name
        for place, source in parts.items():
            _write(start, source, draft / place, package=package)
        if package:
            _lift(draft, draft / start.name, start)
        draft.rename(target)
    return target


def _lift(project: Path, module: Path, start: Start) -> None:
    """Move what does not belong into the installed package beside it."""
    (module / "README.md").rename(project / "README.md")
    (project / "tests").mkdir()
    test = f"test_{start.name}.py"
    (module / test).rename(project / "tests" / test)


def _write(start: Start, source: Path, target: Path, *, package: bool) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for path in sorted(target.rglob("*")):
        if path.is_file():
            path.write_text(_named(start, path.read_text("utf-8"), package=package), "utf-8")
            named = _named(start, path.name, package=package)
            if named != path.name:
                path.rename(path.with_name(named))


def _named(start: Start, text: str, *, package: bool) -> str:
    """Return the text with the skeleton's words replaced by the module's."""
    title = start.service.replace("-", " ").capitalize()
    if package:
        text = text.replace("services.modules.uji_contoh", "uji_contoh").replace(_SCHEMA_OF_FOLDER, _SCHEMA_OF_PACKAGE)
    words = {
        "uji_contoh": start.name,
        "UjiContoh": start.class_name,
        "uji-contoh": start.service,
        "UJI-OPD": start.agency,
        "Uji Contoh": title,
        "/UJI/": f"/{start.service.upper()[:20].rstrip('-')}/",
    }
    for word, replacement in words.items():
        text = text.replace(word, replacement)
    return text
