"""The rules of the OpenID provider where the library's own are too lenient."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.utils import timezone
from oauth2_provider.models import get_id_token_model
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, CustomOAuth2Error
from oauthlib.openid.connect.core.exceptions import LoginRequired

from accounts.models import User
from accounts.permissions import OFFICE
from accounts.provider.clients import ProvenClients
from accounts.provider.keys import Unverified, sign, verify
from accounts.provider.models import Release
from accounts.provider.operations import SignedOut, authorize, end_authorizations, record_release
from accounts.provider.proofs import proof_of, whom_of
from accounts.provider.queries import authorization_of, serves
from accounts.provider.replays import AlreadyAnswered, answered_before, seal_answer
from accounts.provider.server import refuse_targets
from accounts.provider.tokens import (
    checksum,
    exchange_code,
    family_of_spent_code,
    find_access,
    find_code,
    find_refresh,
    find_used,
    new_refresh_token,
    office_of,
    rotate,
)
from accounts.provider.trials import spoil_claims, spoil_signature
from accounts.sign_in.operations import see


class ProviderValidator(ProvenClients):
    """Speaks only for active people, takes only access tokens, tells a client only what its scopes allow."""

    def validate_bearer_token(self, token: str, scopes: list[str], request: Any) -> bool:
        """Return whether `token` is a living access token of an active person."""
        if not token or not super().validate_bearer_token(token, scopes, request) or not _speaks(request.user):
            return False
        request.granted = find_access(token, now=timezone.now())
        return request.granted is not None and serves(request.client, request.granted)

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any) -> str:
        """Return the ID token, signed with the key of the day; its row is what the library binds tokens to."""
        claims, expires_at = self.get_id_token_dictionary(token, token_handler, request)
        id_token |= claims
        if request.nonce:
            id_token["nonce"] = request.nonce
        request.id_token = request.access_token = self._save_id_token(id_token["jti"], request, expires_at)
        spoilt = spoil_claims(id_token, request.code)
        return spoil_signature(sign(spoilt, now=timezone.now()), request.code)

    def _load_id_token(self, token: str) -> Any:
        """Return the row of an ID token that this provider signed, or None."""
        try:
            claims = verify(token, now=timezone.now())
        except Unverified:
            return None
        return get_id_token_model().objects.filter(jti=claims.get("jti")).first()

    def validate_jwt_bearer_token(self, token: str, scopes: list[str], request: Any) -> bool:
        """Return False: an ID token tells a client who signed in. Every agency holds some; none opens the
        API.
        """
        return False

    def validate_id_token(self, token: str, scopes: list[str], request: Any) -> bool:
        """Return False, for the same reason."""
        return False

    def _load_application(self, client_id: str, request: Any) -> Any:
        """Return the client of this id; with a NUL in it there is none (the library asks the database)."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)

    # --- Codes

    def _create_authorization_code(self, request: Any, code: dict[str, str], expires: Any = None) -> Any:
        """Save a code's hash, and the authorization that it stands for.

        :raises AccessDeniedError: for the scope of an agency's office in a sign-in without a second factor.
        :raises LoginRequired: when the sign-in has ended meanwhile.
        """
        if OFFICE in request.scopes and "mfa" not in request.sign_in.methods:
            raise AccessDeniedError("The scope office needs a second factor.", request=request)
        now = timezone.now()
        claims = request.claims if isinstance(request.claims, dict) else {}
        try:
            authorize(
                sign_in=request.sign_in, assurance=request.user.assurance, client=request.client, scopes=request.scopes,
                claims=claims, code=code["code"], now=now,
            )  # fmt: skip
        except SignedOut as error:
            raise LoginRequired(request=request) from error
        return super()._create_authorization_code(request, {"code": checksum(code["code"])}, expires)

    def get_authorization_code_scopes(self, client_id: str, code: str, redirect_uri: str, request: Any) -> list[str]:
        """Return the scopes of a code. It is read here, once for all that follows, and locked."""
        request.granted = find_code(code, now=timezone.now())
        return list(request.granted.scopes) if request.granted else []

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Return whether this client may exchange `code`; its person must still be active.

        A code used before ends what it gave then (RFC 6749, section 4.1.2). Another client's code stays its owner's.
        """
        granted = getattr(request, "granted", None)  # an empty code is not looked up
        if granted is None:
            if family := family_of_spent_code(code, client.pk):
                end_authorizations(authorization_id=family, now=timezone.now())
            return False
        if granted.client_id != client.pk or not granted.person.is_active or not serves(client, granted):
            return False
        request.user, request.scopes, request.claims = granted.person, list(granted.scopes), granted.claims
        return True

    def get_code_challenge(self, code: str, request: Any) -> str | None:
        """Return the challenge that came with the request for the code."""
        return request.granted.code_challenge or None

    def get_code_challenge_method(self, code: str, request: Any) -> str | None:
        """Return how the challenge was made."""
        return request.granted.code_challenge_method or None

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Any) -> str | None:
        """Return the nonce that came with the request for the code."""
        return request.granted.nonce or None

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Return whether the code was sent to this very address."""
        return bool(request.granted.redirect_uri == redirect_uri)

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the statement that saved the tokens took the code away."""

    # --- Refresh tokens

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Return whether this client may use `refresh_token`; its person must still be active.

        :raises AlreadyAnswered: when this client used it some seconds ago, with the answer that it got.
        """
        now = timezone.now()
        # An officer's tokens last as long as the sign-in, which each refresh keeps alive like a page does. It is
        # locked before the authorization, as by whoever ends it.
        if OFFICE in client.allowed_scopes and (office := office_of(refresh_token, client.pk)):
            person_id, sign_in_id = office
            if see(person_id=person_id, sign_in_id=sign_in_id, now=now) is None:
                return False
        granted = find_refresh(refresh_token, now=now)
        if granted is None:
            self._refuse_used(refresh_token, client, now)
            return False
        if granted.client_id != client.pk or not granted.person.is_active or not serves(client, granted):
            return False
        request.granted, request.user, request.claims = granted, granted.person, granted.claims
        return True

    def _refuse_used(self, refresh_token: str, client: Any, now: datetime) -> None:
        used = find_used(refresh_token)
        if used is None or not used.lasts or used.client_id != client.pk or not serves(client, used):
            return
        if answer := answered_before(used, refresh_token=refresh_token, now=now):
            raise AlreadyAnswered(answer)
        end_authorizations(authorization_id=used.id, now=now)

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Return what the person let the client do at first, without what the client may no longer ask for."""
        return [scope for scope in request.granted.scopes if scope in request.client.allowed_scopes]

    # --- Saving

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Save the tokens of an answer, as hashes, in one statement; that of a refresh is kept for who asks again."""
        if (granted := getattr(request, "granted", None)) is None:
            super().save_bearer_token(token, request, *args, **kwargs)
            return
        now = timezone.now()
        token["refresh_token"] = new_refresh_token(granted.id)
        values: dict[str, Any] = {
            "access": token["access_token"],
            "refresh": token["refresh_token"],
            "scope": token["scope"],
            "resource": self._resources(request),
            "expires": now + timedelta(seconds=token["expires_in"]),
            "now": now,
        }
        if request.grant_type == "refresh_token":
            answer = seal_answer(token, refresh_token=request.refresh_token)
            rotate(granted, used=request.refresh_token, answer=answer, **values)
        else:
            exchange_code(granted, **values)

    def _resources(self, request: Any) -> list[str]:
        """Return what the new access token is bound to: all or some of what the person agreed to (RFC 8707).

        What the client is no longer registered for is not given any more.

        :raises CustomOAuth2Error: `invalid_target`, for more.
        """
        refuse_targets(request)
        asked = [value for name, value in request.decoded_body if name == "resource"]
        allowed = [each for each in request.granted.resource if each in request.client.resources]
        if request.granted.resource and not allowed:
            raise CustomOAuth2Error(error="invalid_target", description="The client lost this resource.")
        if allowed and not set(asked) <= set(allowed):
            raise CustomOAuth2Error(error="invalid_target", description="The resource was not granted.")
        return asked or allowed

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """End the whole authorization of a token of this client, whichever token it is (RFC 7009, section 2.1)."""
        if family := authorization_of(token, client_id=request.client.pk):
            end_authorizations(authorization_id=family, now=timezone.now())
        else:
            super().revoke_token(token, token_type_hint, request, *args, **kwargs)

    # --- What is told

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> tuple[dict[str, Any], datetime]:
        """Return the ID token's claims and when it expires: those of the moment in which the person agreed."""
        claims, expires = super().get_id_token_dictionary(token, token_handler, request)
        return claims | proof_of(request.granted), expires

    def get_oidc_claims(self, token: Any, token_handler: Any, request: Any) -> dict[str, Any]:
        """Return the person's claims that this answer may tell, and record that the client was told.

        An ID token says who signed in; more only for what the `claims` parameter names. UserInfo tells what the scopes
        allow, and what was asked for by name, as the person read it. What they do not have is left out. Both name who
        acts for the person, if somebody does (`act`, RFC 8693, section 4.1).
        """
        at_userinfo = token_handler is None
        asked = (request.granted.claims or {}).get("userinfo" if at_userinfo else "id_token") or {}
        granted = {name for name in _CLAIMS if self.oidc_claim_scope[name] in request.scopes} if at_userinfo else set()
        wanted = granted | {
            name for name in _CLAIMS if name in asked and self.oidc_claim_scope[name] in request.client.allowed_scopes
        }
        told = {name: value for name in sorted(wanted) if (value := _CLAIMS[name](request.user)) is not None}
        endpoint = Release.Endpoint.USERINFO if at_userinfo else Release.Endpoint.ID_TOKEN
        record_release(authorization_id=request.granted.id, endpoint=endpoint, claims=told, now=timezone.now())
        return whom_of(request.granted, request.client) | told

    def get_discovery_claims(self, request: Any) -> list[str]:
        """Return every claim that can be told."""
        return ["sub", "sid", "auth_time", "acr", "amr", "act", *_CLAIMS]

    def validate_silent_login(self, request: Any) -> bool:
        """Return True: whether somebody is signed in, the authorize view says, which has the session."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        """Return True: whether consent is needed is the authorize view's to say."""
        return True


def _speaks(user: User | None) -> bool:
    return user is not None and user.is_active


def _email_verified(user: User) -> bool | None:
    if not user.email:
        return None
    return bool(EmailAddress.objects.filter(user_id=user.pk, email__iexact=user.email, verified=True).exists())


def _phone_verified(user: User) -> bool | None:
    return None if not user.phone else user.phone_verified_at is not None


_CLAIMS: Final[Mapping[str, Callable[[User], Any]]] = {
    "name": lambda user: user.full_name or None,
    "locale": lambda user: user.language,
    "email": lambda user: user.email,
    "email_verified": _email_verified,
    "phone_number": lambda user: user.phone,
    "phone_number_verified": _phone_verified,
}
