"""By which name a person is known to a client (`sub`), alike in ID token, userinfo, introspection and logout token.

The city's own apps see the person's id. Agencies see a pairwise identifier (OpenID Core, section 8.1): all systems of
one agency the same, so that they work together; no two agencies the same, so that they cannot join what they know.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from accounts.models import RelyingParty


def sector_of(client: RelyingParty) -> str | None:
    """Return the client's sector: its agency, else the host that it registered; None for the city's own."""
    if client.agency_code:
        return f"agency:{client.agency_code.lower()}"
    if client.skip_authorization:
        return None
    hosts = [urlsplit(uri).hostname for uri in client.redirect_uris.split()]
    return next((host for host in hosts if host), f"client:{client.client_id}")


def subject_of(person_id: UUID, client: RelyingParty) -> str:
    """Return the `sub` of this person at this client."""
    sector = sector_of(client)
    if sector is None:
        return str(person_id)
    named = hmac.new(settings.PAIRWISE_KEY.encode(), f"{sector}\0{person_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(named).rstrip(b"=").decode()
