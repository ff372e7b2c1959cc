"""Public health (Dinas Kesehatan)."""

from services.module_api import OPDModule


class Dinkes(OPDModule):
    """Visits to a newborn child and the hygiene certificate: definitions and no code."""

    name = "services.modules.dinkes"
    agency = "DINKES"
    api = ">=1,<2"
