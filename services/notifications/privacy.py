"""What the inbox says of a person's data and account, and the inbox as part of what is held of a person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from accounts.privacy.portable import Part, Section
from services.events.models import OutboxEvent
from services.notifications.models import Notice
from services.notifications.operations import notify

Texts = dict[str, str]

# By topic: title and body. Words in braces are facts of the event.
_WORDING: Final[dict[str, tuple[Texts, Texts]]] = {
    "privacy.export_ready": (
        {"id": "Salinan data Anda siap diunduh", "en": "The copy of your data is ready"},
        {
            "id": "Buka Akun saya, lalu Unduh data saya. Salinan disimpan sampai {until}. Bila bukan Anda "
            "yang memintanya, "
            "segera ganti kata sandi Anda.",
            "en": "Open My account, then Download my data. It is kept until {until}. If it was not you who "
            "asked, choose a "
            "new password at once.",
        },
    ),
    "privacy.deletion_asked": (
        {"id": "Akun Anda akan dihapus", "en": "Your account will be erased"},
        {
            "id": "Penghapusan berjalan pada {until}. Bila Anda berubah pikiran, atau bukan Anda yang "
            "memintanya: masuk "
            "kembali sebelum itu, dan penghapusan batal.",
            "en": "It will be erased on {until}. If you change your mind, or it was not you who asked: sign "
            "in again before "
            "then, and nothing is erased.",
        },
    ),
    "privacy.deletion_cancelled": (
        {"id": "Akun Anda tidak jadi dihapus", "en": "Your account stays"},
        {
            "id": "Permintaan penghapusan dibatalkan. Tidak ada data yang dihapus.",
            "en": "The request for erasure was cancelled. Nothing was erased.",
        },
    ),
    "privacy.request_answered": (
        {"id": "Permintaan Anda atas data pribadi sudah dijawab", "en": "Your request on personal data was answered"},
        {
            "id": "Baca jawabannya di Akun saya, Permintaan atas data saya.",
            "en": "Read the answer in My account, Requests on my data.",
        },
    ),
    "privacy.request_late": (
        {"id": "Jawaban atas permintaan Anda terlambat", "en": "The answer to your request is late"},
        {
            "id": "Permintaan Anda atas data pribadi seharusnya dijawab paling lambat {until}. Maaf, kami terlambat; "
            "petugas sudah diingatkan. Permintaan Anda tetap kami jawab.",
            "en": "Your request on personal data should have been answered by {until}. We are sorry to be late; "
            "the staff were told. It will be answered all the same.",
        },
    ),
    "privacy.request_due": (
        {"id": "Permintaan data pribadi hampir jatuh tempo", "en": "A request on personal data is due soon"},
        {
            "id": "Permintaan {number} harus dijawab paling lambat {until} (UU 27/2022).",
            "en": "Request {number} must be answered by {until} (UU 27/2022).",
        },
    ),
    "privacy.request_overdue": (
        {"id": "Permintaan data pribadi lewat tenggat", "en": "A request on personal data is overdue"},
        {
            "id": "Permintaan {number} seharusnya dijawab paling lambat {until} (UU 27/2022). Jawab sekarang; warga "
            "sudah diberi tahu.",
            "en": "Request {number} was to be answered by {until} (UU 27/2022). Answer it now; the resident was told.",
        },
    ),
    "privacy.impersonation_began": (
        {"id": "Petugas bantuan melihat akun Anda", "en": "Support is looking at your account"},
        {
            "id": "{staff} dapat melihat akun Anda sampai {until}, tanpa dapat mengubah apa pun. Alasan: {reason}\n\n"
            "Anda dapat mengakhirinya di Akun saya, Siapa melihat data saya; setiap pembacaan tercatat di sana.",
            "en": "{staff} can see your account until {until}, and change nothing. Why: {reason}\n\nYou can "
            "end this in My "
            "account, Who looked at my data; each reading is listed there.",
        },
    ),
    "privacy.tester_added": (
        {"id": "Anda menjadi penguji sebuah situs", "en": "You were made a tester of a site"},
        {
            "id": "{agency} menjadikan Anda penguji {site}: Anda dapat masuk ke situs itu sebelum dibuka untuk warga. "
            "Bila Anda tidak mengenalnya, abaikan saja: tanpa Anda masuk, situs itu tidak menerima data Anda.",
            "en": "{agency} made you a tester of {site}: you can sign in there before it opens to residents. If you do "
            "not know of it, leave it: unless you sign in, the site receives nothing of yours.",
        },
    ),
    "privacy.breach": (
        {"id": "Pemberitahuan kegagalan pelindungan data pribadi", "en": "Notice of a personal data breach"},
        {"id": "{notice_id}", "en": "{notice_en}"},
    ),
}
_MOMENT: Final = "%d-%m-%Y %H.%M WITA"


def notify_person(event: OutboxEvent, now: datetime) -> None:
    """Put what happened to a person's data or account into their inbox. `body["person"]` is whose."""
    if event.topic not in _WORDING:
        return
    title, body = _WORDING[event.topic]
    facts = {name: str(value) for name, value in event.body.items()}
    if until := parse_datetime(facts.get("until", "")):
        facts["until"] = localtime(until).strftime(_MOMENT)
    notify(
        recipient_id=UUID(facts["person"]),
        event_id=event.id,
        kind=event.topic,
        title=title,
        body={language: words.format_map(facts) for language, words in body.items()},
        application_id=None,
        at=event.created_at,
        now=now,
    )


def export(person_id: UUID) -> Iterator[Part]:
    """Yield the person's inbox."""
    lines = Notice.objects.filter(recipient_id=person_id).order_by("created_at", "pk")
    columns = ("id", "kind", "title", "body", "application_id", "created_at", "read_at")
    yield Section("notices", {"id": "Pemberitahuan", "en": "Notices"}, lines.values(*columns).iterator(chunk_size=500))


def erase(person_id: UUID, _now: datetime) -> list[dict[str, object]]:
    """Delete the person's inbox."""
    gone, _each = Notice.objects.filter(recipient_id=person_id).delete()
    return [{"kind": "notices", "erased": gone, "kept": 0}]
