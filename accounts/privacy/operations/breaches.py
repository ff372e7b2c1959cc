"""A breach of personal data: who is affected, and telling them within 3 x 24 hours (UU 27/2022, art. 46)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.timezone import localtime

from accounts.mandates.queries import agents_of
from accounts.models import Kind, RelyingParty, User
from accounts.privacy import categories
from accounts.privacy.models import Affected, Breach
from accounts.privacy.queries.breaches import affected_in
from services.events.operations import publish

TOLD_WITHIN: Final = timedelta(hours=72)
_BATCH: Final = 500
_LIKE_A_NIK: Final = re.compile(r"\d(?:[ .\-]?\d){15}")
_NOTICE: Final[Mapping[str, str]] = {
    "id": "Terjadi kegagalan pelindungan data pribadi antara {since} dan {until}.\n\n"
    "Data {whose} yang terdampak: {data}.\n\nYang terjadi: {what}\n\nPenanganan dan pemulihan: {handling}\n\n"
    "Dasar pemberitahuan ini: UU 27/2022 pasal 46. Pertanyaan: Akun saya, Permintaan atas data saya.",
    "en": "There was a breach of personal data between {since} and {until}.\n\n"
    "Data affected, {whose}: {data}.\n\nWhat happened: {what}\n\nHandling and recovery: {handling}\n\n"
    "This notice rests on UU 27/2022, article 46. Questions: My account, Requests on my data.",
}
_WHOSE: Final[Mapping[str, str]] = {"id": "Anda", "en": "yours"}


class Refused(Exception):
    """What was said of the breach cannot be used; the text says why."""


@transaction.atomic
def find_breach(
    *, since: datetime, until: datetime, client: str | None, agency: str | None, what: Mapping[str, str],
    handling: Mapping[str, str], now: datetime,
) -> Breach:  # fmt: skip
    """Record a breach and whom it affects. The same period, client and agency are the same breach.

    Found again, its clock of 72 hours runs on, its words are those given now, and who is affected is looked up anew.

    :raises Refused: for a period that is none, an unknown client, or words that hold what looks like a NIK.
    """
    if not since < until <= now:
        raise Refused("--since must lie before --until, and --until not in the future.")
    if client is not None and not RelyingParty.objects.filter(client_id=client).exists():
        raise Refused(f"There is no client {client}.")
    if any(_LIKE_A_NIK.search(text) for text in (*what.values(), *handling.values())):
        raise Refused("The words hold a number of 16 digits. A notice never tells a NIK.")
    breach, _made = Breach.objects.update_or_create(
        since=since,
        until=until,
        criteria={"client": client, "agency": agency},
        defaults={"what": dict(what), "handling": dict(handling)},
        create_defaults={
            "what": dict(what),
            "handling": dict(handling),
            "found_at": now,
            "due_at": now + TOLD_WITHIN,
        },
    )
    found = affected_in(since=since, until=until, client=client, agency=agency)
    Affected.objects.bulk_create(
        [Affected(breach=breach, person_id=id, categories=sorted(held)) for id, held in found.items()],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["breach", "person"],
        update_fields=["categories"],
    )
    return breach


def notify_affected(*, breach_id: UUID, now: datetime) -> int:
    """Send each person affected their notice, once however often this is called. Return how many were sent now.

    For who never signs in, a child or a company, those are told who may act for them. Who can no longer be reached,
    since the account is closed or nobody acts, stays untold.
    """
    sent = 0
    after: UUID | None = None
    while batch := _untold(breach_id, after):
        after = batch[-1]
        with transaction.atomic():
            rows = Affected.objects.select_for_update(of=("self",)).filter(
                breach_id=breach_id, person_id__in=batch, notified_at=None
            )
            sent += sum(_tell(each, now) for each in rows.select_related("breach", "person").order_by("person_id"))
    return sent


def _untold(breach_id: UUID, after: UUID | None) -> list[UUID]:
    waiting = Affected.objects.filter(breach_id=breach_id, notified_at=None, person__is_active=True)
    if after is not None:
        waiting = waiting.filter(person_id__gt=after)
    return list(waiting.order_by("person_id").values_list("person_id", flat=True)[:_BATCH])


def _tell(affected: Affected, now: datetime) -> bool:
    person = affected.person
    told = [person.pk] if _reads_it(person) else [each.agent_id for each in agents_of(person.pk, now=now)]
    if not told:
        return False
    body = {f"notice_{language}": text for language, text in draft(affected).items()}
    for recipient in told:
        publish(
            topic="privacy.breach",
            key=affected.breach_id,
            body=body | {"person": str(recipient)},
            now=now,
            event_id=uuid5(affected.breach_id, f"{person.pk} {recipient}"),
        )
    affected.notified_at = now
    affected.save(update_fields=["notified_at"])
    return True


def draft(affected: Affected) -> dict[str, str]:
    """Return one person's notice in both languages: what was affected, when, how, and what is done (art. 46(2))."""
    return notice(affected.breach, affected.categories, None if _reads_it(affected.person) else affected.person)


def notice(breach: Breach, held: list[str], of: User | None = None) -> dict[str, str]:
    """Return the notice of a breach of these categories of data; `of` names the person to who acts for them."""
    return {
        language: words.format(
            since=_moment(breach.since),
            until=_moment(breach.until),
            whose=of.full_name if of else _WHOSE[language],
            data=categories.in_words(held, language),
            what=breach.what[language],
            handling=breach.handling[language],
        )
        for language, words in _NOTICE.items()
    }


def _reads_it(person: User) -> bool:
    return person.kind == Kind.PERSON


def _moment(at: datetime) -> str:
    return localtime(at).strftime("%d-%m-%Y %H.%M WITA")
