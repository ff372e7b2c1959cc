"""What residents are told of their identity: results of checks, disputes, counters. No numbers, no names of others."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.events.models import OutboxEvent
from services.notifications.operations import Texts, notify

_Told = tuple[Texts, Texts]
_TEXTS: Final[dict[str, _Told]] = {
    "identity.matched": (
        {"id": "Identitas Anda terverifikasi", "en": "Your identity is verified"},
        {
            "id": "Data Anda cocok dengan data kependudukan. Bila bukan Anda yang mengajukannya, hubungi Disdukcapil.",
            "en": "Your data matches the population registry. If this was not you, tell the population agency.",
        },
    ),
    "identity.mismatched": (
        {"id": "Data Anda tidak cocok", "en": "Your data does not match"},
        {
            "id": "Data yang Anda kirim tidak cocok dengan data kependudukan. Periksa kartu keluarga Anda, lalu coba "
            "lagi, atau datang ke loket Disdukcapil.",
            "en": "What you sent does not match the population registry. Look at your family card and try again, or "
            "come to a counter of the population agency.",
        },
    ),
    "identity.taken": (
        {"id": "NIK ini dipegang akun lain", "en": "Another account holds this NIK"},
        {
            "id": "Bila NIK itu milik Anda, ajukan sengketa di halaman identitas; petugas Disdukcapil memutuskan.",
            "en": "If the NIK is yours, open a dispute on the identity page; an officer of the population agency "
            "decides.",
        },
    ),
    "identity.lost": (
        {"id": "Verifikasi identitas Anda dicabut", "en": "Your verification was taken away"},
        {
            "id": "Setelah sengketa, NIK dilepas dari akun Anda. Akun Anda kembali ke tingkat dasar.",
            "en": "After a dispute the NIK was released from your account, which is back at the basic level.",
        },
    ),
    "identity.decided": (
        {"id": "Sengketa NIK diputuskan", "en": "The dispute about the NIK is decided"},
        {
            "id": "Putusan dan alasannya ada di halaman identitas.",
            "en": "The decision and its reason are on the identity page.",
        },
    ),
    "identity.counter_started": (
        {"id": "Petugas memeriksa dokumen Anda", "en": "An officer looked at your documents"},
        {
            "id": "Petugas kedua perlu mengonfirmasi dalam 24 jam. Nama keduanya ada di halaman identitas.",
            "en": "A second officer has to confirm within 24 hours. Both names are on the identity page.",
        },
    ),
    "identity.counter_confirmed": (
        {"id": "Identitas Anda terbukti di loket", "en": "Your identity was proved at a counter"},
        {"id": "Dua petugas memeriksa dokumen Anda.", "en": "Two officers looked at your documents."},
    ),
    "identity.counter_rejected": (
        {"id": "Pembuktian di loket ditolak", "en": "The proofing at the counter was rejected"},
        {"id": "Alasannya ada di halaman identitas.", "en": "The reason is on the identity page."},
    ),
    "identity.recovery_started": (
        {"id": "Permintaan di loket atas akun Anda", "en": "A request at a counter about your account"},
        {
            "id": "Seorang petugas memulai perubahan cara masuk akun Anda; petugas kedua perlu mengonfirmasi. Bukan "
            "Anda? Hubungi Disdukcapil.",
            "en": "An officer began to change how your account is entered; a second one has to confirm. Not you? Call "
            "the population agency.",
        },
    ),
    "identity.recovery_confirmed": (
        {"id": "Cara masuk akun Anda diubah di loket", "en": "How you sign in was changed at a counter"},
        {
            "id": "Dua petugas mengubahnya. Siapa dan mengapa ada di halaman identitas.",
            "en": "Two officers changed it. Who and why is on the identity page.",
        },
    ),
    "identity.recovery_rejected": (
        {"id": "Permintaan di loket ditolak", "en": "The request at the counter was rejected"},
        {
            "id": "Cara masuk akun Anda tidak berubah. Alasannya ada di halaman identitas.",
            "en": "How you sign in stays as it was. The reason is on the identity page.",
        },
    ),
}
_CLAIMED: Final[_Told] = (
    {"id": "Seseorang menyatakan NIK Anda miliknya", "en": "Somebody says that your NIK is theirs"},
    {
        "id": "Jawablah dalam tiga hari di halaman identitas. Petugas Disdukcapil akan memutuskan.",
        "en": "Please answer within three days on the identity page. An officer of the population agency decides.",
    },
)


def tell_of_identity(event: OutboxEvent, now: datetime) -> None:
    """Write the notice that an event of `identity.` means to whom it concerns."""
    told = _TEXTS.get(event.topic)
    seen = event.topic == "identity.mismatched" and not event.body["later"]  # on the screen before the person
    if told and not seen:
        _notify(event, UUID(event.body["person"]), told, now)
    if event.topic == "identity.disputed":
        _notify(event, UUID(event.body["holder"]), _CLAIMED, now)
    if event.topic == "identity.decided":
        _notify(event, UUID(event.body["holder"]), _TEXTS[event.topic], now)


def _notify(event: OutboxEvent, person_id: UUID, told: _Told, now: datetime) -> None:
    title, body = told
    notify(
        recipient_id=person_id,
        event_id=event.id,
        kind=event.topic,
        title=title,
        body=body,
        application_id=None,
        at=event.created_at,
        now=now,
    )
