"""Social affairs (Dinas Sosial)."""

from services.module_api import OPDModule


class Dinsos(OPDModule):
    """The recommendation for subsidised health insurance: a definition and no code."""

    name = "services.modules.dinsos"
    agency = "DINSOS"
    api = ">=1,<2"
