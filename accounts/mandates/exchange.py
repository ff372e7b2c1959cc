"""Token exchange (RFC 8693): one's own access token for one in which one acts for another."""

# mypy: disable-error-code="misc"
# oauthlib is not typed, so its classes are Any to the type checker.

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from accounts.mandates import queries
from accounts.mandates.models import ActingToken, Mandate
from accounts.provider.models import Authorization, AuthorizedToken
from accounts.provider.operations import name_at
from accounts.provider.tokens import checksum
from accounts.sign_in.models import SignIn

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a type
_SCOPE = "act"
_ONCE = ("grant_type", "subject_token", "subject_token_type", "mandate", "scope", "requested_token_type")
_UNSUPPORTED = ("actor_token", "actor_token_type", "audience", "resource")


class TokenExchangeGrant(GrantTypeBase):
    """Gives an access token whose `sub` is the principal of a mandate and whose `act` is its agent.

    The parameter `mandate` (ours, beside those of RFC 8693, section 2.1) names the mandate. Both the client and the
    subject token must have the scope `act`. The scopes are those that mandate, client and subject token have in
    common, and `openid`, by which UserInfo says who acts for whom; it lasts no longer than the mandate and the subject
    token; there is no refresh token: exchange again.
    """

    def create_token_response(self, request: Any, token_handler: Any) -> tuple[dict[str, str], str, int]:
        """Return headers, JSON body and status."""
        headers = self._get_default_headers()
        try:
            self._authenticate(request)
            mandate, scopes = self._grounds(request)
            with transaction.atomic():
                token = self._issue(request, token_handler, mandate, scopes)
        except errors.OAuth2Error as error:
            return headers | error.headers, error.json, error.status_code
        return headers, json.dumps(token), 200

    def _authenticate(self, request: Any) -> None:
        for name in _ONCE:
            if name in request.duplicate_params:
                raise errors.InvalidRequestError(description=f"{name} is there twice.", request=request)
        for name in _UNSUPPORTED:
            if any(name == sent for sent, _value in request.decoded_body or ()):
                raise errors.InvalidRequestError(description=f"{name} is not supported.", request=request)
        if self.request_validator.client_authentication_required(request):
            if not self.request_validator.authenticate_client(request):
                raise errors.InvalidClientError(request=request)
        elif not self.request_validator.authenticate_client_id(request.client_id, request):
            raise errors.InvalidClientError(request=request)
        if _SCOPE not in request.client.allowed_scopes:
            raise errors.UnauthorizedClientError(request=request)

    def _grounds(self, request: Any) -> tuple[Mandate, set[str]]:
        """Return the mandate and the scopes of the new token; what it stands on goes to `request`."""
        sent = dict(request.decoded_body or ())
        wished = sent.get("requested_token_type") or ACCESS_TOKEN
        if sent.get("subject_token_type") != ACCESS_TOKEN or wished != ACCESS_TOKEN:
            raise errors.InvalidRequestError(description="Only access tokens are exchanged.", request=request)
        subject = _subject(sent.get("subject_token", ""), request.client)
        if subject is None or _SCOPE not in subject.scope.split():
            raise errors.InvalidRequestError(description="The subject_token does not allow this.", request=request)
        mandate = _mandate(sent.get("mandate", ""), subject.user_id)
        if mandate is None:
            raise errors.InvalidRequestError(description="There is no such mandate in force.", request=request)
        possible = {"openid", *mandate.scopes} & set(request.client.allowed_scopes) & set(subject.scope.split())
        wanted = set(request.scopes or ()) or possible
        if not wanted or not wanted <= possible:
            raise errors.InvalidScopeError(request=request)
        request.subject = subject
        return mandate, wanted

    def _issue(self, request: Any, token_handler: Any, mandate: Mandate, scopes: set[str]) -> dict[str, Any]:
        request.user, request.scopes = mandate.principal, sorted(scopes)
        token: dict[str, Any] = token_handler.create_token(request, refresh_token=False)
        now = timezone.now()
        latest = min(mandate.expires_at, request.subject.expires)
        seconds = min(oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS, int((latest - now).total_seconds()))
        token |= {"expires_in": max(seconds, 1), "issued_token_type": ACCESS_TOKEN}
        row = get_access_token_model()(
            user=mandate.principal,
            application=request.client,
            scope=token["scope"],
            expires=min(latest, now + timedelta(seconds=token["expires_in"])),
            resource=request.subject.resource,
            token_checksum=checksum(token["access_token"]),
        )
        row.save()
        ActingToken.objects.create(access_token=row, mandate=mandate)
        authorization = _authorization(request, mandate, now)
        AuthorizedToken.objects.create(access_token=row, authorization=authorization)
        return token


def _authorization(request: Any, mandate: Mandate, now: datetime) -> Authorization:
    """Return the authorization by which this agent acts here: of the same sign-in, and ending with it."""
    own = request.subject.issued.authorization
    standing = Authorization.objects.filter(
        mandate_id=mandate.pk, client=request.client, sign_in=own.sign_in_id, ended_at=None
    ).first()
    if standing is not None:
        return standing
    for each in (mandate.principal_id, own.person_id):
        name_at(request.client, each)
    return Authorization.objects.create(
        person=mandate.principal,
        actor_id=mandate.agent_id,
        mandate_id=mandate.pk,
        client=request.client,
        sign_in_id=own.sign_in_id,
        scopes=mandate.scopes,
        auth_time=own.auth_time,
        methods=own.methods,
        assurance=own.assurance,
        created_at=now,
        expires_at=mandate.expires_at,
    )


def _subject(token: str, client: Any) -> Any:
    """Return the living access token of an active person, given to this client; not one that acts for another.

    Its sign-in and then its authorization are locked: whoever ends one at this moment ends what is given here, too.
    """
    held = checksum(token)
    issued = AuthorizedToken.objects.filter(access_token__token_checksum=held).values("authorization")
    sign_in = Authorization.objects.filter(pk__in=issued).values("sign_in")
    SignIn.objects.select_for_update(no_key=True).filter(pk__in=sign_in).first()
    Authorization.objects.select_for_update().filter(pk__in=issued).first()
    return (
        get_access_token_model()
        .objects.filter(
            token_checksum=held,
            application=client,
            expires__gt=timezone.now(),
            user__is_active=True,
            actingtoken=None,
            issued__authorization__ended_at=None,
            issued__isnull=False,
        )
        .select_related("issued__authorization")
        .first()
    )


def _mandate(text: str, agent_id: UUID) -> Mandate | None:
    try:
        return queries.usable(UUID(text), agent_id=agent_id, now=timezone.now())
    except ValueError:
        return None
