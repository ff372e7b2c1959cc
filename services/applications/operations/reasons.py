"""What a decision must say: a reason of those offered, words of its own, the law on which it stands.

Who refuses owes the reason whatever the definition says (UU 30/2014 Pasal 55: every decision gives its grounds).
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from services.catalogue.versions import Version
from services.definitions import ReasonCode, Transition
from superapp.http.problems import unfit

_refused = partial(unfit, "invalid_reason")

MAX_REASON = 2000
MAX_BASIS = 300
_DECISIONS = ("granted", "rejected")


@dataclass(frozen=True, slots=True)
class Reason:
    """The words for the other side, the reason chosen, and the laws named beside the service's own."""

    words: str
    code: ReasonCode | None
    laws: tuple[str, ...]

    @property
    def data(self) -> dict[str, Any]:
        """Return it, its words apart, as the event keeps it."""
        return ({"reason_code": self.code.code} if self.code else {}) | (
            {"legal_basis": list(self.laws)} if self.laws else {}
        )


def decides(transition: Transition, version: Version) -> bool:
    """Return whether it grants or rejects."""
    return version.definition.workflow.states[transition.target].end in _DECISIONS


def owes_reason(transition: Transition, version: Version) -> str:
    """Return whether a reason is `required`, `optional` or `none`: a refusal always owes one."""
    return "required" if _rejects(transition, version) else transition.reason


def reason_given(transition: Transition, version: Version, *, words: str, code: str, basis: str) -> Reason:
    """Return what was given as reason.

    :raises Problem: 422 `invalid_reason`, naming what is owed, not asked, unknown or too long.
    """
    chosen = _code(transition, version, code)
    words = _words(transition, version, words.strip(), chosen)
    basis = basis.strip()
    if basis and not decides(transition, version):
        raise _refused("/basis", "not_asked", "Dasar hukum hanya untuk keputusan.", "Only a decision names a law.")
    if len(basis) > MAX_BASIS:
        raise _refused("/basis", "max_length", f"Paling banyak {MAX_BASIS} huruf.", f"At most {MAX_BASIS} characters.")
    laws = (chosen.basis if chosen and decides(transition, version) else "", basis)
    return Reason(words, chosen, tuple(dict.fromkeys(each for each in laws if each)))


def _rejects(transition: Transition, version: Version) -> bool:
    return version.definition.workflow.states[transition.target].end == "rejected"


def _code(transition: Transition, version: Version, chosen: str) -> ReasonCode | None:
    """Return the reason that was chosen, None where none is asked."""
    found = next((each for each in transition.reason_codes if each.code == chosen), None)
    owed = transition.reason_codes and owes_reason(transition, version) == "required"
    if found is None and (chosen or owed):
        code = "unknown" if chosen else "required"
        id = "Pilih salah satu alasan yang tersedia."
        raise _refused("/reason_code", code, id, "Choose one of the reasons offered.")
    return found


def _words(transition: Transition, version: Version, words: str, chosen: ReasonCode | None) -> str:
    """Return the words for the other side: with a reason chosen, its own, followed by what was added."""
    rule = owes_reason(transition, version)
    owed = chosen.words if chosen else rule == "required"
    if owed and not words and "resident" in transition.roles:
        raise _refused("/reason", "required", "Tuliskan penjelasan Anda.", "Write your explanation.")
    if owed and not words:
        raise _refused("/reason", "required", "Tuliskan alasannya untuk pemohon.", "Give the resident the reason.")
    if rule == "none" and words:
        raise _refused("/reason", "not_asked", "Tindakan ini tidak memakai alasan.", "This action takes no reason.")
    if len(words) > MAX_REASON:
        raise _refused(
            "/reason", "max_length", f"Paling banyak {MAX_REASON} huruf.", f"At most {MAX_REASON} characters."
        )
    return words
