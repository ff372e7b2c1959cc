"""What the consent page says, and the receipt of what a person agreed to (UU 27/2022, art. 20 to 24)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.models import RelyingParty, User
from accounts.provider.models import Authorization, Consent, ScopePurpose
from accounts.provider.tokens import checksum
from accounts.scopes import SCOPES, describe


def wording(client: RelyingParty, scopes: Iterable[str], language: str) -> list[dict[str, Any]]:
    """Return what the page says of each scope: `{"scope", "text", "purpose", "basis", "version"}`.

    Purpose and basis are the client's own, as registered; empty where it registered none.
    """
    registered = {each.scope: each for each in ScopePurpose.objects.filter(client=client)}
    said = []
    for scope in sorted(set(scopes) & SCOPES.keys()):
        own = registered.get(scope)
        said.append(
            {
                "scope": scope,
                "text": describe(scope, language),
                "purpose": own.purpose.get(language, own.purpose.get("id", "")) if own else "",
                "basis": own.basis if own else "",
                "version": own.version if own else 0,
            }
        )
    return said


def spoken_for(client: RelyingParty, scopes: Iterable[str], claims: Any) -> list[str]:
    """Return the scopes whose words the person must read: those asked for, and those of each claim asked for by name.

    `claims` is the parameter of OpenID Core, section 5.5, as an object or as its JSON text; a client gets no claim
    whose scope it could not ask for.
    """
    if isinstance(claims, str):
        claims = json.loads(claims) if claims else {}
    named = {name for part in ("userinfo", "id_token") for name in (claims or {}).get(part) or {}}
    of_claims = {scope for name, scope in OAuth2Validator.oidc_claim_scope.items() if name in named}
    return sorted({*scopes} | (of_claims & {*client.allowed_scopes}))


def is_remembered(*, person_id: UUID, client: RelyingParty, scopes: Iterable[str]) -> bool:
    """Return whether the person agreed to all of this before: these scopes, for these versions of their purposes."""
    wanted = {(each["scope"], each["version"]) for each in wording(client, scopes, "id")}
    given = Consent.objects.filter(person_id=person_id, client=client, withdrawn_at=None)
    agreed = {(each["scope"], each["version"]) for consent in given for each in consent.wording}
    return wanted <= agreed


def hold(person_id: UUID) -> None:
    """Let nobody else give or withdraw consent of this person until this transaction is over."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person_id)


@transaction.atomic
def record(*, person: User, client: RelyingParty, scopes: list[str], language: str, code: str, now: datetime) -> None:
    """Keep the receipt of what the person was shown and agreed to, unless the same words were agreed to before.

    For the city's own apps, which need no consent, the ground is the public task. `code` is what the client got.
    """
    said = wording(client, scopes, language)
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    basis = Consent.Basis.PUBLIC_TASK if client.skip_authorization else Consent.Basis.CONSENT
    hold(person.pk)  # two answers at once make one receipt
    same = Consent.objects.filter(
        person=person, client=client, basis=basis, withdrawn_at=None,
        wording_hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    if same.exists():
        return
    Consent.objects.create(
        person=person,
        client=client,
        authorization=Authorization.objects.filter(code_checksum=checksum(code)).first(),
        basis=basis,
        scopes=sorted(scopes),
        language=language,
        wording=said,
        wording_hash=hashlib.sha256(text.encode()).hexdigest(),
        given_at=now,
    )
