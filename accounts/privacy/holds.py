"""What erasing an account deletes, what the law has the city keep, and why: the words shown before one decides.

Articles and periods are the makers' proposal, to be confirmed by the city's lawyers (decision 18).
"""

from dataclasses import dataclass
from typing import Any, Final

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data. `law` and `until` are given where it is kept."""

    code: str
    title: Texts
    kept: bool
    why: Texts
    law: str = ""
    until: Texts | None = None


_ERASED: Final = {
    "id": "Dihapus: tidak ada aturan yang mewajibkan kota menyimpannya (UU 27/2022 pasal 43 dan 44).",
    "en": "Erased: no law has the city keep it (UU 27/2022, articles 43 and 44).",
}
_ARCHIVES: Final = "UU 43/2009 pasal 3, 40 dan 51; PP 28/2012"
_RECORDED: Final = "UU 27/2022 pasal 31"
_SCHEDULE: Final = {
    "id": "Sampai masa simpan pada jadwal retensi arsip habis.",
    "en": "Until the time set by the archive retention schedule is over.",
}

KINDS: Final = (
    Kind("account", {"id": "Nama, email, nomor telepon", "en": "Name, e-mail, phone number"}, False, _ERASED),
    Kind("identity", {"id": "NIK dan nomor KK di brankas", "en": "NIK and family card number"}, False, _ERASED),
    Kind("sign_ins", {"id": "Alamat IP dan perangkat", "en": "IP addresses and devices"}, False, _ERASED),
    Kind("clients", {"id": "Sambungan ke aplikasi dan situs", "en": "Connections to apps and sites"}, False, _ERASED),
    Kind(
        "appointments",
        {"id": "Janji temu tanpa permohonan", "en": "Hours without an application"},
        False,
        _ERASED,
    ),
    Kind("drafts", {"id": "Draf permohonan dan berkasnya", "en": "Drafts and their files"}, False, _ERASED),
    Kind("notices", {"id": "Pemberitahuan", "en": "Notices"}, False, _ERASED),
    Kind(
        "applications",
        {"id": "Permohonan yang sudah diajukan", "en": "Submitted applications"},
        True,
        {
            "id": "Arsip negara: keputusan pemerintah harus dapat dibuktikan. Tidak lagi terhubung ke akun Anda.",
            "en": "Public archives: decisions of government must be provable. No account hangs on them any more.",
        },
        _ARCHIVES,
        _SCHEDULE,
    ),
    Kind(
        "documents",
        {"id": "Dokumen yang sudah terbit", "en": "Documents issued"},
        True,
        {
            "id": "Siapa pun yang memegang dokumen itu harus tetap dapat memeriksa keasliannya.",
            "en": "Whoever holds such a document must still be able to verify it.",
        },
        _ARCHIVES,
        _SCHEDULE,
    ),
    Kind(
        "access_log",
        {"id": "Catatan siapa membaca data", "en": "The record of who read data"},
        True,
        {
            "id": "Kota wajib merekam setiap pemrosesan data pribadi. Nama Anda tidak lagi tercantum.",
            "en": "The city has to record all processing of personal data. Your name is no longer on it.",
        },
        _RECORDED,
        {"id": "Selama arsip yang dibaca disimpan.", "en": "As long as what was read is kept."},
    ),
    Kind(
        "identity_decisions",
        {"id": "Putusan sengketa NIK, tanpa kata-kata Anda", "en": "Decisions on a disputed NIK, without your words"},
        True,
        {
            "id": "Putusan itu juga milik pihak lain: dari sana NIK-nya terbukti.",
            "en": "The decision is the other side's, too: it is what their NIK rests on.",
        },
        _RECORDED,
        {"id": "Selama akun pihak lain ada.", "en": "As long as the other side's account exists."},
    ),
    Kind(
        "receipts",
        {"id": "Bukti persetujuan Anda", "en": "The receipts of your consents"},
        True,
        {
            "id": "Kota wajib dapat menunjukkan bukti persetujuan yang pernah diberikan. Semua dicatat sudah ditarik.",
            "en": "The city has to be able to show the consent that it had. All are marked as withdrawn.",
        },
        "UU 27/2022 pasal 24",
        _SCHEDULE,
    ),
    Kind(
        "releases",
        {"id": "Catatan data yang diterima aplikasi dan situs", "en": "The record of data given to apps and sites"},
        True,
        {
            "id": "Kota wajib merekam data apa yang diberikan kepada siapa. Sambungannya sendiri diputus.",
            "en": "The city has to record what was given to whom. The connections themselves are cut.",
        },
        _RECORDED,
        {"id": "Satu tahun sesudah sambungan diputus.", "en": "One year after the connection was cut."},
    ),
    Kind(
        "mandates",
        {"id": "Kuasa yang pernah berlaku", "en": "Mandates that were in force"},
        True,
        {
            "id": "Apa yang diurus dengan kuasa itu tercatat pada permohonan pihak lain, dan haknya harus "
            "dapat dibuktikan. Kuasa diakhiri; nama Anda tidak lagi tercantum.",
            "en": "What was done by them stands in the other side's applications, and the right to do it must be "
            "provable. They are ended; your name is no longer on them.",
        },
        _ARCHIVES,
        _SCHEDULE,
    ),
    Kind(
        "rights",
        {"id": "Permintaan Anda atas data, tanpa isinya", "en": "Your requests on data, without their words"},
        True,
        {
            "id": "Kota wajib dapat membuktikan bahwa permintaan dijawab, penghapusan dilakukan dan kegagalan "
            "pelindungan data diberitahukan.",
            "en": "The city has to be able to prove that requests were answered, erasure was done and breaches told.",
        },
        "UU 27/2022 pasal 31, 45 dan 46",
        _SCHEDULE,
    ),
    Kind(
        "work",
        {"id": "Keputusan Anda sebagai petugas, bila pernah", "en": "What you decided as staff, if you ever were"},
        True,
        {
            "id": "Keputusan pemerintah harus dapat dibuktikan, juga siapa yang mengambilnya.",
            "en": "Decisions of government must be provable, and who took them, too.",
        },
        _ARCHIVES,
        _SCHEDULE,
    ),
)


def explain(language: str) -> list[dict[str, Any]]:
    """Return each kind of data with its fate, in words."""
    return [
        {
            "kind": each.code,
            "title": each.title[language],
            "kept": each.kept,
            "why": each.why[language],
            "law": each.law or None,
            "until": each.until[language] if each.until else None,
        }
        for each in KINDS
    ]
