"""Where a browser may be sent with a code."""

from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PRIVATE_SCHEMES = frozenset({"id.go.balikpapan.app"})


def redirect_allowed(uri: str) -> bool:
    """Return whether a browser may ever be sent to `uri` with a code (RFC 8252, sections 7.1 to 7.3)."""
    parts = _split(uri)
    if parts is None or parts.fragment or parts.username is not None:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme in PRIVATE_SCHEMES or is_loopback(uri)


def is_loopback(uri: str) -> bool:
    """Return whether `uri` is plain http on the machine itself."""
    parts = _split(uri)
    return parts is not None and parts.scheme == "http" and parts.hostname in LOOPBACK


def _split(uri: str) -> SplitResult | None:
    """Return the parts of `uri`, or None for what is no address, or holds what browsers silently drop."""
    if any(character <= " " or character == "\x7f" for character in uri):
        return None
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - a property that raises
    except ValueError:
        return None
    return parts
