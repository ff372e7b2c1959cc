"""A stand-in for the register of business licences, with invented companies.

It says so: `source` of each mandate that it established is `simulator`.
"""

from typing import Final

from accounts.mandates.companies.port import Company

# Invented; the directors are invented residents of the simulated population registry. The last one was revoked.
_COMPANIES: Final = {
    "0220001234567": Company("PT Beriman Jaya", True, ("6471014503950001",)),
    "0220007654321": Company("CV Teluk Lestari", True, ("6471021704880001", "6471026109900002")),
    "0220009999999": Company("PT Sudah Tutup", False, ("6471014503950001",)),
}


class Simulator:
    """Knows three invented companies. For development and demonstrations, never for residents."""

    name = "simulator"

    def look_up(self, nib: str) -> Company | None:
        """Return the invented company."""
        return _COMPANIES.get(nib)
