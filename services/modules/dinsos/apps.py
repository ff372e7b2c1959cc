"""Social affairs (Dinas Sosial)."""

from services.module_api import OPDModule


class Dinsos(OPDModule):
    """Subsidised health insurance and the family's social data: definitions and no code."""

    name = "services.modules.dinsos"
    agency = "DINSOS"
    api = ">=1,<2"
