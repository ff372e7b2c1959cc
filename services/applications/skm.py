"""The survey of satisfaction (Survei Kepuasan Masyarakat): its nine elements, and the index that they make.

PermenPANRB 14/2017: each element is judged from 1 to 4; the mean of each (NRR) weighs a ninth; the weighted sum times
25 is the index (IKM), which bands call A to D. Sources number the last two elements differently: they are kept by key.
The weight is a ninth exactly; the regulation's printed 0.11 could never reach 100.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

Texts = Mapping[str, str]
LOWEST, HIGHEST = 1, 4
METHOD: Final = "25 x sum(NRR x 1/9)"
# Fewer answers would say who answered.
FEWEST: Final = 10
# An answer may be changed so long; the sums of its month stand only then.
CHANGED_FOR: Final = timedelta(days=14)

# Key: title, question, and the four answers from the worst to the best.
ELEMENTS: Final[Mapping[str, tuple[Texts, Texts, tuple[Texts, Texts, Texts, Texts]]]] = {
    "requirements": (
        {"id": "Persyaratan", "en": "Requirements"},
        {"id": "Sesuaikah persyaratan dengan layanannya?", "en": "Did the requirements fit the service?"},
        (
            {"id": "Tidak sesuai", "en": "Not at all"},
            {"id": "Kurang sesuai", "en": "Rather not"},
            {"id": "Sesuai", "en": "Yes"},
            {"id": "Sangat sesuai", "en": "Very much"},
        ),
    ),
    "procedure": (
        {"id": "Prosedur", "en": "Procedure"},
        {"id": "Mudahkah prosedurnya?", "en": "Was the procedure easy?"},
        (
            {"id": "Tidak mudah", "en": "Not at all"},
            {"id": "Kurang mudah", "en": "Rather not"},
            {"id": "Mudah", "en": "Yes"},
            {"id": "Sangat mudah", "en": "Very easy"},
        ),
    ),
    "time": (
        {"id": "Waktu penyelesaian", "en": "Time"},
        {"id": "Cepatkah pelayanannya?", "en": "Was the service quick?"},
        (
            {"id": "Tidak cepat", "en": "Not at all"},
            {"id": "Kurang cepat", "en": "Rather not"},
            {"id": "Cepat", "en": "Yes"},
            {"id": "Sangat cepat", "en": "Very quick"},
        ),
    ),
    "cost": (
        {"id": "Biaya/tarif", "en": "Cost"},
        {"id": "Wajarkah biayanya?", "en": "Was the cost fair?"},
        (
            {"id": "Sangat mahal", "en": "Far too high"},
            {"id": "Cukup mahal", "en": "Rather high"},
            {"id": "Murah", "en": "Low"},
            {"id": "Gratis", "en": "Free of charge"},
        ),
    ),
    "product": (
        {"id": "Hasil layanan", "en": "Result"},
        {"id": "Sesuaikah hasilnya dengan yang dijanjikan?", "en": "Was the result as promised?"},
        (
            {"id": "Tidak sesuai", "en": "Not at all"},
            {"id": "Kurang sesuai", "en": "Rather not"},
            {"id": "Sesuai", "en": "Yes"},
            {"id": "Sangat sesuai", "en": "Very much"},
        ),
    ),
    "competence": (
        {"id": "Kompetensi petugas", "en": "Competence"},
        {"id": "Mampukah petugas menangani permohonan Anda?", "en": "Was the staff able to handle your application?"},
        (
            {"id": "Tidak kompeten", "en": "Not at all"},
            {"id": "Kurang kompeten", "en": "Rather not"},
            {"id": "Kompeten", "en": "Yes"},
            {"id": "Sangat kompeten", "en": "Very able"},
        ),
    ),
    "behaviour": (
        {"id": "Perilaku petugas", "en": "Behaviour"},
        {"id": "Sopan dan ramahkah petugas?", "en": "Was the staff polite and friendly?"},
        (
            {"id": "Tidak sopan dan ramah", "en": "Not at all"},
            {"id": "Kurang sopan dan ramah", "en": "Rather not"},
            {"id": "Sopan dan ramah", "en": "Yes"},
            {"id": "Sangat sopan dan ramah", "en": "Very much"},
        ),
    ),
    "complaints": (
        {"id": "Penanganan pengaduan", "en": "Complaints"},
        {"id": "Bagaimana pengaduan dan masukan ditangani?", "en": "How are complaints and suggestions handled?"},
        (
            {"id": "Tidak ada", "en": "Not at all"},
            {"id": "Ada tetapi tidak berfungsi", "en": "There is a way, but it does not work"},
            {"id": "Berfungsi kurang maksimal", "en": "It works, not fully"},
            {"id": "Dikelola dengan baik", "en": "They are handled well"},
        ),
    ),
    "facilities": (
        {"id": "Sarana dan prasarana", "en": "Facilities"},
        {"id": "Bagaimana kualitas sarana, termasuk aplikasi ini?", "en": "How good are the facilities, this app too?"},
        (
            {"id": "Buruk", "en": "Bad"},
            {"id": "Cukup", "en": "Fair"},
            {"id": "Baik", "en": "Good"},
            {"id": "Sangat baik", "en": "Very good"},
        ),
    ),
}
_BANDS: Final = (("A", Decimal("88.31")), ("B", Decimal("76.61")), ("C", Decimal("65.00")), ("D", Decimal("25.00")))


def index_of(sums: Mapping[str, int], respondents: int) -> dict[str, Any]:
    """Return the index of so many answers: `{"index", "grade", "method", "elements": {key: mean}}`.

    `sums` are those of each element's scores, all nine. The index is rounded to two places before it is graded, so that
    no value lies between two bands.
    """
    means = {key: Decimal(sums[key]) / respondents for key in ELEMENTS}
    index = _rounded(sum(means.values(), Decimal(0)) / len(ELEMENTS) * 25)
    return {
        "index": float(index),
        "grade": next(grade for grade, least in _BANDS if index >= least),
        "method": METHOD,
        "elements": {key: float(_rounded(mean)) for key, mean in means.items()},
    }


def questions(language: str) -> list[dict[str, Any]]:
    """Return the nine questions with their answers, in the regulation's order."""
    return [
        {
            "key": key,
            "title": title[language],
            "question": asked[language],
            "answers": [{"score": score, "label": each[language]} for score, each in enumerate(answers, LOWEST)],
        }
        for key, (title, asked, answers) in ELEMENTS.items()
    ]


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
