"""What follows from a change of the account, told by the outbox at least once."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.sign_in import sms
from accounts.sign_in.models import PhoneChange
from accounts.sign_in.queries import stop_token
from services.events.models import OutboxEvent


def tell_old_contact(event: OutboxEvent, now: datetime) -> None:
    """Tell the number that was replaced, and the proved e-mail address, with a link that stops the change.

    :raises OSError: when the mail server or the gateway fails; tried again later.
    """
    change = PhoneChange.objects.select_related("person").filter(pk=event.key, stopped_at=None).first()
    if change is None or change.cools_until <= now:
        return
    person = change.person
    link = settings.BASE_URL + reverse("stop-phone-change", args=[stop_token(change)])
    sms.send_sms("phone_changed", to=change.previous, language=person.language, link=link)
    address = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk").first()
    if address is None:
        return
    with translation.override(person.language):
        told = {"person": person, "change": change, "link": link}
        subject, body = (
            render_to_string(f"account/email/phone_changed_{part}.txt", told).strip() for part in ("subject", "message")
        )
    EmailMessage(subject, body, to=[address.email]).send()
