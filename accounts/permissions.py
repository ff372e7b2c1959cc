"""What a token must carry to use a view: declared on the view, denied when not declared."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.bearer import REALM, Principal, ServiceAccount

if TYPE_CHECKING:
    # rest_framework.views reads the settings, which name this module: importing it here would be a circle.
    from rest_framework.views import APIView

OFFICE: Final = "office"
_READINGS: Final[Mapping[str, str]] = {"applications": "application", "notifications": "notices"}


class InsufficientScope(PermissionDenied):
    """The token is good, but was not given for this. Names the scopes to ask for (RFC 6750, section 3.1)."""

    default_code = "insufficient_scope"

    def __init__(self, required: Iterable[str]) -> None:
        scopes = " ".join(sorted(required))
        super().__init__(_("This needs a token with the scope: %(scopes)s.") % {"scopes": scopes})
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scopes}"'


class PersonRequired(PermissionDenied):
    """A program's own token (client credentials) where a person must act."""

    default_code = "person_required"
    default_detail = _("This needs a person's token, not a program's own.")


class NotOnBehalf(PermissionDenied):
    """A token in which somebody acts for another, where only the person themselves may come."""

    default_code = "not_on_behalf"
    default_detail = _("This cannot be done on another's behalf.")


class ReadOnly(PermissionDenied):
    """A token by which staff see the account as its person does, where something would change."""

    default_code = "read_only"
    default_detail = _("Whoever helps can see the account, and change nothing.")


class SecondFactorRequired(PermissionDenied):
    """A token for the office of a sign-in that showed no second factor, whether or not the person has one."""

    default_code = "second_factor_required"
    default_detail = _("Sign in again with your second factor; without one, first set it up on the security page.")


class HasScopes(BasePermission):
    """Lets in a token that carries all of the view's `required_scopes`.

    `required_scopes` is a list of scopes, or a dict of method to list (`HEAD` counts as `GET`).
    A token in which one person acts for another is refused unless the view names in `acting_scopes`, in the same
    shape, what such a token must carry. `allow_service_accounts = True` on a view admits tokens that speak for no
    person. The scope `office` counts only on a token whose sign-in showed a second factor. A token by which staff see
    an account reads only, and the person is shown each reading (UU 27/2022, art. 31). A public view says so with
    `permission_classes = [AllowAny]`.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return False for a stranger, so that the answer is 401.

        :raises InsufficientScope: 403, when a scope is missing.
        :raises PersonRequired: 403, for a program's own token.
        :raises NotOnBehalf: 403, for acting on another's behalf where the view does not name it.
        :raises SecondFactorRequired: 403, for the office without a second factor in the token's sign-in.
        :raises ReadOnly: 403, for staff who see an account and would change something.
        :raises ImproperlyConfigured: when the view declares no scopes for a method that it answers.
        """
        user: Any = request.user
        if not getattr(user, "is_authenticated", False):
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            return True  # says nothing but which methods exist
        if isinstance(user, ServiceAccount) and not getattr(view, "allow_service_accounts", False):
            raise PersonRequired
        required = _required(view, method)
        if getattr(user, "actor", None) is not None:
            required = _acting(view, method)
        if not required <= user.scopes:
            raise InsufficientScope(required)
        if OFFICE in required and "mfa" not in getattr(user, "methods", ()):
            raise SecondFactorRequired
        if getattr(user, "watcher", None) is not None:
            if method not in SAFE_METHODS:
                raise ReadOnly
            _note(user, required)
        return True


def _note(person: Principal, scopes: frozenset[str]) -> None:
    """Note that staff read what these scopes open, where the person sees it; what cannot be noted is not read."""
    watcher = person.watcher
    assert watcher is not None  # noqa: S101
    import_string(settings.READING_NOTED_BY)(
        person_id=person.id,
        reader_id=watcher.id,
        reader_name=watcher.full_name,
        reader_role="support",
        what=next((what for scope, what in _READINGS.items() if scope in scopes), "account"),
        why=watcher.reason,
        impersonation_id=watcher.impersonation_id,
        now=timezone.now(),
    )


def _acting(view: "APIView", method: str) -> frozenset[str]:
    declared: Any = getattr(view, "acting_scopes", None)
    if isinstance(declared, Mapping):
        declared = declared.get(method)
    if not declared:
        raise NotOnBehalf
    return frozenset(declared)


def _required(view: "APIView", method: str) -> frozenset[str]:
    declared: Any = getattr(view, "required_scopes", None)
    if isinstance(declared, Mapping):
        declared = declared.get(method)
    if not declared:
        name = f"{type(view).__module__}.{type(view).__qualname__}"
        raise ImproperlyConfigured(
            f"{name}: set required_scopes for {method}, or permission_classes = [AllowAny] for a public view."
        )
    return frozenset(declared)
