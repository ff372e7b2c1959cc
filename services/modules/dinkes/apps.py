"""Public health (Dinas Kesehatan)."""

from services.module_api import OPDModule


class Dinkes(OPDModule):
    """The visits to a newborn child: a definition and no code."""

    name = "services.modules.dinkes"
    agency = "DINKES"
    api = ">=1,<2"
