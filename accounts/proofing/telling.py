"""Messages to a contact, whichever it is: a number or an e-mail address."""

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.sign_in import sms


def tell(kind: str, contact: str, *, language: str, code: str = "") -> None:
    """Send the message `kind` (`accounts.sign_in.sms.TEXTS`) to a phone number (E.164) or an e-mail address.

    :raises OSError: when the gateway or the mail server fails.
    """
    if "@" not in contact:
        sms.send_sms(kind, to=contact, language=language, code=code)
        return
    with translation.override(language):
        subject = _("Your account of Balikpapan City")
    texts = sms.TEXTS[kind]
    EmailMessage(subject, texts.get(language, texts["id"]).format(code=code), to=[contact]).send()
