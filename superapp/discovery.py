"""Finds the modules that plug agencies in: folders of `services/modules`, and installed packages.

A package names its module by the entry-point group `superapp.modules`:

    [project.entry-points."superapp.modules"]
    dlh = "opd_dlh"

Adding one edits no file of the platform. One that cannot be imported stops the start, naming it.
"""

from importlib.metadata import entry_points
from pathlib import Path

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
