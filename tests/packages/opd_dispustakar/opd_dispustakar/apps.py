"""The city's library (Dinas Perpustakaan dan Arsip): seats in the reading room."""

import os
import urllib.request
from uuid import UUID

from services.module_api import Check, Erased, Held, HeldFile, OPDModule


class Dispustakar(OPDModule):
    """Reserving a seat: a table, endpoints for the app, pages for residents and staff. No service of the catalogue."""

    name = "opd_dispustakar"
    agency = "DISPUSTAKAR"
    api = ">=1,<2"
    personal_data = True

    def export_subject(self, person_id: UUID) -> list[Held | HeldFile]:
        """Hand over the person's seats, and the house rules that they agreed to."""
        _ask_the_gate()
        lines = list(self._seats(person_id).values("id", "day", "note"))
        held = Held("seats", {"id": "Kursi ruang baca", "en": "Seats in the reading room"}, lines)
        return [held, HeldFile("tata-tertib.txt", b"Tenang, ya.\n")] if lines else [held]

    def erase_subject(self, person_id: UUID) -> list[Erased]:
        """Erase the person's seats. Asked again it finds none."""
        _ask_the_gate()
        return [Erased("seats", erased=self._seats(person_id).delete()[0])]

    def check(self) -> list[Check]:
        """Say whether the gate can be asked."""
        return [Check("ok", "Gerbang menjawab")]

    def _seats(self, person_id: UUID):  # type: ignore[no-untyped-def]
        return self.get_model("Seat").objects.filter(person_id=person_id).order_by("day", "pk")


def _ask_the_gate() -> None:
    """Ask the system at the reading room's gate, where there is one; it raises while that is down."""
    if gate := os.environ.get("OPD_DISPUSTAKAR_GATE"):
        urllib.request.urlopen(gate, timeout=2).close()  # noqa: S310 - the operator's own setting
