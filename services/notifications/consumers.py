"""What follows from a notice, told by the outbox at least once."""

import smtplib
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.sms import send_sms
from services.events.models import OutboxEvent
from services.events.operations import Park
from services.notifications.models import Notice
from services.notifications.operations import notify
from services.notifications.queries import page_of_notice

_NOT_ME = {
    "title": {"id": "Akun Anda telah diamankan", "en": "Your account was secured"},
    "body": {
        "id": "Anda menyatakan bahwa sebuah proses masuk bukan dari Anda. Semua perangkat lain telah dikeluarkan dan "
        "kata sandi lama tidak berlaku lagi.\n\nMasuklah dengan kode, lalu buat kata sandi baru. Periksa juga nomor "
        "telepon, alamat email, aplikasi terhubung, dan permohonan Anda: adakah yang bukan dari Anda?",
        "en": "You said that a sign-in was not yours. All other devices were signed out, and the old password no "
        "longer works.\n\nSign in with a code and choose a new password. Check your phone number, e-mail address, "
        "connected apps and applications, too: is there anything that is not yours?",
    },
}

_NEW_BROWSER = {
    "title": {"id": "Akun Anda dibuka di peramban baru", "en": "Your account was opened in a new browser"},
    "body": {
        "id": "Seseorang masuk ke akun Anda di peramban yang belum pernah dipakai untuk akun ini. Jika itu Anda, "
        'abaikan pesan ini.\n\nJika bukan Anda, buka Riwayat masuk di akun Anda dan pilih "Ini bukan saya": semua '
        "perangkat lain dikeluarkan dan kata sandi tidak berlaku lagi.",
        "en": "Somebody signed in to your account in a browser that was not used for it before. If that was you, "
        'there is nothing to do.\n\nIf not, open Sign-in history in your account and choose "This was not me": all '
        "other devices are signed out and the password stops working.",
    },
}
_SIGN_IN = {"sign_in.not_me": _NOT_ME, "sign_in.new_browser": _NEW_BROWSER}
# Who has no e-mail address is told by text message.
_TEXTED = {"sign_in.new_browser": "new_browser"}

# A mail server that hangs must not hold a worker.
_TIMEOUT_SECONDS = 20
_PERMANENT = 500


def send_email(event: OutboxEvent, now: datetime) -> None:
    """Send a notice by e-mail, in its reader's language, to a verified address. Without one there is nothing to do,
    but what concerns the safety of the account goes to a verified number.

    The Message-ID comes from the event, so a mailbox that gets it twice after a crash can show it once.

    :raises Park: when the address is refused for good. :raises OSError: when the mail server fails; tried
        again later.
    """
    notice = Notice.objects.select_related("recipient").filter(id=event.key).first()
    if notice is None or not notice.recipient.is_active:
        return
    address = _address_of(notice.recipient)
    if address is None:
        _send_text(notice)
        return
    message = _compose(notice, address, event, now)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        if min(codes) >= _PERMANENT:
            raise Park(f"the address is refused for good (SMTP {codes[0]})") from error
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= _PERMANENT:
            raise Park(f"the message is refused for good (SMTP {error.smtp_code})") from error
        raise


def tell_of_sign_in(event: OutboxEvent, now: datetime) -> None:
    """Tell a person of a new browser, and what followed from "this was not me", in the inbox and beyond."""
    texts = _SIGN_IN.get(event.topic)
    if texts is None:
        return
    notify(
        recipient_id=UUID(event.body["person"]),
        event_id=event.id,
        kind=event.topic,
        title=texts["title"],
        body=texts["body"],
        application_id=None,
        at=event.created_at,
        now=now,
    )


def _send_text(notice: Notice) -> None:
    person, kind = notice.recipient, _TEXTED.get(notice.kind)
    if kind and person.phone and person.phone_verified_at:
        send_sms(kind, to=person.phone, language=person.language)


def _address_of(person: User) -> str | None:
    """Return the verified address, the primary one first.

    Somebody whom the city entered itself has no row of allauth's; for them the address of the account counts.
    """
    known = list(EmailAddress.objects.filter(user=person).order_by("-primary", "id").values_list("email", "verified"))
    if not known:
        return person.email
    return next((email for email, verified in known if verified), None)


def _compose(notice: Notice, address: str, event: OutboxEvent, now: datetime) -> EmailMultiAlternatives:
    language = notice.recipient.language if notice.recipient.language in ("id", "en") else "id"
    title = notice.title.get(language) or notice.title["id"]
    context = {
        "language": language,
        "name": notice.recipient.full_name,
        "title": title,
        "paragraphs": (notice.body.get(language) or notice.body["id"]).split("\n\n"),
        "url": page_of_notice(notice.application_id, notice.below),
        "year": timezone.localtime(now).year,
    }
    message = EmailMultiAlternatives(
        subject=" ".join(title.split()),
        body=render_to_string("notifications/email.txt", context),
        to=[address],
        connection=get_connection(timeout=_TIMEOUT_SECONDS),
        headers={
            "Message-ID": f"<{event.id}@{urlsplit(settings.BASE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    message.attach_alternative(render_to_string("notifications/email.html", context), "text/html")
    return message
