"""Reading how a version was tried: its service's golden cases, run against it, and the latest replay."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from services.catalogue.models import GoldenCase, Replay, Service
from services.definitions import Definition
from services.definitions.cases import CaseResult, load_case, run_case

FRESH: Final = timedelta(days=7)
_Key = tuple[Any, ...] | None


def cases_of(service: Service) -> QuerySet[GoldenCase]:
    """Return the golden cases of a service."""
    return GoldenCase.objects.filter(service=service, is_removed=False)


def case_of(service: Service, name: str) -> GoldenCase:
    """Return one golden case.

    :raises GoldenCase.DoesNotExist: when the service has none of that name.
    """
    return cases_of(service).get(name=name)


def page_of_cases(service: Service, *, limit: int, after: _Key = None, before: _Key = None) -> list[GoldenCase]:
    """Return a service's golden cases by name, from a place in the list."""
    found = cases_of(service)
    if before:
        return list(found.filter(name__lt=before[0]).order_by("-name")[:limit])[::-1]
    if after:
        found = found.filter(name__gt=after[0])
    return list(found.order_by("name")[:limit])


def results_of(service: Service, definition: Definition) -> list[CaseResult]:
    """Run all golden cases of a service against a definition, by name."""
    written = cases_of(service).order_by("name").values_list("content", flat=True)
    return [run_case(definition, load_case(content)) for content in written.iterator(chunk_size=20)]


def latest_replay(service: Service) -> Replay | None:
    """Return the replay that was asked for last, None where there was none."""
    return Replay.objects.filter(service=service).select_related("against").order_by("-asked_at", "-id").first()


def fresh_replay(service: Service, sha256: str, now: datetime) -> Replay | None:
    """Return a replay of exactly this content against the version that stands, finished within `FRESH`."""
    done = Replay.objects.filter(service=service, state=Replay.State.DONE, sha256=sha256, against=service.current_id)
    return done.filter(finished_at__gte=now - FRESH).order_by("-asked_at", "-id").first()


def failure_in_words(replay: Replay) -> dict[str, str]:
    """Return why a replay was given up, and what to do."""
    tries = replay.cursor["failure"]["tries"]
    return {
        "id": f"Percobaan dihentikan setelah gagal {tries} kali. Beri tahu pengelola platform, lalu minta lagi.",
        "en": f"It was given up after a part failed {tries} times. Tell who runs the platform, then ask for it again.",
    }


def module_fees_in_words(count: int) -> dict[str, str]:
    """Return for how many applications a part of the fee was not compared."""
    return {
        "id": f"Pada {count} permohonan, modul perangkat daerah ikut menghitung biaya; bagian itu tidak dibandingkan.",
        "en": f"The agency's module reckoned a part of the fee of {count} applications; that part was not compared.",
    }
