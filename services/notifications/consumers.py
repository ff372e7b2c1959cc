"""What follows from a notice, told by the outbox at least once."""

import smtplib
from datetime import datetime
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from services.events.models import OutboxEvent
from services.events.operations import Park
from services.notifications.models import Notice

# A mail server that hangs must not hold a worker.
_TIMEOUT_SECONDS = 20
_PERMANENT = 500


def send_email(event: OutboxEvent, now: datetime) -> None:
    """Send a notice by e-mail, in its reader's language, to a verified address; without one there is nothing
    to do.

    The Message-ID comes from the event, so a mailbox that gets it twice after a crash can show it once.

    :raises Park: when the address is refused for good. :raises OSError: when the mail server fails; tried
        again later.
    """
    notice = Notice.objects.select_related("recipient").filter(id=event.key).first()
    if notice is None or not notice.recipient.is_active:
        return
    address = _address_of(notice.recipient)
    if address is None:
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
    path = f"/permohonan/{notice.application_id}/" if notice.application_id else "/"
    context = {
        "language": language,
        "name": notice.recipient.full_name,
        "title": title,
        "paragraphs": (notice.body.get(language) or notice.body["id"]).split("\n\n"),
        "url": settings.BASE_URL + path,
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
