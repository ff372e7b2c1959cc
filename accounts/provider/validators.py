"""The rules of the OpenID provider where the library's own are too lenient."""

import hashlib
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone
from oauth2_provider.models import get_grant_model, get_id_token_model, get_refresh_token_model

from accounts.models import User
from accounts.provider.clients import ProvenClients
from accounts.provider.keys import Unverified, sign, verify
from accounts.provider.replays import AlreadyAnswered, keep_answer, kept_answer


class ProviderValidator(ProvenClients):
    """Speaks only for active people, takes only access tokens, tells a client only what its scopes allow."""

    def validate_bearer_token(self, token: str, scopes: list[str], request: Any) -> bool:
        """Return whether `token` is a living access token of an active person."""
        return bool(super().validate_bearer_token(token, scopes, request)) and _speaks(request.user)

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any) -> str:
        """Return the ID token, signed with the key of the day; its row is what the library binds tokens to."""
        claims, expires_at = self.get_id_token_dictionary(token, token_handler, request)
        id_token |= claims
        if request.nonce:
            id_token["nonce"] = request.nonce
        request.id_token = request.access_token = self._save_id_token(id_token["jti"], request, expires_at)
        return sign(id_token, now=timezone.now())

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

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Return whether `code` may be exchanged: its person must still be active.

        Two exchanges at once take turns by the row's lock; the library trips over a code that vanishes.
        """
        list(get_grant_model().objects.select_for_update().filter(code=code).values_list("pk"))
        return bool(super().validate_code(client_id, code, client, request, *args, **kwargs)) and _speaks(request.user)

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Return whether `refresh_token` may be used: its person must still be active.

        Two uses at once take turns by the row's lock. The library looks before it locks, and would give the
        second empty tokens.

        :raises AlreadyAnswered: when this client used it some seconds ago, with the answer that it got.
        """
        checksum = hashlib.sha256(refresh_token.encode()).hexdigest()
        list(get_refresh_token_model().objects.select_for_update().filter(token_checksum=checksum).values_list("pk"))
        if tokens := kept_answer(refresh_token=refresh_token, client_id=client.client_id):
            raise AlreadyAnswered(tokens)
        valid = bool(super().validate_refresh_token(refresh_token, client, request, *args, **kwargs))
        return valid and _speaks(request.user)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Save the tokens of an answer; that of a refresh is kept for who asks again."""
        used = request.refresh_token if request.grant_type == "refresh_token" else None
        super().save_bearer_token(token, request, *args, **kwargs)
        if used:
            keep_answer(token, refresh_token=used, client_id=request.client.client_id)

    def validate_silent_login(self, request: Any) -> bool:
        """Return True: whether somebody is signed in, the authorize view says, which has the session."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        """Return True: whether consent is needed is the authorize view's to say."""
        return True

    def get_additional_claims(self) -> dict[str, Callable[[Any], Any]]:
        """Return the claims that a scope can release; the library drops those whose scope was not granted."""
        return {
            "name": lambda request: request.user.full_name or None,
            "locale": lambda request: request.user.language,
            "email": lambda request: request.user.email,
            "email_verified": lambda request: _email_verified(request.user),
            "phone_number": lambda request: request.user.phone,
            "phone_number_verified": lambda request: _phone_verified(request.user),
        }

    def get_oidc_claims(self, token: Any, token_handler: Any, request: Any) -> dict[str, Any]:
        """Return the claims for this request, without those that the person has no value for."""
        claims = super().get_oidc_claims(token, token_handler, request)
        return {name: value for name, value in claims.items() if value is not None}


def _speaks(user: User | None) -> bool:
    return user is not None and user.is_active


def _email_verified(user: User) -> bool | None:
    if not user.email:
        return None
    return bool(EmailAddress.objects.filter(user_id=user.pk, email__iexact=user.email, verified=True).exists())


def _phone_verified(user: User) -> bool | None:
    return None if not user.phone else user.phone_verified_at is not None
