"""Databases for the tests: copied from one migrated template, one for each worker."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
_LOCK = 720_1945


def _fingerprint() -> str:
    """Return what the template's tables depend on: every migration, ours and the libraries' versions."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(worker_id: str) -> None:
    """Name the worker's database."""
    name = settings.DATABASES["default"]["NAME"]
    settings.DATABASES["default"]["TEST"] = {"NAME": f"test_{name}_{worker_id}"}


@pytest.fixture(scope="session")
def django_db_setup(worker_id: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Copy the template into the worker's database; the first worker of a new set of migrations makes it."""
    from django.db import connections

    default = dict(connections["default"].settings_dict)
    template = f"test_template_{_fingerprint()}"
    name = f"test_{default['NAME']}_{worker_id}"
    with psycopg.connect(_dsn(default, "postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            _make_template(admin, default, template, django_db_blocker)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        # Tables that refuse to be emptied may be, here, between tests.
        admin.execute(sql.SQL("ALTER DATABASE {} SET superapp.disposable = 'yes'").format(sql.Identifier(name)))
        admin.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    _point_to(name)
    yield
    connections["default"].close()
    with psycopg.connect(_dsn(default, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make_template(admin: psycopg.Connection, default: dict[str, object], template: str, blocker: object) -> None:
    """Migrate a new template; half-made ones have another name until they are whole."""
    from django.core.management import call_command
    from django.db import connections

    making = f"{template}_making"
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    _point_to(making)
    with blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(template)))


def _point_to(name: str) -> None:
    from django.db import connections

    connections["default"].close()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def _dsn(default: dict[str, object], name: str) -> str:
    parts = {
        "dbname": name,
        "user": default.get("USER"),
        "password": default.get("PASSWORD"),
        "host": default.get("HOST"),
        "port": default.get("PORT"),
    }
    options = default.get("OPTIONS") or {}
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in (parts | dict(options)).items() if value})  # type: ignore[call-overload]
