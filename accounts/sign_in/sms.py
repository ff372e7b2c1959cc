"""Text messages: a port, and the local stand-in. An adapter to a real gateway is a class named by
`SMS_SENDER`.
"""

import logging
from typing import Final, Protocol
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

TEXTS: Final = {
    "code": {
        "id": "Kode Anda untuk layanan Kota Balikpapan: {code}. Jangan berikan kepada siapa pun.",
        "en": "Your code for the services of Balikpapan City: {code}. Do not share it with anyone.",
    },
    "reauthentication": {
        "id": "Kode konfirmasi untuk akun Kota Balikpapan Anda: {code}. Bukan Anda? Jangan berikan kepada siapa pun.",
        "en": "Code to confirm a step in your Balikpapan City account: {code}. Not you? Do not share it with anyone.",
    },
    "phone_changed": {
        "id": "Nomor akun layanan Kota Balikpapan Anda diganti. Bukan Anda? Batalkan dalam 72 jam: {link}",
        "en": "The number of your Balikpapan City account was changed. Not you? Stop it within 72 hours: {link}",
    },
    "unknown_account": {
        "id": "Seseorang mencoba masuk ke layanan Kota Balikpapan dengan nomor ini, yang belum terdaftar.",
        "en": "Someone tried to sign in to the services of Balikpapan City with this number, which is not registered.",
    },
    "account_exists": {
        "id": "Nomor ini sudah terdaftar di layanan Kota Balikpapan. Silakan masuk dengan nomor ini.",
        "en": "This number is already registered at the services of Balikpapan City. Please sign in with it.",
    },
    "recovery_code": {
        "id": "Kode untuk petugas loket Kota Balikpapan di hadapan Anda: {code}. Tidak sedang di loket? Abaikan.",
        "en": "Code for the officer of Balikpapan City before you: {code}. Not at a counter? Ignore this.",
    },
    "recovery_started": {
        "id": "Di loket, seseorang meminta perubahan cara masuk akun Anda. Bukan Anda? Hubungi Disdukcapil hari ini.",
        "en": "At a city counter somebody asks to change how your account is entered. Not you? Call Disdukcapil today.",
    },
    "reopened": {
        "id": "Akun layanan Kota Balikpapan Anda dibuka kembali di loket dengan nomor atau alamat lain. Bukan Anda? "
        "Datanglah ke loket Disdukcapil.",
        "en": "Your Balikpapan City account was opened again at a counter with another number or address. Not you? "
        "Come to a counter of Disdukcapil.",
    },
    "reopened_here": {
        "id": "Akun layanan Kota Balikpapan Anda terbuka kembali. Masuklah dengan kode ke nomor atau alamat ini.",
        "en": "Your Balikpapan City account is open again. Sign in with a code to this number or address.",
    },
    "freed": {
        "id": "Nomor atau alamat ini dilepas dari akun lama. Anda dapat mendaftar di layanan Kota Balikpapan.",
        "en": "This number or address was freed from an old account. You can sign up at Balikpapan City.",
    },
    "freed_from_yours": {
        "id": "Sebuah nomor atau alamat dilepas dari akun layanan Kota Balikpapan Anda di loket: pemiliknya sekarang "
        "orang lain. Keliru? Datanglah ke loket Disdukcapil.",
        "en": "A number or address was freed from your Balikpapan City account at a counter: somebody else holds it "
        "now. Wrong? Come to a counter of Disdukcapil.",
    },
    "new_browser": {
        "id": "Akun Kota Balikpapan Anda dibuka di peramban baru. Bukan Anda? Buka Riwayat masuk di akun Anda.",
        "en": "Your Balikpapan City account was opened in a new browser. Not you? See Sign-in history in your account.",
    },
}


class SmsSender(Protocol):
    """Delivers a text message, or raises."""

    def send(self, *, to: str, text: str) -> None:
        """Send `text` to the number `to` (E.164)."""


class LocalStandIn:
    """Delivers nothing.

    Keeps each message as a file beside the local mail, so that a person can read the code.
    """

    def send(self, *, to: str, text: str) -> None:
        """Write the message to `var/mail/`."""
        folder = settings.VAR_DIR / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"sms-{uuid4().hex}.log"
        path.write_text(f"STAND-IN: this message was not sent.\nTo: {to}\n\n{text}\n")
        log.info("SMS stand-in: the message is in %s", path.name)


def send_sms(kind: str, *, to: str, language: str, code: str = "", link: str = "") -> None:
    """Send the message `kind` of `TEXTS` to the number `to`, in `language` (Indonesian when unknown)."""
    texts = TEXTS[kind]
    sender: SmsSender = import_string(settings.SMS_SENDER)()
    sender.send(to=to, text=texts.get(language, texts["id"]).format(code=code, link=link))
