"""A device and a proof in words that its owner recognises."""

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first that fits: most browsers also name those that they descend from.
_BROWSERS: Final = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("UC Browser", r"UCBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS: Final = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Macintosh"),
    ("Linux", r"Linux"),
)
_METHODS: Final = {
    "pwd": gettext_lazy("password"),
    "otp": gettext_lazy("code"),
    "sms": gettext_lazy("text message"),
    "hwk": gettext_lazy("passkey"),
    "mfa": gettext_lazy("second factor"),
}


def device(user_agent: str) -> str:
    """Return browser and system, such as "Chrome on Android". What a browser says of itself proves nothing."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def proofs(methods: Iterable[str]) -> list[str]:
    """Return `amr` values in words; those that say nothing to a reader are left out."""
    return [str(_METHODS[each]) for each in methods if each in _METHODS]


def _first(kinds: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in kinds if re.search(pattern, text)), "")
