"""At a counter: an account opened again for who lost every way into it, a number freed that now is another person's.

Nobody can do either alone. Whoever stands there shows a document and reads out a code that was sent to the number or
address; one officer begins, the account's contacts are told, another officer confirms.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.operations import release_unproven
from accounts.phones import to_e164
from accounts.proofing.models import Recovery
from accounts.proofing.operations.codes import code_of, refuse_too_many
from accounts.proofing.operations.counters import not_waiting, own_case, sign_second, waiting_already
from accounts.proofing.operations.keeping import holder_of
from accounts.proofing.operations.reading import note
from accounts.proofing.queries import Officer
from accounts.sign_in.models import Ending, PhoneChange
from accounts.sign_in.operations import deactivate, end, end_authorizations
from services.events.operations import publish
from superapp.http.problems import FieldError, Problem, Texts, invalid

CODE_LASTS: Final = timedelta(minutes=15)
CONFIRM_WITHIN: Final = timedelta(hours=24)
_GUESSES: Final = 3
Kind, State = Recovery.Kind, Recovery.State
_WAITING: Final = (State.CODE, State.STARTED)


def _wrong(field: str, code: str, detail: Texts) -> Problem:
    return invalid([FieldError(f"/{field}", code, detail)])


def no_contact() -> Problem:
    """Return the refusal of what is neither a phone number nor an e-mail address."""
    return _wrong(
        "contact",
        "format",
        {"id": "Isi nomor telepon atau alamat email.", "en": "A phone number or an e-mail address is needed."},
    )


def unknown_nik() -> Problem:
    """Return the refusal of a NIK that no account proved: there is nothing to open again."""
    return _wrong(
        "nik",
        "unknown_nik",
        {"id": "Tidak ada akun dengan NIK ini. Warga dapat mendaftar baru.", "en": "No account proved this NIK."},
    )


def not_held() -> Problem:
    """Return the refusal to free what no account holds."""
    return _wrong(
        "contact",
        "not_held",
        {"id": "Tidak ada akun yang memegangnya. Warga dapat mendaftar.", "en": "No account holds it."},
    )


def held_elsewhere() -> Problem:
    """Return the refusal to open an account by a contact that another account proved: that is freed first."""
    return _wrong(
        "contact",
        "held_elsewhere",
        {
            "id": "Akun lain memegangnya. Lepaskan dahulu dari akun itu.",
            "en": "Another account holds it: free it first.",
        },
    )


def wrong_code() -> Problem:
    """Return the refusal of a code that was not sent, or no longer counts."""
    return _wrong("code", "wrong_code", {"id": "Kode salah atau tidak berlaku lagi.", "en": "This code is not valid."})


def account_closed() -> Problem:
    """Return the refusal to open an account that was closed for another reason than a freed number."""
    detail = {"id": "Akun ini ditutup dan tidak dibuka kembali di loket.", "en": "This account was closed for good."}
    return Problem(status=409, code="account_closed", detail=detail)


def of_the_platform() -> Problem:
    """Return the refusal for an account that runs the platform: whoever opens it would run it."""
    detail = {
        "id": "Akun pengelola platform tidak diubah di loket.",
        "en": "Not for an account of the platform's staff.",
    }
    return Problem(status=403, code="platform_staff", detail=detail)


def read_contact(text: str) -> str:
    """Return a phone number as E.164, or an e-mail address in small letters.

    :raises Problem: 400, for what is neither.
    """
    try:
        if "@" not in text:
            return to_e164(text)
        validate_email(text)
    except ValidationError:
        raise no_contact() from None
    return text.lower()


@transaction.atomic
def start_recovery(
    *, officer: Officer, kind: str, contact: str, nik: str = "", document: str, reason: str, now: datetime
) -> Recovery:
    """Begin as the first officer: find the account and have a code sent to the contact. One begun before waits no more.

    `reopen` finds the account by the NIK on the document, `free` by the contact. Told as `identity.recovery_code`, from
    which the code is sent.

    :raises Problem: 400 for a contact or NIK that leads nowhere; 403 `own_case`, `platform_staff`; 409
        `waiting_already`, `account_closed`; 429 `too_many_codes`.
    """
    contact = read_contact(contact)
    account_id = holder_of(nik) if kind == Kind.REOPEN else _holder_of_contact(contact)
    if account_id is None:
        raise unknown_nik() if kind == Kind.REOPEN else not_held()
    held = User.objects.select_for_update(no_key=True).filter(pk__in=[account_id, officer.id]).order_by("pk")
    person = next(each for each in held if each.pk == account_id)
    _may_change(person, kind, contact, officer)
    refuse_too_many(person_id=person.pk, officer_id=officer.id, now=now)
    recovery = _begin(person, kind, contact, officer, document, reason, now)
    _publish("identity.recovery_code", recovery, now)
    return recovery


def _begin(
    person: User, kind: str, contact: str, officer: Officer, document: str, reason: str, now: datetime
) -> Recovery:
    lapsed = Q(expires_at__lte=now) | Q(state=State.CODE)
    Recovery.objects.filter(lapsed, person=person, state__in=_WAITING).update(state=State.REJECTED, ended_at=now)
    note(person_id=person.pk, officer=officer, why=reason, now=now)
    try:
        with transaction.atomic():
            return Recovery.objects.create(
                kind=kind,
                person=person,
                contact=contact,
                former=_contacts_of(person),
                document=document,
                reason=reason,
                started_at=now,
                expires_at=now + CODE_LASTS,
                first_id=officer.id,
                first_name=officer.name,
                first_agency=officer.agency_name,
            )
    except IntegrityError:
        raise waiting_already() from None


def _may_change(person: User, kind: str, contact: str, officer: Officer) -> None:
    if person.pk == officer.id:
        raise own_case()
    if person.is_staff:
        raise of_the_platform()
    if kind == Kind.FREE:
        return
    if _holder_of_contact(contact) not in (None, person.pk):
        raise held_elsewhere()
    if not person.is_active and not Recovery.objects.filter(person=person, closed=True).exists():
        raise account_closed()


def _holder_of_contact(contact: str) -> UUID | None:
    """Return whose account proved this number or address."""
    if "@" in contact:
        address = EmailAddress.objects.filter(email__iexact=contact, verified=True).first()
        return address.user_id if address else None
    person = User.objects.filter(phone=contact, phone_verified_at__isnull=False).only("pk").first()
    return person.pk if person else None


def _contacts_of(person: User) -> list[str]:
    addresses = EmailAddress.objects.filter(user=person, verified=True).order_by("pk").values_list("email", flat=True)
    return [*([person.phone] if person.phone and person.phone_verified_at else []), *addresses]


def enter_code(*, recovery_id: UUID, officer: Officer, code: str, now: datetime) -> Recovery:
    """Take the code that the person at the counter reads out; then it waits for the second officer. Told as
    `identity.recovery_started`.

    :raises Recovery.DoesNotExist: when there is none, or another officer began it.
    :raises Problem: 400 `wrong_code`; 409 `not_waiting`, also after three wrong ones.
    """
    recovery, right = _try_code(recovery_id, officer, code, now)
    if not right:
        raise wrong_code()
    return recovery


@transaction.atomic
def _try_code(recovery_id: UUID, officer: Officer, code: str, now: datetime) -> tuple[Recovery, bool]:
    recovery = Recovery.objects.select_for_update().get(pk=recovery_id, first_id=officer.id)
    if recovery.state != State.CODE or recovery.expires_at <= now:
        raise not_waiting()
    plain = "".join(code.split())
    if not hmac.compare_digest(code_of(recovery.pk).encode(), plain.encode(errors="surrogatepass")):
        recovery.guesses += 1
        if recovery.guesses >= _GUESSES:
            recovery.state, recovery.ended_at = State.REJECTED, now
        recovery.save(update_fields=["guesses", "state", "ended_at"])
        return recovery, False
    recovery.state, recovery.expires_at = State.STARTED, now + CONFIRM_WITHIN
    recovery.save(update_fields=["state", "expires_at"])
    _publish("identity.recovery_started", recovery, now)
    return recovery, True


@transaction.atomic
def confirm_recovery(*, recovery_id: UUID, officer: Officer, now: datetime) -> Recovery:
    """Confirm as the second officer: the account is open again by the contact alone, or the contact is free.

    An account that is opened loses every other way in (password, second factors, former contacts), and all its sign-ins
    and tokens end: whoever has them may be somebody else. One that is left without any contact is closed; with its NIK
    it is opened again at a counter.

    :raises Recovery.DoesNotExist: when there is none.
    :raises Problem: 400 `held_elsewhere`; 403 `own_case`; 409 `not_waiting`.
    """
    recovery = _lock(recovery_id, officer, now)
    if officer.id == recovery.first_id:
        raise own_case()
    person = User.objects.select_for_update(no_key=True).get(pk=recovery.person_id)
    _may_change(person, recovery.kind, recovery.contact, officer)
    if recovery.kind == Kind.REOPEN:
        _reopen(person, recovery.contact, now)
    else:
        recovery.closed = _free(person, recovery.contact, now)
    return _ended(recovery, State.CONFIRMED, officer, "", now)


@transaction.atomic
def reject_recovery(*, recovery_id: UUID, officer: Officer, reason: str, now: datetime) -> Recovery:
    """Refuse, as either officer, with a reason; nothing changes.

    :raises Recovery.DoesNotExist: when there is none.
    :raises Problem: 403 `own_case`; 409 `not_waiting`.
    """
    recovery = _lock(recovery_id, officer, now)
    return _ended(recovery, State.REJECTED, None if officer.id == recovery.first_id else officer, reason, now)


def _lock(recovery_id: UUID, officer: Officer, now: datetime) -> Recovery:
    recovery = Recovery.objects.select_for_update().get(pk=recovery_id)
    if recovery.person_id == officer.id:
        raise own_case()
    if recovery.state != State.STARTED or recovery.expires_at <= now:
        raise not_waiting()
    return recovery


def _reopen(person: User, contact: str, now: datetime) -> None:
    release_unproven(email=contact, phone=contact, but=person.pk)
    if User.objects.filter(Q(phone=contact) | Q(email__iexact=contact)).exclude(pk=person.pk).exists():
        raise held_elsewhere()  # claimed, not proved, by somebody whom the city entered
    end(person_id=person.pk, ending=Ending.RECOVERED, now=now)
    end_authorizations(person_id=person.pk, now=now)
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    PhoneChange.objects.filter(person=person, cools_until__gt=now).update(cools_until=now)  # no old link undoes this
    by_email = "@" in contact
    person.email, person.phone = (contact, None) if by_email else (None, contact)
    person.phone_verified_at, person.is_active = None if by_email else now, True
    person.set_unusable_password()
    person.save(update_fields=["email", "phone", "phone_verified_at", "is_active", "password"])
    if by_email:
        EmailAddress.objects.create(user=person, email=contact, verified=True, primary=True)


def _free(person: User, contact: str, now: datetime) -> bool:
    """Take the contact from the account; return whether that closed it."""
    if person.phone == contact:
        person.phone = person.phone_verified_at = None
    EmailAddress.objects.filter(user=person, email__iexact=contact).delete()
    if (person.email or "").lower() == contact:
        other = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk").first()
        person.email = other.email if other else None
    closed = not (person.phone or person.email)
    if closed:
        deactivate(person_id=person.pk, now=now)  # before the number changes, which nobody who refreshes may wait for
        person.is_active = False
    person.save(update_fields=["email", "phone", "phone_verified_at", "is_active"])
    return closed


def _ended(recovery: Recovery, state: str, second: Officer | None, refusal: str, now: datetime) -> Recovery:
    recovery.state, recovery.ended_at, recovery.refusal = state, now, refusal
    sign_second(recovery, second)
    recovery.save()
    _publish(f"identity.recovery_{state}", recovery, now)
    return recovery


def _publish(topic: str, recovery: Recovery, now: datetime) -> None:
    body = {"person": str(recovery.person_id), "kind": recovery.kind}
    publish(topic=topic, key=recovery.pk, body=body, now=now)
