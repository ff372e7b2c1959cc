"""Population and civil registration (Dinas Kependudukan dan Pencatatan Sipil)."""

from datetime import date

from services.module_api import OPDModule, Problem, Snapshot


class Disdukcapil(OPDModule):
    """Birth certificate and identity card, as two definitions and the checks that a form cannot express."""

    name = "services.modules.disdukcapil"
    agency = "DISDUKCAPIL"
    api = ">=1,<2"

    def validate(self, snapshot: Snapshot) -> list[Problem]:
        """Check what holds between fields.

        A birth lies before the day of reporting; a first identity card is for who is 17 or is or was married (UU
        24/2013, article 63).
        """
        today = snapshot.submitted_at.date() if snapshot.submitted_at else date.max
        if snapshot.service == "akta-kelahiran":
            return _birth(snapshot, today)
        if snapshot.service == "ktp-el":
            return _card(snapshot, today)
        return []


def _birth(snapshot: Snapshot, today: date) -> list[Problem]:
    problems = []
    if date.fromisoformat(snapshot.answers["anak"]["tanggal_lahir"]) > today:
        problems.append(
            Problem(
                "/anak/tanggal_lahir",
                "in_the_future",
                {"id": "Tanggal lahir belum terjadi.", "en": "The date of birth lies in the future."},
            )
        )
    mother, father = snapshot.answers["ibu"]["nik"], snapshot.answers.get("ayah", {}).get("nik")
    if mother == father:
        problems.append(
            Problem(
                "/ayah/nik",
                "same_as_mother",
                {"id": "NIK ayah sama dengan NIK ibu.", "en": "The father's NIK is the mother's."},
            )
        )
    return problems


def _card(snapshot: Snapshot, today: date) -> list[Problem]:
    person = snapshot.answers["pemohon"]
    born = date.fromisoformat(person["tanggal_lahir"])
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age >= 17 or person.get("pernah_kawin") is True:
        return []
    return [
        Problem(
            "/pemohon/tanggal_lahir",
            "too_young",
            {
                "id": "KTP-el untuk yang berusia 17 tahun, atau sudah atau pernah kawin.",
                "en": "The identity card is for who is 17, or is or was married.",
            },
        )
    ]
