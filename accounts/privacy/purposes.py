"""The record of processing: for what the city uses personal data, and on which ground of the law.

Shipped as `purposes.yaml` beside this module, read once, wrong entries refused at start. Every version of an entry
stays in the file, so that a receipt which names code and version can be read for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts.scopes import SCOPES

CONSENT: Final = "a"
# UU 27/2022, art. 20(2).
BASES: Final = {
    "a": _("your explicit consent"),
    "b": _("an agreement with you"),
    "c": _("an obligation that the law puts on the city"),
    "d": _("protection of somebody's vital interests"),
    "e": _("public service and official authority"),
    "f": _("another legitimate interest, weighed against yours"),
}
_TEXTS: Final = ("title", "data", "why", "retention", "recipients")
_FILE: Final = Path(__file__).with_name("purposes.yaml")

Texts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose of processing. `data` and `recipients` are lists of words in each language, the others sentences.

    `basis` is the letter of UU 27/2022, art. 20(2); `regulation` the provision on which it rests.
    """

    code: str
    version: int
    since: date
    title: Texts
    data: Texts
    why: Texts
    basis: str
    regulation: str
    retention: Texts
    recipients: Texts
    scopes: tuple[str, ...] = ()

    @property
    def withdrawable(self) -> bool:
        """Return whether the person may withdraw: only consent can be (art. 9)."""
        return self.basis == CONSENT


def purposes() -> tuple[Purpose, ...]:
    """Return the latest version of each purpose, in the order of the file."""
    return tuple({each.code: each for each in _read(_FILE)}.values())


def purpose(code: str, version: int) -> Purpose:
    """Return this version of a purpose, which may no longer be the latest.

    :raises KeyError: when there is none.
    """
    return {(each.code, each.version): each for each in _read(_FILE)}[code, version]


def of_scopes(scopes: Iterable[str]) -> tuple[Purpose, ...]:
    """Return the purposes for which these scopes release data, in the order of the file."""
    wanted = set(scopes)
    return tuple(each for each in purposes() if wanted & set(each.scopes))


def explain(each: Purpose, language: str) -> dict[str, Any]:
    """Return a purpose in words: what, why, on which basis, how long, to whom, and how to stop it."""
    return {
        "code": each.code,
        "version": each.version,
        **{name: getattr(each, name)[language] for name in _TEXTS},
        "basis": each.basis,
        "basis_in_words": str(BASES[each.basis]),
        "regulation": each.regulation,
        "withdrawable": each.withdrawable,
        "how_to_stop": str(_STOP[each.withdrawable]),
    }


_STOP: Final = {
    True: _("You may withdraw at any time; the processing then stops at once (the law allows three days)."),
    False: _(
        "This does not rest on consent, so there is none to withdraw. You may ask for access, correction, or erasure "
        "of what the law does not order to be kept."
    ),
}


@cache
def _read(path: Path) -> tuple[Purpose, ...]:
    """Return every version of every purpose.

    :raises ImproperlyConfigured: for an entry without basis, regulation or words in both languages, and for versions
        that do not follow on each other.
    """
    found: dict[str, Purpose] = {}
    read = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        each = _checked(entry, path)
        if each.version != getattr(found.get(each.code), "version", 0) + 1:
            raise ImproperlyConfigured(f"{path.name}: {each.code}: version {each.version} does not follow on.")
        found[each.code] = each
        read.append(each)
    return tuple(read)


def _checked(entry: dict[str, Any], path: Path) -> Purpose:
    try:
        each = Purpose(**entry | {"scopes": tuple(entry.get("scopes", ()))})
        missing = [name for name in _TEXTS if not all(getattr(each, name)[language] for language in ("id", "en"))]
    except (TypeError, KeyError) as error:
        raise ImproperlyConfigured(f"{path.name}: {entry.get('code')}: {error}") from error
    if each.basis not in BASES:
        raise ImproperlyConfigured(f"{path.name}: {each.code}: basis {each.basis!r} is no letter of art. 20(2).")
    if missing or not each.regulation:
        raise ImproperlyConfigured(f"{path.name}: {each.code}: say {', '.join(missing or ['regulation'])}.")
    if unknown := set(each.scopes) - SCOPES.keys():
        raise ImproperlyConfigured(f"{path.name}: {each.code}: unknown scopes {', '.join(sorted(unknown))}.")
    return each
