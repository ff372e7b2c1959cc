"""An agency's admin registers a client, changes it, gives it a new secret, closes it."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import ClientAuthentication, ClientState, RelyingParty
from accounts.operations import register_relying_party, rotate_client_secret
from accounts.provider.models import ScopePurpose
from accounts.provider.operations import end_authorizations
from accounts.redirects import PRIVATE_SCHEMES
from accounts.registration import check_addresses, check_called, check_credentials, check_redirects
from services.agencies.models import Agency
from services.connectors.models import Change, Registration
from services.connectors.queries import LISTS, PLAIN, described
from superapp.http.problems import FieldError, Problem, invalid, step

# What an agency may ask of residents. The others open the city's own API to the city's own apps.
SCOPES: Final = ("profile", "email", "phone", "applications")
METHODS: Final = tuple(each.value for each in ClientAuthentication if each != ClientAuthentication.NONE)
_OWN: Final = ("contact_email", "login_uri", "session_uri")
_NOT_TRIED: Final = ("name", "contact_email", "purposes")
_MOST_KEYS_BYTES: Final = 20_000
_POINTERS: Final = {"client_secret": "auth_method", "scopes": "purposes"}
_WEB: Final = {
    "id": "Gunakan https, tanpa fragmen (http hanya di mesin ini).",
    "en": "Use https, without a fragment (http only on this machine).",
}
_BACK: Final = f"{_WEB['id']} Nama dalam kueri tidak boleh berulang, atau sama dengan nama dalam jawaban (code, state)."
_SAID: Final = {
    "redirect_uris": _BACK,
    "post_logout_redirect_uris": _BACK,
    "backchannel_logout_uri": _WEB["id"],
    "login_uri": _WEB["id"],
    "session_uri": _WEB["id"],
    "jwks_uri": "Berikan kunci atau alamatnya (https, tanpa fragmen), jangan keduanya.",
    "jwks": "Berikan satu sampai 20 kunci publik (RSA 2048 bit atau lebih, atau P-256), hanya dengan private_key_jwt.",
    "auth_method": "Cara pembuktian ini tidak cocok dengan isian lain.",
}


@transaction.atomic
def register_client(*, agency: Agency, actor_id: UUID, values: Mapping[str, Any], now: datetime) -> Registration:
    """Register a client of an agency, in its sandbox, with the admin as its tester.

    `values` are those of `queries.described`. Its secret, if it has one, is unknown to all until it is rotated.

    :raises Problem: 400 by field.
    """
    _check(values)
    by_key = values["auth_method"] == ClientAuthentication.PRIVATE_KEY
    client = register_relying_party(
        client_id=f"{agency.code.lower()}-{secrets.token_hex(8)}",
        name=values["name"],
        scopes=_scopes(values),
        client_secret=None if by_key else secrets.token_urlsafe(48),
        agency_code=agency.code,
        auth_method=values["auth_method"],
        **{name: values[name] for name in (*LISTS, *PLAIN)},
    )
    client.state, client.testers = ClientState.SANDBOX, [actor_id]
    client.save(update_fields=["state", "testers"])
    registration = Registration.objects.create(
        client=client, agency=agency, registered_at=now, **{name: values[name] for name in _OWN}
    )
    _keep_purposes(client, values["purposes"])
    note(registration, Change.What.REGISTERED, actor_id, now, {}, described(registration))
    return registration


@transaction.atomic
def change_client(
    *, registration: Registration, actor_id: UUID, values: Mapping[str, Any], now: datetime
) -> Registration:
    """Set the `values` given, and leave the others. Other addresses or keys send an open client back to its sandbox,
    where what it holds of anybody but its testers ends.

    :raises Problem: 400 by field, 409 `client_closed`.
    """
    found = living(registration)
    client, before = found.client, described(found)
    wanted = before | dict(values)
    _check(wanted)
    for name in _OWN:
        setattr(found, name, wanted[name])
    for name in LISTS:
        setattr(client, name, " ".join(wanted[name]))
    for name in ("name", *PLAIN):
        setattr(client, name, wanted[name])
    client.token_endpoint_auth_method = wanted["auth_method"]
    client.allowed_scopes = _scopes(wanted)
    _keep_purposes(client, wanted["purposes"])
    after = described(found)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return found
    what = Change.What.CHANGED
    if client.state == ClientState.PRODUCTION and set(changed) - set(_NOT_TRIED):
        what, client.state = Change.What.SENT_BACK, ClientState.SANDBOX
        client.testers = list({*client.testers, actor_id})
        end_authorizations(client=client, but=client.testers, now=now)
    note(found, what, actor_id, now, before, after)
    client.save()
    found.save()
    return found


@transaction.atomic
def give_secret(*, registration: Registration, actor_id: UUID, overlap: timedelta, now: datetime) -> str:
    """Give a client a new secret and return it: it is told once. The one before stays valid for `overlap`.

    :raises Problem: 409 `client_closed`, or `client_has_no_secret` for one that signs with its own key.
    """
    found = living(registration)
    try:
        secret = rotate_client_secret(client_id=found.client.client_id, overlap=overlap, now=now)
    except ValidationError:
        detail = {
            "id": "Klien ini membuktikan diri dengan kuncinya sendiri.",
            "en": "This client proves itself with its own key.",
        }
        raise Problem(status=409, code="client_has_no_secret", detail=detail) from None
    Change.objects.create(registration=found, what=Change.What.SECRET, actor_id=actor_id, at=now)
    return secret


@transaction.atomic
def close_client(*, registration: Registration, actor_id: UUID, now: datetime) -> None:
    """Close a client for good: nobody signs in to it any more, and what it holds of anybody ends."""
    client = RelyingParty.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if client.state == ClientState.CLOSED:
        return
    client.state = ClientState.CLOSED
    client.save(update_fields=["state"])
    end_authorizations(client=client, now=now)
    Change.objects.create(registration=registration, what=Change.What.CLOSED, actor_id=actor_id, at=now)


def living(registration: Registration) -> Registration:
    """Return the registration as it stands, its client locked.

    :raises Problem: 409 `client_closed`.
    """
    client = RelyingParty.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if client.state == ClientState.CLOSED:
        detail = {"id": "Klien ini sudah ditutup.", "en": "This client was closed."}
        raise Problem(status=409, code="client_closed", detail=detail)
    found = Registration.objects.select_related("agency").get(pk=registration.pk)
    found.client = client
    return found


def _scopes(values: Mapping[str, Any]) -> list[str]:
    return ["openid", *sorted(each["scope"] for each in values["purposes"])]


def _keep_purposes(client: RelyingParty, purposes: Sequence[Mapping[str, Any]]) -> None:
    """Write each purpose down; other words are another version, which residents are asked to agree to.

    A scope that is given up keeps its row, so that its versions go on when it comes back.
    """
    held = {each.scope: each for each in ScopePurpose.objects.filter(client=client)}
    for wanted in purposes:
        said = {"purpose": dict(wanted["purpose"]), "basis": wanted["basis"]}
        own = held.get(wanted["scope"])
        if own is None:
            ScopePurpose.objects.create(client=client, scope=wanted["scope"], **said)
        elif (own.purpose, own.basis) != (said["purpose"], said["basis"]):
            own.purpose, own.basis, own.version = said["purpose"], said["basis"], own.version + 1
            own.save(update_fields=["purpose", "basis", "version"])


def note(
    registration: Registration, what: str, actor_id: UUID, now: datetime, before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write one line of a client's history: of each value in `after`, what it was and is."""
    values = {name: {"from": before.get(name), "to": after[name]} for name in after if after[name] != before.get(name)}
    Change.objects.create(registration=registration, what=what, actor_id=actor_id, at=now, values=values)


def _check(values: Mapping[str, Any]) -> None:
    """Refuse what the provider could not work with.

    :raises Problem: 400, naming every field that is wrong.
    """
    method, jwks = values["auth_method"], values["jwks"]
    errors = [
        *_refused(lambda: check_redirects([], values["redirect_uris"])),
        *_refused(lambda: check_redirects([], values["post_logout_redirect_uris"]), "post_logout_redirect_uris"),
        *_refused(
            lambda: check_credentials(
                method, secret=method != ClientAuthentication.PRIVATE_KEY, jwks=jwks, jwks_uri=values["jwks_uri"],
                machine=False,
            )
        ),
        *_refused(
            lambda: check_addresses(
                resources=[], jwks_uri=values["jwks_uri"], backchannel_logout_uri=values["backchannel_logout_uri"]
            )
        ),
        *_refused(lambda: check_called("login_uri", values["login_uri"])),
        *_refused(lambda: check_called("session_uri", values["session_uri"])),
        *(FieldError(f"/{name}/{place}", "invalid", _WEB) for name in LISTS
          for place, uri in enumerate(values[name]) if uri.partition(":")[0].lower() in PRIVATE_SCHEMES),
    ]  # fmt: skip
    if jwks is not None and len(json.dumps(jwks)) > _MOST_KEYS_BYTES:
        errors.append(FieldError("/jwks", "invalid", {"id": "Terlalu panjang.", "en": "Too long."}))
    scopes = [each["scope"] for each in values["purposes"]]
    for place, scope in enumerate(scopes):
        if scope in scopes[:place]:
            twice = {"id": "Cakupan ini sudah disebut.", "en": "This scope was named already."}
            errors.append(FieldError(f"/purposes/{place}/scope", "twice", twice))
    if errors:
        raise invalid(errors)


def _refused(check: Callable[[], None], field: str = "") -> list[FieldError]:
    try:
        check()
    except ValidationError as error:
        found = error.message_dict
        named = [(field or _POINTERS.get(name, name), " ".join(messages)) for name, messages in found.items()]
        return [FieldError(step(name), "invalid", {"id": _SAID[name], "en": said}) for name, said in named]
    return []
