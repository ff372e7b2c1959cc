"""All that a module may import: how an agency plugs in, what its hooks are given and what they answer.

    from services.module_api import OPDModule, Problem, Snapshot

    class Disdukcapil(OPDModule):
        name = "services.modules.disdukcapil"
        agency = "DISDUKCAPIL"
        api = ">=1,<2"

Definitions lie beside the class in `definitions/*.yaml`. Every hook is optional, pure, and has a time limit; what
happens when one fails is named by the definition (`hooks.on_failure`).
"""

from services.module_api.answers import (
    Ack,
    Allow,
    Applicant,
    Check,
    Deny,
    Erased,
    Event,
    FeeLine,
    Held,
    HeldFile,
    Park,
    Problem,
    Retry,
    Snapshot,
)
from services.module_api.calling import HookResult, call_hook
from services.module_api.module import API_VERSION, ModuleError, OPDModule, installed_modules
from services.module_api.web import everybody, staff

__all__ = [
    "API_VERSION",
    "Ack",
    "Allow",
    "Applicant",
    "Check",
    "Deny",
    "Erased",
    "Event",
    "FeeLine",
    "Held",
    "HeldFile",
    "HookResult",
    "ModuleError",
    "OPDModule",
    "Park",
    "Problem",
    "Retry",
    "Snapshot",
    "call_hook",
    "everybody",
    "installed_modules",
    "staff",
]
