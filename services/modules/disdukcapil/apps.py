"""Population and civil registration (Dinas Kependudukan dan Pencatatan Sipil)."""

from datetime import date

from services.module_api import OPDModule, Problem, Snapshot


class Disdukcapil(OPDModule):
    """Certificates, cards and the family card, as definitions and the checks that a form cannot express."""

    name = "services.modules.disdukcapil"
    agency = "DISDUKCAPIL"
    api = ">=1,<2"

    def validate(self, snapshot: Snapshot) -> list[Problem]:
        """Check what holds between fields.

        A birth or a death lies before the day of reporting; a first identity card is for who is 17 or is or was
        married (UU 24/2013, article 63).
        """
        today = snapshot.submitted_at.date() if snapshot.submitted_at else date.max
        if snapshot.service == "akta-kelahiran":
            return _birth(snapshot, today)
        if snapshot.service == "akta-kematian":
            return _happened(snapshot.answers["almarhum"]["tanggal_meninggal"], "/almarhum/tanggal_meninggal", today)
        if snapshot.service == "ktp-el":
            return _card(snapshot, today)
        return []


def _happened(day: str, pointer: str, today: date) -> list[Problem]:
    if date.fromisoformat(day) <= today:
        return []
    detail = {"id": "Tanggal ini belum tiba.", "en": "This date lies in the future."}
    return [Problem(pointer, "in_the_future", detail)]


def _birth(snapshot: Snapshot, today: date) -> list[Problem]:
    problems = _happened(snapshot.answers["anak"]["tanggal_lahir"], "/anak/tanggal_lahir", today)
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
