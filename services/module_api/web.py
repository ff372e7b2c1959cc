"""Who may open a module's pages and endpoints. Without a word it is whoever has signed in; nobody else ever.

An endpoint says what its token must carry (`required_scopes`); one with the scope `office` also which roles at the
module's own agency let in (`staff_roles`).
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

ROLES: Final = ("officer", "approver", "admin")
AUDIENCE: Final = "_superapp_audience"
EVERYBODY: Final = "everybody"
View = TypeVar("View", bound=Callable[..., Any])


def everybody(view: View) -> View:
    """Open a page to strangers, too."""
    setattr(view, AUDIENCE, EVERYBODY)
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Open a page only to staff of the module's own agency, with one of these roles: officer, approver, admin.

    :raises ValueError: without a role, or for one that there is not.
    """
    if not roles or not set(roles) <= set(ROLES):
        raise ValueError(f"staff() takes roles of {', '.join(ROLES)}, not {', '.join(roles) or 'none'}")

    def mark(view: View) -> View:
        setattr(view, AUDIENCE, frozenset(roles))
        return view

    return mark
