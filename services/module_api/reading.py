"""The one door through which a module's own pages and endpoints read applications.

What staff read is noted where the resident sees it; so there is no other way: while a view of a module runs, the
platform's tables of applications and files answer nobody but this.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from services.module_api.answers import Snapshot

_PLATFORMS_OWN = ("applications", "documents")


class PastTheDoor(PermissionError):
    """A module's view took an application, or a file of one, otherwise than by `read_application`."""


@dataclass(frozen=True, slots=True)
class View:
    """The view that runs: whose it is, and whether it let in staff of the module's agency alone."""

    module: str
    for_staff: bool


_view: ContextVar[View | None] = ContextVar("view", default=None)
_open: ContextVar[bool] = ContextVar("open", default=False)


def read_application(request: Any, application_id: UUID, *, why: str = "") -> Snapshot:
    """Return an application for one of the module's own services, as it stands, to whoever calls the view.

    To residents their own alone. To staff, in a view for staff, one that lies at an agency of theirs: that is noted
    first, and the resident reads who read it, when and why. `why` is at most 300 characters of Indonesian, "" for the
    step at which the application is.

    :raises Http404: for any other, and one that there is not.
    :raises RuntimeError: outside of a view of the module.
    """
    view = _view.get()
    if view is None:
        raise RuntimeError("read_application() belongs in a page or an endpoint of the module.")
    opened = _open.set(True)
    try:
        found: Snapshot = import_string(settings.MODULE_READER)(request.user, view, application_id, why=why)
    finally:
        _open.reset(opened)
    return found


@contextmanager
def viewing(module: str, *, for_staff: bool) -> Iterator[None]:
    """Keep the view of a module that runs meanwhile to its own tables, and to that door."""
    seen = _view.set(View(module, for_staff))
    try:
        with connection.execute_wrapper(_refuse):
            yield
    finally:
        _view.reset(seen)


@cache
def _tables() -> re.Pattern[str]:
    """Return what finds a table of applications or files in a statement."""
    models = (each for app in _PLATFORMS_OWN for each in apps.get_app_config(app).get_models(include_auto_created=True))
    return re.compile(rf"\b({'|'.join(re.escape(each._meta.db_table) for each in models)})\b", re.IGNORECASE)


def _refuse(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
    if not _open.get() and (found := _tables().search(str(statement))):
        raise PastTheDoor(f"{found[0]}: read applications by services.module_api.read_application, which notes it.")
    return execute(statement, *rest)
