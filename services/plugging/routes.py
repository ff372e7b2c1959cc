"""What modules answer to: endpoints below `/api/v1/opd/<prefix>/`, pages below `/opd/<prefix>/`, strangers refused.

A module cannot leave its prefix, and cannot forget to ask who comes: what it does not say is denied. What does not fit
stops the start, naming file and attribute.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RegexPattern, RoutePattern
from django.views.decorators.cache import never_cache
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.permissions import OFFICE, HasScopes
from accounts.sign_in.staff import way_to_second_factor
from services.agencies.queries import named_memberships_of
from services.module_api import ModuleError, OPDModule, installed_modules, viewing
from services.module_api.web import AUDIENCE, EVERYBODY, ROLES

Route = URLPattern | URLResolver
_ENDPOINTS, _PAGES = "api", "pages"


def endpoint_routes() -> list[URLResolver]:
    """Return the endpoints of every module, to be included at `/api/v1/`."""
    return list(_routes(_ENDPOINTS, _guarded_endpoint))


def page_routes() -> list[URLResolver]:
    """Return the pages of every module, to be included at `/`."""
    return list(_routes(_PAGES, _guarded_page))


def addresses_of(module: OPDModule) -> list[str]:
    """Return below which addresses the module answers."""
    kinds = {_ENDPOINTS: f"/api/v1/opd/{module.below}/", _PAGES: f"/opd/{module.below}/"}
    return [address for kind, address in kinds.items() if _file(module, kind)]


def check_routes() -> None:
    """Refuse a module whose routes lead out of its prefix, into another's, or past the question who comes.

    :raises ModuleError: naming file and attribute.
    """
    bringing = [each for each in installed_modules() if any(_file(each, kind) for kind in (_ENDPOINTS, _PAGES))]
    for one in bringing:
        for other in bringing:
            if one is not other and f"{other.below}/".startswith(f"{one.below}/"):
                file = inspect.getsourcefile(type(other))
                raise ModuleError(
                    f"{file}: {type(other).__qualname__}: `prefix` is {other.below!r}: {one.name} has that of "
                    f'{one.below!r}. Give both a word of their own, such as `prefix = "{other.agency.lower()}/<word>"`.'
                )
    endpoint_routes()
    page_routes()


def _routes(kind: str, guard: "Callable[[OPDModule, str, Any], Any]") -> Iterator[URLResolver]:
    for module in installed_modules():
        file = _file(module, kind)
        if file is None:
            continue
        found = _patterns(module, kind, file)
        guarded = [_guarded(each, module, file, guard) for each in found]
        yield path(f"opd/{module.below}/", include((guarded, module.label)))


def _file(module: OPDModule, kind: str) -> Path | None:
    file = Path(module.path) / kind / "urls.py"
    return file if file.is_file() else None


def _patterns(module: OPDModule, kind: str, file: Path) -> Sequence[Route]:
    try:
        found = import_module(f"{module.name}.{kind}.urls").urlpatterns
    except AttributeError as error:
        if error.name != "urlpatterns":
            raise ModuleError(f"{file}: it cannot be imported: {error}") from error
        raise ModuleError(f"{file}: `urlpatterns` is missing: a list of `django.urls.path`.") from error
    except Exception as error:  # whatever a module's code raises
        raise ModuleError(f"{file}: it cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, URLPattern | URLResolver) for each in found):
        raise ModuleError(f"{file}: `urlpatterns` must be a list of `django.urls.path`.")
    return found


def _guarded(route: Route, module: OPDModule, file: Path, guard: "Callable[[OPDModule, str, Any], Any]") -> Route:
    """Return the same route with its views guarded."""
    words = str(route.pattern)
    if not isinstance(route.pattern, RoutePattern | RegexPattern) or words.lstrip("^").startswith(("/", "..")):
        raise ModuleError(
            f"{file}: `urlpatterns`: the route {words!r} leads out of `opd/{module.below}/`. Begin it with a word."
        )
    if isinstance(route, URLResolver):
        below = [_guarded(each, module, file, guard) for each in route.url_patterns]
        return URLResolver(route.pattern, below, route.default_kwargs, route.app_name, route.namespace)
    where = f"{file}: `urlpatterns`: the view of {words!r}"
    return URLPattern(route.pattern, guard(module, where, route.callback), route.default_args, route.name)


class _StaffOfAgency(BasePermission):
    """Lets in staff of the module's agency, in a role that the view names in `staff_roles`."""

    agency: str

    def has_permission(self, request: Request, view: APIView) -> bool:
        roles: Any = getattr(view, "staff_roles", ())
        return not roles or _works_at(caller(request).id, self.agency, roles)


def _guarded_endpoint(module: OPDModule, where: str, callback: Any) -> Any:
    """Return the endpoint with the platform's question first: the scopes of the token, the role at this agency."""
    view = getattr(callback, "cls", None)
    if view is None or not issubclass(view, APIView):
        raise ModuleError(f"{where} is no view of rest_framework: subclass `APIView`, so that tokens are asked for.")
    asked = callback.initkwargs
    if asked.get("authentication_classes", view.authentication_classes) != APIView.authentication_classes:
        raise ModuleError(f"{where}: leave out `authentication_classes`: tokens are the platform's.")
    own = list(asked.get("permission_classes", view.permission_classes))
    if own == [AllowAny]:
        return _within(module, callback, for_staff=False)
    if not own:
        raise ModuleError(f"{where}: `permission_classes` is empty: `[AllowAny]` opens it to strangers.")
    _check_scopes(where, view, asked)
    of_agency = type("StaffOfAgency", (_StaffOfAgency,), {"agency": module.agency})
    first = [HasScopes, of_agency]
    given = dict(asked) | {"permission_classes": [*first, *(each for each in own if each is not HasScopes)]}
    actions = getattr(callback, "actions", None)
    for_staff = bool(asked.get("staff_roles", getattr(view, "staff_roles", ())))
    return _within(module, view.as_view(actions, **given) if actions else view.as_view(**given), for_staff=for_staff)


def _check_scopes(where: str, view: Any, asked: dict[str, Any]) -> None:
    scopes = asked.get("required_scopes", getattr(view, "required_scopes", None))
    if not scopes:
        raise ModuleError(f"{where}: set `required_scopes`, such as `['applications']`; `[AllowAny]` opens it.")
    named = {each for listed in scopes.values() for each in listed} if isinstance(scopes, dict) else set(scopes)
    roles = set(asked.get("staff_roles", getattr(view, "staff_roles", ())))
    if (OFFICE in named and not roles) or not roles <= set(ROLES):
        raise ModuleError(f"{where}: set `staff_roles` to those of {', '.join(ROLES)} that may use it.")


def _guarded_page(module: OPDModule, where: str, callback: Any) -> Any:
    """Return the page with the question first who opens it."""
    if hasattr(callback, "cls"):
        raise ModuleError(f"{where} is an endpoint: it belongs into `api/urls.py`.")
    if inspect.iscoroutinefunction(callback) or getattr(callback, "view_is_async", False):
        raise ModuleError(f"{where} is `async`: pages are plain functions.")
    page = getattr(callback, "view_class", callback)
    audience = getattr(callback, AUDIENCE, getattr(page, AUDIENCE, None))
    if audience == EVERYBODY:
        return _with_csrf(_within(module, callback, for_staff=False))
    shown = _within(module, callback, for_staff=audience is not None)

    @wraps(callback)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if audience is not None:
            if way := way_to_second_factor(request, [OFFICE]):
                return HttpResponseRedirect(way)
            if not _works_at(request.user.pk, module.agency, audience):
                raise PermissionDenied
        answer: HttpResponseBase = shown(request, *args, **kwargs)
        return answer

    return _with_csrf(never_cache(asked))


def _within(module: OPDModule, view: Any, *, for_staff: bool) -> Any:
    """Return the view kept to the module's own tables; what it shows of an application is noted."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with viewing(module.label, for_staff=for_staff):
            answer: HttpResponseBase = view(request, *args, **kwargs)
            if isinstance(answer, SimpleTemplateResponse) and not answer.is_rendered:
                answer.render()  # its template may ask the database
        return answer

    return kept


def _with_csrf(view: Any) -> Any:
    """Return the page under the platform's own check of forged requests, whatever it says of itself."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    checked.csrf_exempt = False  # type: ignore[attr-defined]
    return checked


def _works_at(person_id: Any, agency: str, roles: Any) -> bool:
    held = {each["agency"]["code"]: set(each["roles"]) for each in named_memberships_of(person_id)}
    return bool(held.get(agency, set()) & set(roles))
