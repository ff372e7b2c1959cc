"""How the pages write days, money and sizes, and draw icons and fields of forms."""

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, gettext_lazy

from accounts.models import User
from accounts.phones import in_words
from accounts.queries import staff_roles
from accounts.sign_in import factors
from services.agencies.models import Agency
from services.definitions.values import in_rupiah

register = template.Library()

_KIB, _MIB = 1024, 1024 * 1024
# The keyboard that a phone shows, and what it leaves as typed. `False` takes an attribute away.
_ATTRS: Final[dict[str, dict[str, Any]]] = {
    "login": {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username", "inputmode": "email"},
    "email": {"autocapitalize": "none", "spellcheck": "false", "inputmode": "email"},
    "phone": {"inputmode": "tel", "type": "tel", "autocomplete": "tel"},
    "code": {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
}


register.simple_tag(factors.where_passkeys_work)


@register.filter
def day(value: date | datetime | str | None) -> str:
    """Write a day with its weekday: Rabu, 25 November 2026."""
    read = _read(value)
    return date_format(read, "l, j F Y") if read else ""


@register.filter
def short_day(value: date | datetime | str | None) -> str:
    """Write a day: 25 November 2026."""
    read = _read(value)
    return date_format(read, "j F Y") if read else ""


@register.filter
def moment(value: datetime | str | None) -> str:
    """Write a time by the city's clock: 25 November 2026, 10.15 WITA."""
    read = _read(value)
    if not isinstance(read, datetime):
        return ""
    return f"{date_format(localtime(read), f'j F Y, {_clock_format()}')} WITA"


def _read(value: date | datetime | str | None) -> date | datetime | None:
    if not isinstance(value, str):
        return localtime(value) if isinstance(value, datetime) else value
    read = parse_datetime(value) if "T" in value else None
    return localtime(read) if read else parse_date(value[:10])


@register.filter
def rupiah(amount: int) -> str:
    """Write money: Rp25.000."""
    return in_rupiah(amount)


@register.filter
def size(octets: int) -> str:
    """Write a file's size."""
    if octets >= _MIB:
        number = f"{octets / _MIB:.1f}"
        return f"{number if (get_language() or 'id').startswith('en') else number.replace('.', ',')} MB"
    return f"{max(1, round(octets / _KIB))} kB"


@register.filter
def kinds(accept: list[str]) -> str:
    """Write the kinds of files that are taken: PDF, JPEG, PNG."""
    return ", ".join(kind.upper() for kind in accept)


@register.filter
def as_dialled(phone: str) -> str:
    """Write a number as people dial it: 0812-3456-7890."""
    return in_words(phone)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon. It says nothing by itself: words stand beside it."""
    drawings = static("portal/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', drawings, name
    )


@register.filter
def clock(value: datetime | str | None) -> str:
    """Write a time of day by the city's clock: 10.15."""
    read = _read(value)
    return date_format(localtime(read), _clock_format()) if isinstance(read, datetime) else ""


def _clock_format() -> str:
    return "H:i" if (get_language() or "id").startswith("en") else "H.i"


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the input of a form's field: its own keyboard, no placeholder in the label's stead."""
    return field.as_widget(attrs={"placeholder": False, **_ATTRS.get(field.name, {})})


_LABELS: Final[dict[str, Promise]] = {
    "login": gettext_lazy("E-mail or phone number"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Phone number"),
    "code": gettext_lazy("Code"),
    "password": gettext_lazy("Password"),
    "oldpassword": gettext_lazy("Current password"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("New password, once more"),
}


@register.filter
def label_of(field: BoundField) -> str:
    """Return what a field asks for: in this site's words where a form is the library's, else as its form says."""
    if type(field.form).__module__.startswith("services."):
        return str(field.label)
    if field.name == "password1" and "password2" not in field.form.fields:
        return gettext("Password")
    return str(_LABELS.get(field.name, field.label))


@register.filter
def hint_of(field: BoundField) -> str:
    """Return what stands in brackets after the label of a field that may be left empty."""
    if field.field.required:
        return ""
    if field.name in ("email", "phone") and {"email", "phone"} <= field.form.fields.keys():
        return gettext("one of the two")
    return gettext("optional")


@register.filter
def help_of(field: BoundField) -> str | SafeString:
    """Return the help of a field. The rules of passwords are told in one sentence."""
    if field.name != "password1":
        return mark_safe(field.help_text) if field.help_text else ""  # noqa: S308 - the library's own link
    rules = gettext("At least 10 characters; not only digits, no password that many use, not your name.")
    without = gettext("Without a password you sign in with codes.")
    return rules if field.field.required else f"{rules} {without}"


@register.filter
def works_here(user: User) -> bool:
    """Return whether the person holds a post at an agency, so that the office has something for them. One query."""
    return bool(staff_roles(user.pk))


@register.filter
def agency_name(code: str) -> str:
    """Return the name of the agency with this code; empty for none."""
    found = Agency.objects.filter(code=code).values_list("name", flat=True).first() if code else None
    return found or ""
