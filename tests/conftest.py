"""Databases for the tests: copied from one migrated template, one for each worker."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

if TYPE_CHECKING:
    from tests.journeys.stack import Stack

ROOT = Path(__file__).resolve().parent.parent
# The same examples each time, however busy the machine is.
hypothesis_settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("same")
_LOCK = 720_1945


def _fingerprint() -> str:
    """Return what the template's tables depend on: every migration, ours and the libraries' versions."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    digest.update(" ".join(settings.INSTALLED_APPS).encode())
    for path in sorted(ROOT.glob("*/**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def copied_database(name: str) -> Iterator[str]:
    """Yield DATABASE_URL of a copy of the template; the first to ask for a new set of migrations makes it."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(_other(url, "postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        template = f"test_template_{_fingerprint()}"
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            _make_template(admin, url, template)
        _drop(admin, name)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        # Tables that refuse to be emptied may be, here, between tests.
        admin.execute(sql.SQL("ALTER DATABASE {} SET superapp.disposable = 'yes'").format(sql.Identifier(name)))
        admin.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    yield _other(url, name)
    with psycopg.connect(_other(url, "postgres"), autocommit=True) as admin:
        _drop(admin, name)


def _make_template(admin: "psycopg.Connection[Any]", url: str, template: str) -> None:
    """Migrate a new template; while it is half made it has another name."""
    making = f"{template}_making"
    _drop(admin, making)
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    env = os.environ | {"DATABASE_URL": _other(url, making)}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(template)))


def _drop(admin: "psycopg.Connection[Any]", name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _other(url: str, database: str) -> str:
    """Return the address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def django_db_setup(worker_id: str) -> Iterator[None]:
    """Point Django to this worker's copy of the template."""
    from django.db import connection

    with copied_database(f"test_{os.getppid()}_{worker_id}") as url:  # two runs at once do not meet
        connection.close()
        name = urlsplit(url).path[1:]
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(connection.ops, "sql_flush", _emptied)
            # Content types and permissions would be written anew each time; nobody here reads them.
            patched.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_, **__: None)
            yield
        connection.close()


def _emptied(_style: object, tables: Sequence[str], **_how: bool) -> list[str]:
    """Return what empties tables that hold little: TRUNCATE would make new files for each and for all their indexes."""
    from django.db import connection

    quoted = (connection.ops.quote_name(each) for each in tables)
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {each}" for each in quoted)]  # noqa: S608


@pytest.fixture(scope="session")
def stack() -> Iterator["Stack"]:
    """Run one system for all journeys and judges."""
    from tests.journeys.stack import Stack  # it copies its database by this module

    with Stack() as running:
        yield running


@pytest.fixture(autouse=True)
def _indonesian() -> None:
    """Begin each test in the default language: a request leaves its own behind in the thread."""
    translation.activate(settings.LANGUAGE_CODE)
