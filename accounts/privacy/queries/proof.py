"""When the person behind a request last proved who they are."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.bearer import REALM
from superapp.http.problems import Problem
from superapp.http.sql import fetch_one

RECENT: Final = timedelta(minutes=15)

# A token is as fresh as the sign-in from which its family comes; a refresh makes it no fresher.
_AUTH_TIME = """
SELECT a.auth_time FROM oauth2_provider_accesstoken t
JOIN accounts_provider_authorizedtoken g ON g.access_token_id = t.id
JOIN accounts_provider_authorization a ON a.id = g.authorization_id
WHERE t.token_checksum = %s AND a.ended_at IS NULL
"""


def reauthentication_required() -> Problem:
    """Return 403: sign in again first. The challenge is that of RFC 9470, section 3."""
    seconds = int(RECENT.total_seconds())
    return Problem(
        status=403,
        code="reauthentication_required",
        detail={
            "id": f"Masuk kembali dahulu: bukti paling lama {seconds // 60} menit (max_age={seconds}).",
            "en": f"Sign in again first: the proof must be no older than {seconds // 60} minutes (max_age={seconds}).",
        },
        headers={"WWW-Authenticate": f'{REALM}, error="insufficient_user_authentication", max_age="{seconds}"'},
    )


def require_recent_proof(request: Any, *, now: datetime) -> None:
    """Let pass a token whose person signed in within the last `RECENT`.

    :raises Problem: 403 `reauthentication_required`.
    """
    token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[2].strip()
    row = fetch_one(_AUTH_TIME, (hashlib.sha256(token.encode()).hexdigest(),))
    if row is None or row[0] < now - RECENT:
        raise reauthentication_required()
