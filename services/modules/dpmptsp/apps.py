"""Investment and one-stop licensing (Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu)."""

from services.module_api import Allow, Deny, OPDModule, Snapshot


class Dpmptsp(OPDModule):
    """One permit, with a fee rule in its definition and an approval by a second person in its workflow."""

    name = "services.modules.dpmptsp"
    agency = "DPMPTSP"
    api = ">=1,<2"

    def guard(self, snapshot: Snapshot, action: str) -> Allow | Deny:
        """Refuse to approve a billboard above a road that is larger than the agency's own limit for these."""
        billboard = snapshot.answers.get("reklame", {})
        if action != "approve" or billboard.get("letak") != "melintang":
            return Allow()
        if billboard["lebar_m"] * billboard["tinggi_m"] <= 32:
            return Allow()
        return Deny(
            {
                "id": "Reklame melintang jalan paling luas 32 m² (aturan demo).",
                "en": "A billboard above a road is at most 32 m² (demo rule).",
            }
        )
