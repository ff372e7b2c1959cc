"""What the platform asks of the register of business licences, whoever answers.

The NIB is issued by the Online Single Submission system (PP 5/2021 art. 1); who directs a company stands in the
ministry's company register (UU 40/2007 art. 29). No public interface of either tells both, so an adapter is for whoever
has an agreement with them.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Company:
    """What the register says of a NIB: its name, whether it is valid today, the NIK of each director."""

    name: str
    valid: bool
    directors: tuple[str, ...] = field(repr=False)


class Unavailable(Exception):
    """No answer now. Says why, never whom."""


class CompanyRegister(Protocol):
    """The register. An adapter is a class without arguments; its `name` stands in each mandate that it established."""

    name: str

    def look_up(self, nib: str) -> Company | None:
        """Return the company of a NIB (13 digits); None for one that it does not know, or does not tell about.

        :raises Unavailable: without an answer that can be understood.
        """


def register() -> CompanyRegister:
    """Return the register that the settings name."""
    return _made(settings.COMPANY_REGISTER)


@lru_cache(maxsize=8)
def _made(path: str) -> CompanyRegister:
    made: CompanyRegister = import_string(path)()
    return made
