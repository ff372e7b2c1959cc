"""Mandates made, accepted, confirmed and ended. Each change is one transaction, one line of history, one event."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.mandates import refusals
from accounts.mandates.majority import end_of, of_age_at
from accounts.mandates.models import (
    Awaiting,
    Change,
    Dependant,
    Ending,
    Evidence,
    Mandate,
    Organisation,
    Relation,
    State,
)
from accounts.models import Assurance, Kind, User
from accounts.proofing import queries as proofing
from accounts.proofing.models import Kind as Number
from accounts.proofing.operations.keeping import keep_numbers
from accounts.proofing.registry.port import Member, Unavailable
from accounts.proofing.registry.port import Relation as Place
from accounts.provider.operations import end_authorizations
from accounts.sign_in.models import SignIn
from services.events.operations import publish

# What can be done for another at all; never `account`, `office`, or giving mandates.
ACTABLE = ("applications", "profile")
_LONGEST = timedelta(days=366)
_PROOF = timedelta(minutes=10)
_WARNED = timedelta(days=14)
_BASES = {
    Relation.CHILD: "UU 1/1974 Pasal 45-47 jo. UU 16/2019; UU 27/2022 Pasal 25",
    Relation.GUARDIAN: "UU 1/1974 Pasal 50-51; UU 27/2022 Pasal 25",
    Relation.RELATIVE: "KUH Perdata Pasal 1792",
    Relation.COMPANY: "UU 40/2007 Pasal 98",
}


def add_child(*, parent_id: UUID, nik: str, full_name: str, birth_date: date, now: datetime) -> Mandate:
    """Let a parent act for a child under 18, until its 18th birthday.

    In force at once where the registry shows both on one family card; else an officer compares the papers. A child
    that the other parent added already is the same account.

    :raises Problem: 403 for a parent whom the registry does not know, 400 naming the field, 409 when it stands already.
    """
    parent = User.objects.get(pk=parent_id)
    if not Assurance(parent.assurance).covers(Assurance.VERIFIED):
        raise refusals.not_known_enough()
    of_age = of_age_at(birth_date)
    if not birth_date <= now.astimezone(of_age.tzinfo).date() or of_age <= now:
        raise refusals.wrong("birth_date", "not_a_child", "Bukan anak di bawah 18 tahun.", "Not a child under 18.")
    household = _household(parent_id)
    entry = _entry(household, proofing.number_of(parent_id, Number.NIK), nik, birth_date)
    with transaction.atomic():
        child = _dependant(nik, entry.full_name if entry else full_name, birth_date)
        mandate = _propose(child, parent, kind=Relation.CHILD, awaiting=Awaiting.OFFICER, expires_at=of_age, now=now)
        if entry is None:
            return mandate
        kk = proofing.number_of(parent_id, Number.KK)
        if kk and proofing.person_of_nik(nik) is None:
            keep_numbers(person_id=child.pk, nik=nik, kk=kk)
        User.objects.filter(pk=child.pk, assurance=Assurance.BASIC).update(assurance=Assurance.VERIFIED)
        also = [person for each in household if _leads(each) and (person := proofing.person_of_nik(each.nik))]
        return _begin(mandate, Evidence.REGISTRY, by=None, role="system", also=also, now=now)


def _household(person_id: UUID) -> tuple[Member, ...]:
    """Return who is on a person's family card; nobody where the registry does not say."""
    try:
        return proofing.household_of(person_id) or ()
    except Unavailable:
        return ()


def _entry(household: Sequence[Member], parent_nik: str | None, nik: str, birth_date: date) -> Member | None:
    """Return the child on the family card that the parent heads, alone or as a spouse."""
    leads = any(_leads(each) and each.nik == parent_nik for each in household)
    children = (each for each in household if each.relation == Place.CHILD and each.alive)
    return next((each for each in children if leads and (each.nik, each.birth_date) == (nik, birth_date)), None)


def _leads(member: Member) -> bool:
    return member.alive and member.relation in (Place.HEAD, Place.SPOUSE)


def _dependant(nik: str, full_name: str, birth_date: date) -> User:
    index = nik_index(nik)
    standing = Dependant.objects.select_related("person").filter(nik_index=index).first()
    holder = proofing.person_of_nik(nik)
    if holder is not None and (standing is None or standing.pk != holder):
        raise refusals.wrong("nik", "has_account", "NIK ini memiliki akun sendiri.", "This NIK has its own account.")
    if standing is None:
        try:
            with transaction.atomic():
                person = User.objects.create_user(full_name=full_name, kind=Kind.DEPENDANT)
                Dependant.objects.create(person=person, birth_date=birth_date, nik_index=index)
                return person
        except IntegrityError:  # the other parent was a moment earlier
            standing = Dependant.objects.select_related("person").get(nik_index=index)
    if standing.birth_date != birth_date:
        raise refusals.wrong(
            "nik", "does_not_match", "NIK dan tanggal lahir tidak cocok.", "NIK and birth date differ."
        )
    return standing.person


def nik_index(nik: str) -> str:
    """Return by what a NIK is known again: HMAC-SHA-256 (hex) under the hashing key."""
    return hmac.new(settings.HASHING_KEY.encode(), b"dependant-nik:" + nik.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def add_company(*, director_id: UUID, name: str, nib: str, npwp: str, now: datetime) -> Mandate:
    """Propose that a director acts for a company, for a year; an officer compares the registration (NIB).

    :raises Problem: 403 for a director whom the registry does not know, 409 when it stands already.
    """
    director = User.objects.get(pk=director_id)
    if not Assurance(director.assurance).covers(Assurance.VERIFIED):
        raise refusals.not_known_enough()
    company = Organisation.objects.select_related("account").filter(nib=nib).first()
    if company is None:
        account = User.objects.create_user(full_name=name, kind=Kind.ORGANISATION)
        company = Organisation.objects.create(account=account, nib=nib, npwp=npwp)
    return _propose(
        company.account,
        director,
        kind=Relation.COMPANY,
        awaiting=Awaiting.OFFICER,
        expires_at=now + _LONGEST - timedelta(days=1),
        now=now,
    )


def give(
    *,
    principal_id: UUID,
    address: str,
    services: Sequence[str],
    expires_on: date,
    now: datetime,
    delegated_from: UUID | None = None,
) -> Mandate:
    """Let somebody, named by e-mail address or phone number (E.164), act for the principal until the end of a day.

    With `delegated_from` a company's director lets staff act for the company, within that mandate and no longer than
    it. Whether anybody has that address is not told; who has it accepts or declines.

    :raises Problem: 403 without a recent sign-in, 400 naming the field, 409 when one stands already.
    :raises Mandate.DoesNotExist: when the principal holds no such mandate to delegate from.
    """
    if not SignIn.objects.filter(person_id=principal_id, ended_at=None, proved_at__gt=now - _PROOF).exists():
        raise refusals.prove_again()
    return offer(
        principal_id=principal_id,
        address=address,
        services=services,
        expires_on=expires_on,
        delegated_from=delegated_from,
        now=now,
    )


@transaction.atomic
def offer(
    *,
    principal_id: UUID,
    address: str,
    services: Sequence[str],
    expires_on: date,
    now: datetime,
    delegated_from: UUID | None = None,
) -> Mandate:
    """Do as `give` for a person whose presence was proved by other means, or whom the city entered itself.

    :raises Problem: 400 naming the field, 409 when one stands already.
    :raises Mandate.DoesNotExist: when the principal holds no such mandate to delegate from.
    """
    expires_at = end_of(expires_on)
    source = _source(delegated_from, principal_id, now) if delegated_from else None
    if not now < expires_at <= now + _LONGEST or (source is not None and expires_at > source.expires_at):
        raise refusals.wrong("expires_on", "out_of_range", "Paling lama satu tahun.", "At most a year from today.")
    if (source is not None and source.services and not set(services) <= set(source.services)) or (
        source is not None and source.services and not services
    ):
        raise refusals.wrong("services", "too_wide", "Melebihi kuasa Anda.", "Wider than your own mandate.")
    agent = _known(address)
    principal = source.principal if source else User.objects.get(pk=principal_id)
    if agent is not None and agent.pk in (principal.pk, principal_id):
        raise refusals.wrong("agent", "yourself", "Ini alamat Anda sendiri.", "This is your own address.")
    return _propose(
        principal,
        agent,
        kind=Relation.COMPANY if source else Relation.RELATIVE,
        awaiting=Awaiting.AGENT,
        invited=address,
        services=services,
        expires_at=expires_at,
        source=source,
        by=principal_id,
        now=now,
    )


def _source(mandate_id: UUID, director_id: UUID, now: datetime) -> Mandate:
    """Return the director's own mandate; a delegated one cannot be delegated again."""
    return (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("principal")
        .get(
            id=mandate_id,
            agent_id=director_id,
            kind=Relation.COMPANY,
            state=State.ACTIVE,
            expires_at__gt=now,
            delegated_from=None,
        )
    )


def _known(address: str) -> User | None:
    """Return the active person with this proved address, if there is one."""
    people = User.objects.filter(is_active=True, kind=Kind.PERSON)
    if "@" in address:
        return people.filter(emailaddress__email__iexact=address, emailaddress__verified=True).first()
    return people.filter(phone=address, phone_verified_at__isnull=False).first()


def _propose(
    principal: User,
    agent: User | None,
    *,
    kind: Relation,
    awaiting: Awaiting,
    expires_at: datetime,
    now: datetime,
    invited: str = "",
    services: Sequence[str] = (),
    source: Mandate | None = None,
    by: UUID | None = None,
) -> Mandate:
    standing = Mandate.objects.filter(principal=principal, agent=agent).exclude(state=State.ENDED)
    if agent is not None:
        # One that ran out unseen makes room.
        for lapsed in standing.filter(expires_at__lte=now).select_for_update():
            _end(lapsed, Ending.EXPIRED, by=None, role="system", now=now)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                principal=principal,
                agent=agent,
                invited=invited,
                kind=kind,
                scopes=list(ACTABLE),
                services=sorted(set(services)),
                state=State.PROPOSED,
                awaiting=awaiting,
                basis=_BASES[kind],
                delegated_from=source,
                created_at=now,
                expires_at=expires_at,
            )
    except IntegrityError as error:
        raise refusals.stands_already() from error
    role = "agent" if awaiting == Awaiting.OFFICER else "principal"
    _record(mandate, "proposed", by=by or (agent.pk if agent else None), role=role, now=now)
    return mandate


@transaction.atomic
def accept(*, mandate_id: UUID, agent_id: UUID, now: datetime) -> Mandate:
    """Let the invited agent accept: the mandate is in force. Accepted twice, it stands as it is.

    :raises Mandate.DoesNotExist: when it was not offered to this person.
    :raises Problem: 409 when it does not wait for the agent.
    """
    mandate = _locked(mandate_id)
    if mandate.agent_id != agent_id:
        raise Mandate.DoesNotExist
    if mandate.state == State.ACTIVE:
        return mandate
    if mandate.awaiting != Awaiting.AGENT or mandate.expires_at <= now:
        raise refusals.not_open(mandate.state)
    evidence = Evidence.DELEGATION if mandate.delegated_from_id else Evidence.CONSENT
    return _begin(mandate, evidence, by=agent_id, role="agent", now=now)


@transaction.atomic
def confirm(*, mandate_id: UUID, officer_id: UUID, number: str, kinds: Sequence[str], now: datetime) -> Mandate:
    """Confirm, as an officer who saw the papers, a proposed mandate; `number` is the NIK or NIB as they say it.

    :raises Mandate.DoesNotExist: when none of these kinds waits for an officer under this id.
    :raises Problem: 403 for one's own, 400 when the number is another, 409 when it does not wait for an officer.
    """
    mandate = _locked(mandate_id)
    if mandate.kind not in kinds or officer_id == mandate.agent_id:
        raise Mandate.DoesNotExist
    if mandate.awaiting != Awaiting.OFFICER or mandate.expires_at <= now:
        raise refusals.not_open(mandate.state)
    if not _is_number_of(mandate, number):
        raise refusals.wrong("number", "does_not_match", "Tidak cocok dengan pengajuan.", "Not as it was proposed.")
    mandate.officer_id = officer_id
    User.objects.filter(pk=mandate.principal_id).exclude(kind=Kind.PERSON).update(assurance=Assurance.VERIFIED)
    return _begin(mandate, Evidence.OFFICER, by=officer_id, role="officer", now=now)


def _is_number_of(mandate: Mandate, number: str) -> bool:
    if mandate.kind == Relation.COMPANY:
        return Organisation.objects.filter(pk=mandate.principal_id, nib=number).exists()
    return Dependant.objects.filter(pk=mandate.principal_id, nik_index=nik_index(number)).exists()


def _begin(
    mandate: Mandate, evidence: Evidence, *, by: UUID | None, role: str, now: datetime, also: Sequence[UUID] = ()
) -> Mandate:
    mandate.state, mandate.awaiting, mandate.evidence, mandate.starts_at = State.ACTIVE, "", evidence, now
    mandate.version += 1
    mandate.save(update_fields=["state", "awaiting", "evidence", "starts_at", "officer", "version"])
    _record(mandate, "begun", by=by, role=role, also=also, now=now)
    return mandate


@transaction.atomic
def end(*, mandate_id: UUID, person_id: UUID, now: datetime) -> Mandate:
    """End a mandate from either side, at once; ended before, it stays as it was.

    :raises Mandate.DoesNotExist: when this person is on neither side of it.
    """
    mandate = _locked(mandate_id)
    source = mandate.delegated_from
    if person_id == mandate.agent_id:
        role, ending = "agent", Ending.DECLINED if mandate.awaiting == Awaiting.AGENT else Ending.AGENT
    elif person_id == mandate.principal_id or (source is not None and source.agent_id == person_id):
        role, ending = "principal", Ending.PRINCIPAL
    else:
        raise Mandate.DoesNotExist
    if mandate.state != State.ENDED:
        _end(mandate, ending, by=person_id, role=role, now=now)
    return mandate


def _end(mandate: Mandate, ending: Ending, *, by: UUID | None, role: str, now: datetime) -> None:
    """End it, what was delegated from it, and every token given by it."""
    for each in Mandate.objects.filter(delegated_from=mandate).exclude(state=State.ENDED).select_for_update():
        _end(each, Ending.DELEGATOR, by=by, role="system", now=now)
    mandate.state, mandate.awaiting, mandate.ended_at, mandate.ending = State.ENDED, "", now, ending
    mandate.version += 1
    mandate.save(update_fields=["state", "awaiting", "ended_at", "ending", "version"])
    end_authorizations(mandate_id=mandate.pk, now=now)
    _record(mandate, "ended", by=by, role=role, now=now)


@transaction.atomic
def tend(*, now: datetime, limit: int = 200) -> int:
    """Write down what time ended, and tell of what ends within 14 days. Return how many; run it again while it does."""
    open_ones = Mandate.objects.exclude(state=State.ENDED).select_for_update(skip_locked=True)
    over = list(open_ones.filter(expires_at__lte=now).order_by("expires_at", "id")[:limit])
    for mandate in over:
        if mandate.state != State.ENDED:
            mandate.refresh_from_db()
        if mandate.state != State.ENDED:
            ending = Ending.OF_AGE if mandate.kind == Relation.CHILD else Ending.EXPIRED
            _end(mandate, ending, by=None, role="system", now=now)
    soon = open_ones.filter(state=State.ACTIVE, reminded_at=None, expires_at__gt=now, expires_at__lte=now + _WARNED)
    near = list(soon.order_by("expires_at", "id")[:limit])
    for mandate in near:
        mandate.reminded_at = now
        mandate.save(update_fields=["reminded_at"])
        _tell(mandate, "expiring", now)
    return len(over) + len(near)


def _locked(mandate_id: UUID) -> Mandate:
    """Return the mandate, locked after the one it was delegated from, in which order ending locks them, too."""
    source = Mandate.objects.filter(pk=mandate_id).values_list("delegated_from", flat=True).get()
    if source is not None:
        list(Mandate.objects.select_for_update().filter(pk=source).values_list("pk"))
    found = Mandate.objects.select_for_update(of=("self",)).select_related("principal", "agent", "delegated_from")
    return found.get(pk=mandate_id)


def _record(
    mandate: Mandate, what: str, *, by: UUID | None, role: str, now: datetime, also: Sequence[UUID] = ()
) -> None:
    data = {"state": mandate.state, "ending": mandate.ending, "services": mandate.services}
    Change.objects.create(mandate=mandate, version=mandate.version, what=what, by_id=by, role=role, data=data, at=now)
    _tell(mandate, what, now, also)


def _tell(mandate: Mandate, what: str, now: datetime, also: Sequence[UUID] = ()) -> None:
    """Publish what happened; `also` are others who hear of it, as the other parent."""
    body: dict[str, Any] = {
        "also": [str(each) for each in also],
        "mandate": str(mandate.id),
        "version": mandate.version,
        "what": what,
    }
    publish(topic=f"mandate.{what}", key=mandate.id, body=body, now=now)
