"""All that a module may import: how an agency plugs in, what its hooks are given and what they answer.

    from services.module_api import OPDModule, Problem, Snapshot

    class Disdukcapil(OPDModule):
        name = "services.modules.disdukcapil"
        agency = "DISDUKCAPIL"
        api = ">=1,<2"

Definitions lie beside the class in `definitions/*.yaml`. Every hook is optional and has a time limit; what happens when
one fails is named by the definition (`hooks.on_failure`). Hooks run in a process of the module's own, forked from one
that has loaded the platform: they may read the module's models over a connection of their own, see nothing of the
transaction of who asks, keep nothing from one call to the next, start no processes, and print to nowhere.
"""

from services.module_api.answers import (
    Ack,
    Allow,
    Applicant,
    Check,
    Deny,
    DocumentRow,
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
from services.module_api.calling import HookResult, call_hook, has_hook, warm_up
from services.module_api.module import API_VERSION, ModuleError, OPDModule, installed_modules
from services.module_api.reading import PastTheDoor, View, read_application, viewing
from services.module_api.web import everybody, staff

__all__ = [
    "API_VERSION",
    "Ack",
    "Allow",
    "Applicant",
    "Check",
    "Deny",
    "DocumentRow",
    "DocumentSpec",
    "Erased",
    "Event",
    "Fact",
    "FeeLine",
    "Held",
    "HeldFile",
    "HookResult",
    "ModuleError",
    "OPDModule",
    "Park",
    "PastTheDoor",
    "Person",
    "Problem",
    "Retry",
    "Snapshot",
    "View",
    "call_hook",
    "everybody",
    "has_hook",
    "installed_modules",
    "read_application",
    "staff",
    "viewing",
    "warm_up",
]
