"""A stand-in for the population registry, with synthetic residents.

It says so: `source` of each proof is `simulator`.
"""

import json
import unicodedata
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Final

from accounts.proofing.registry.port import Agreement, Answer, Asked, Member, Relation, Status

# As asked of the real one (`TRESHOLD`): a slip of the pen in a name still agrees.
SIMILAR_ENOUGH: Final = 90
_FILE: Final = Path(__file__).with_name("residents.json")


class Simulator:
    """Knows the people of `residents.json`, all invented. For development and demonstrations, never for residents."""

    name = "simulator"

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        """Compare with the invented residents; at once."""
        found = _residents().get(asked.nik)
        if found is None:
            return Answer({"nik": Agreement.MISMATCH}, Status.NOT_FOUND)
        name = similarity(asked.full_name, found["full_name"])
        fields = {
            "nik": Agreement.MATCH,
            "kk": _agreement(asked.kk == found["kk"]),
            "full_name": _agreement(name >= SIMILAR_ENOUGH),
            "birth_date": _agreement(asked.birth_date.isoformat() == found["birth_date"]),
        }
        return Answer(fields, Status(found.get("status", "alive")), {"full_name": name})

    def household_of(self, kk: str) -> tuple[Member, ...] | None:
        """Return the invented family of a card."""
        members = [
            Member(
                nik=nik,
                full_name=found["full_name"],
                birth_date=date.fromisoformat(found["birth_date"]),
                sex=found["sex"],
                relation=Relation(found["relation"]),
                alive=found.get("status", "alive") != "deceased",
            )
            for nik, found in _residents().items()
            if found["kk"] == kk
        ]
        return tuple(sorted(members, key=lambda each: (list(Relation).index(each.relation), each.birth_date)))


def similarity(one: str, other: str) -> int:
    """Return how alike two names are, in percent, whatever their capitals, accents, points and spacing."""
    return round(100 * SequenceMatcher(None, plain(one), plain(other)).ratio())


def plain(name: str) -> str:
    """Return a name in capitals, letters and single spaces only, as the registry writes it."""
    letters = unicodedata.normalize("NFKD", name).upper()
    return " ".join("".join(each if each.isalpha() else " " for each in letters if each.isascii()).split())


def _agreement(same: bool) -> Agreement:
    return Agreement.MATCH if same else Agreement.MISMATCH


@cache
def _residents() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(_FILE.read_text())["residents"]
    return found
