"""Phone numbers as people in Indonesia write them, kept as E.164."""

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGION = "ID"


def to_e164(text: str) -> str:
    """Return `text` (0812..., +62 812..., 62812...) as E.164, such as +6281234567890.

    :raises ValidationError: when no such number can exist.
    """
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise _invalid() from error
    if not phonenumbers.is_valid_number(number):
        raise _invalid()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def in_words(e164: str) -> str:
    """Return a number as people here dial it, such as 0812-3456-7890; one from abroad with its country's code."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    here = phonenumbers.region_code_for_number(number) == REGION
    usual = phonenumbers.PhoneNumberFormat.NATIONAL if here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, usual)


def _invalid() -> ValidationError:
    return ValidationError(_("This is not a phone number. Check its digits."), code="invalid_phone")


class PhoneField(forms.CharField):
    """A form field that takes a number in any usual writing and gives E.164."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "tel", "autocomplete": "tel", "placeholder": "0812 3456 7890"}
        kwargs.setdefault("help_text", _("For example 0812 3456 7890."))
        kwargs.setdefault("label", _("Phone"))
        kwargs.setdefault("max_length", 30)
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number as E.164, or an empty string where none is required."""
        text = super().clean(value)
        return to_e164(text) if text else ""
