"""How pages ask for what stands on a family card: of residents themselves, and at the counter."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.names import validate_name
from accounts.proofing.numbers import is_number


def number_of_16_digits(text: str) -> None:
    """Refuse what does not have the shape of a NIK or KK number.

    :raises ValidationError: beside the field.
    """
    if not is_number(text):
        raise ValidationError(_("16 digits, without spaces."))


class IdentityForm(forms.Form):
    """What stands on the family card."""

    nik = forms.CharField(
        label="NIK",
        validators=[number_of_16_digits],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 16}),
    )
    kk = forms.CharField(
        label=_("Number of the family card (KK)"),
        validators=[number_of_16_digits],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 16}),
    )
    full_name = forms.CharField(label=_("Name as on the family card"), max_length=150, validators=[validate_name])
    birth_date = forms.DateField(label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"}))
