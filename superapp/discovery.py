"""Finds the modules that plug agencies in: folders of `services/modules`, and installed packages.

A package names its module by the entry-point group `superapp.modules`:

    [project.entry-points."superapp.modules"]
    dlh = "opd_dlh"

Adding one edits no file of the platform. One that cannot be imported stops the start, naming it.
"""

import traceback
from importlib.metadata import entry_points
from pathlib import Path

from django.apps import AppConfig

GROUP = "superapp.modules"
FOLDER = Path(__file__).resolve().parent.parent / "services" / "modules"


def discover_modules() -> list[str]:
    """Return the modules as INSTALLED_APPS wants them: folders first, each group by name.

    Each has one `OPDModule` in its `apps.py`, which Django finds.
    """
    folders = [f"services.modules.{path.name}" for path in sorted(FOLDER.iterdir()) if _holds_module(path)]
    packages = sorted(point.value.replace(":", ".") for point in entry_points(group=GROUP))
    return list(dict.fromkeys(folders + packages))


def _holds_module(folder: Path) -> bool:
    """Return whether somebody meant this folder as a module; what a switch of branches leaves behind is none."""
    return not folder.name.startswith((".", "_")) and (any(folder.glob("*.py")) or (folder / "definitions").is_dir())


def check_modules() -> None:
    """Refuse a module without the class that plugs it in: its services would silently be missing.

    :raises ModuleError: naming the file.
    """
    from services.module_api import ModuleError, installed_modules  # apps must be loaded first

    plugged = {name for each in installed_modules() for name in (each.name, f"{each.name}.apps.{type(each).__name__}")}
    for name in discover_modules():
        if name not in plugged:
            raise ModuleError(f"{name}: its apps.py has no subclass of `services.module_api.OPDModule`. Write one.")


def faulty_module() -> str | None:
    """Plug each module in by itself; return in one line what fails of the first that does, with file and line."""
    from services.module_api import ModuleError  # the settings read this file first

    for name in discover_modules():
        try:
            AppConfig.create(name)
        except Exception as error:  # noqa: BLE001 - whatever a module's code raises
            if isinstance(error, ModuleError):
                return str(error)
            if isinstance(error, SyntaxError):
                return f"module {name}: {type(error).__name__}: {error.msg} ({error.filename}:{error.lineno})"
            frame = traceback.extract_tb(error.__traceback__)[-1]
            return f"module {name}: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})"
    return None
