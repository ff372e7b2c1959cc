"""Whether a module's tables, migrations and duties are whole."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import DatabaseError, connection, migrations, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from services.module_api import OPDModule
from services.plugging.checking.report import Line
from services.plugging.contract import DUTIES, faults_of_tables
from services.plugging.duties import NotDone, ask


def check_tables(module: OPDModule) -> Iterator[Line]:
    """Yield what is wrong with the names of the tables and the duties that they bring."""
    faults = list(faults_of_tables(module))
    yield from (Line("tables", "error", fault) for fault in faults)
    if not faults:
        yield Line("tables", "ok", _counted(module))


def _counted(module: OPDModule) -> str:
    tables = list(module.get_models(include_auto_created=True))
    people = ", with data of people" if module.personal_data else ""
    return f"{len(tables)} below {module.label}_*{people}" if tables else "none"


def check_migrations(module: OPDModule) -> Iterator[Line]:
    """Yield whether the module's migrations make the tables that its models say, and touch nobody else's."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(graph=loader.graph, trim_to_apps={module.label}).get(module.label, [])
    wrong = False
    for change in changes:
        wrong = True
        what = "; ".join(operation.describe() for operation in change.operations)
        hint = f'Run `make manage ARGS="makemigrations {module.label}"`.'
        yield Line("migrations", "error", f"{module.path}: the models say what no migration does: {what}.", hint)
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        if label == module.label:
            for operation in migration.operations:
                if isinstance(operation, migrations.RunSQL | migrations.RunPython):
                    kind = type(operation).__name__
                    yield Line("migrations", "warning", f"{name}: {kind} may touch tables of others.", "Read it.")
    if not wrong:
        count = sum(label == module.label for label, _name in loader.disk_migrations)
        yield Line("migrations", "ok", f"{count} make all tables" if count else "none needed")


def check_duties(module: OPDModule) -> Iterator[Line]:
    """Yield whether the two duties answer for somebody whom the module does not know, and harm nobody for it."""
    if not hasattr(module, "export_subject"):
        yield Line("duties", "ok", "none: it holds no data of people" if list(module.get_models()) else "none needed")
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield Line("duties", "warning", f"not called: there is no database ({said}).", "Run it beside `make run`.")
        return
    for duty in DUTIES:
        yield from _called(module, duty)


def _called(module: OPDModule, duty: str) -> Iterator[Line]:
    """Call a duty for a stranger and take back whatever it did."""
    tables = list(module.get_models(include_auto_created=True))

    def count() -> dict[str, int]:
        return {table.__name__: table._base_manager.count() for table in tables}

    before: dict[str, int] = {}
    after: dict[str, int] = {}

    def tried(person_id: Any) -> list[Any]:
        before.update(count())
        found: list[Any] = getattr(module, duty)(person_id)
        after.update(count())
        return found

    try:
        found = ask(module, duty, uuid4(), call=tried, keep=False)
    except NotDone as error:
        yield Line("duties", "error", f"{error}.", "It answers for anybody, also for whom it does not know.")
        return
    if before != after:
        hint = "Filter by `person_id`: this would have erased everybody."
        yield Line("duties", "error", f"{duty}: asked about a stranger, it changed {before} to {after}.", hint)
    elif leaked := [each for each in found if getattr(each, "lines", None) or getattr(each, "erased", None)]:
        yield Line(
            "duties", "error", f"{duty}: it answers a stranger with {leaked[0]!r:.120}.", "Filter by `person_id`."
        )
    else:
        yield Line("duties", "ok", f"{duty} answers")
