"""Environment agency (Dinas Lingkungan Hidup)."""

from services.module_api import FeeLine, OPDModule, Snapshot


class Dlh(OPDModule):
    """Trimming of trees in public space."""

    name = "opd_dlh"
    agency = "DLH"
    api = ">=1,<2"

    def fees(self, snapshot: Snapshot) -> list[FeeLine]:
        """Ask a made-up 15 000 rupiah for each tree beyond the third."""
        extra = snapshot.answers["pohon"]["jumlah"] - 3
        if extra <= 0:
            return []
        title = {"id": f"{extra} pohon tambahan", "en": f"{extra} more trees"}
        return [FeeLine(title=title, amount=15_000 * extra, basis="Tarif demo")]
