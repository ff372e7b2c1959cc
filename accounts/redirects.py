"""Where a browser may be sent with a code."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PRIVATE_SCHEMES = frozenset({"id.go.balikpapan.app"})


def redirect_allowed(uri: str) -> bool:
    """Return whether a browser may ever be sent to `uri` with a code (RFC 8252, sections 7.1 to 7.3)."""
    parts = urlsplit(uri)
    if parts.fragment or parts.username is not None:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme in PRIVATE_SCHEMES or (parts.scheme == "http" and parts.hostname in LOOPBACK)
