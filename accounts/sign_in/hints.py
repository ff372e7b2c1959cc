"""Who is about to sign in, as the client that sent them believes."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest

__all__ = ["hinted_login"]

_LONGEST: Final = 254  # of an e-mail address: RFC 5321, section 4.5.3.1


def hinted_login(request: HttpRequest) -> str:
    """Return the `login_hint` (OpenID Core, section 3.1.2.1) of the request that the sign-in leads back to, or "".

    Whoever it may be: the page looks the same for an address that nobody has.
    """
    query = urlsplit(request.GET.get(REDIRECT_FIELD_NAME, "")).query
    try:
        hint = parse_qs(query, max_num_fields=50).get("login_hint", [""])[0].strip()
    except ValueError:
        return ""
    return hint if len(hint) <= _LONGEST and hint.isprintable() else ""
