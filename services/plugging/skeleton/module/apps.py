"""UJI-OPD: what its services need beyond their definitions."""

from services.module_api import OPDModule, Problem, Snapshot


class UjiContoh(OPDModule):
    """The services of `definitions/`, and the checks that a form cannot express."""

    name = "services.modules.uji_contoh"
    agency = "UJI-OPD"
    api = ">=1,<2"

    def validate(self, snapshot: Snapshot) -> list[Problem]:
        """Refuse a day that is over when the request is submitted. Drop this method if the form says it all."""
        wanted = snapshot.answers["kegiatan"]["tanggal"]
        if snapshot.submitted_at is None or wanted >= snapshot.submitted_at.date().isoformat():
            return []
        words = {"id": "Tanggal kegiatan sudah lewat.", "en": "The day of the event is over."}
        return [Problem("/kegiatan/tanggal", "day_is_over", words)]
