"""What a draft may be filled in with, because it is known already: each fact with its source and age.

A fact that cannot be had never holds a resident up: its field stays to be filled in, and it is said so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from services.applications.city_time import city_day, moment
from services.applications.hooks import module_of
from services.applications.queries.detail import Row
from services.applications.queries.facts import Known, known_of, person_for_modules
from services.applications.queries.reused import mark_of
from services.catalogue.queries import local
from services.catalogue.versions import Version
from services.definitions.facts import MODULE
from services.definitions.values import ABSENT, patch_of, steps_of, value_at
from services.module_api import Fact, call_hook
from superapp.http.merging import merge_patch


@dataclass(frozen=True, slots=True)
class Offer:
    """One fact for one field. `pointer` leads into the answers."""

    pointer: str
    name: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered for a draft, and which facts could not be had now: pointer and name of each."""

    offers: tuple[Offer, ...]
    silent: tuple[tuple[str, str], ...]


def offers_for(row: Row, *, applicant_id: UUID, assurance: str, now: datetime) -> Offers:
    """Return what this draft may be filled in with. The facts are the applicant's, whoever acts for them.

    Left out are fields that do not show, values that do not fit their field, and what stands there already.
    """
    form = row.version.definition.form
    prefill = {each.path: form.prefill[each.path] for each in form.fields if each.path in form.prefill}
    if not prefill:
        return Offers((), ())
    wanted = frozenset(prefill.values())
    known = known_of(applicant_id, wanted, now=now)
    told = _of_module(row.version, wanted, applicant_id=applicant_id, assurance=assurance)
    facts, silent = known.facts | told.facts, known.silent | told.silent
    shown = [Offer(pointer, name, facts[name]) for pointer, name in prefill.items() if name in facts]
    return Offers(
        offers=tuple(each for each in shown if _fits(row, each, now)),
        silent=tuple((pointer, name) for pointer, name in prefill.items() if name in silent),
    )


def _of_module(version: Version, wanted: frozenset[str], *, applicant_id: UUID, assurance: str) -> Known:
    """Ask the agency's module for the facts that are its own."""
    asked = tuple(sorted(name for name in wanted if name.startswith(MODULE)))
    module = module_of(version)
    if not asked or not hasattr(module, "prefill") or module is None:
        return Known({}, frozenset(asked))
    person = person_for_modules(applicant_id, assurance=assurance)
    result = call_hook(module, "prefill", person, asked, timeout=settings.MODULE_HOOK_SECONDS)
    if not result.ok:
        return Known({}, frozenset(asked))
    return Known({name: fact for name, fact in result.value.items() if name in asked})


def _fits(row: Row, offer: Offer, now: datetime) -> bool:
    """Return whether the field shows, takes this value, and does not hold it yet."""
    steps = steps_of(offer.pointer)
    if value_at(row.answers, steps) == offer.fact.value:
        return False
    merged = merge_patch(row.answers, patch_of(offer.pointer, offer.fact.value))
    evaluation = row.version.definition.form.evaluate(merged, draft=True, today=city_day(now))
    kept = value_at(evaluation.answers, steps)
    return kept is not ABSENT and all(each.pointer != offer.pointer for each in evaluation.problems)


def body_of_offers(row: Row, found: Offers, language: str, now: datetime) -> dict[str, Any]:
    """Return the offers as the resident sees them."""
    form = row.version.definition.form
    return {
        "offers": [
            {
                "pointer": f"/answers{each.pointer}",
                "label": local(form.label(each.pointer), language),
                "value": each.fact.value,
                "fact": each.name,
                "source": local(dict(each.fact.source), language),
                "asserted_at": moment(each.fact.asserted_at),
                "age_days": max((now - each.fact.asserted_at).days, 0),
                "assurance": each.fact.assurance,
            }
            for each in found.offers
        ],
        "unavailable": [
            {
                "pointer": f"/answers{pointer}",
                "label": local(form.label(pointer), language),
                "fact": name,
                "detail": _silence(row.version, name, language),
            }
            for pointer, name in found.silent
        ],
    }


def _silence(version: Version, name: str, language: str) -> str:
    if name.startswith(MODULE):
        who = f"the system of {version.agency_name}" if language == "en" else f"sistem {version.agency_name}"
    else:
        who = "the population registry" if language == "en" else "data kependudukan"
    if language == "en":
        return f"No answer from {who} now: please fill this in yourself."
    return f"Belum ada jawaban dari {who}: silakan isi sendiri."


def reused_line(offer: Offer, *, by: UUID, now: datetime) -> dict[str, Any]:
    """Return what is kept of a fact that was taken over; of its value a mark, so that a later change is known."""
    return {
        "fact": offer.name,
        "source": dict(offer.fact.source),
        "asserted_at": moment(offer.fact.asserted_at),
        "assurance": offer.fact.assurance,
        "taken_at": moment(now),
        "by": str(by),
        "mark": mark_of(offer.fact.value),
    }
