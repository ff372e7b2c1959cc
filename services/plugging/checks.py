"""What Django's checks say of modules at `manage.py check` and before `make run`: that which reading files shows."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from services.definitions import DefinitionError
from services.module_api import OPDModule, installed_modules

MODULES = "modules"


@register(MODULES)
def check_installed_modules(app_configs: Sequence[Any] | None, **_options: Any) -> list[CheckMessage]:
    """Return what is wrong with the files of the installed modules."""
    found: list[CheckMessage] = []
    for module in installed_modules():
        if app_configs is None or module in app_configs:
            found += _messages(module)
    return found


def _messages(module: OPDModule) -> list[CheckMessage]:
    from services.plugging.checking import static_lines  # every process registers this, few ask it

    messages: list[CheckMessage] = [
        Error(line.message, hint=line.hint or None, obj=module.label, id=f"modules.{line.check}")
        for line in static_lines(module)
        if line.level == "error"
    ]
    try:
        module.definitions()
    except DefinitionError as error:
        messages += [Error(str(fault), obj=module.label, id="modules.definitions") for fault in error.faults]
    return messages
