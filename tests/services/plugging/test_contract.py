"""Tables and duties of a module, asked at every start."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from services.module_api import ModuleError
from services.plugging.contract import check_at_start
from tests.services.plugging.conftest import Plug

BOTH = """
def export_subject(self, person_id): return []
def erase_subject(self, person_id): return []
"""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes a table of a module, known to nobody else afterwards."""

    def run(module: Any, *fields: str, db_table: str = "") -> type[models.Model]:
        kinds: dict[str, Any] = {
            "person": models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+"),
            "day": models.DateField(),
            "application": models.ForeignKey("applications.Application", on_delete=models.CASCADE, related_name="+"),
            "nik": models.CharField(max_length=16),
        }
        body: dict[str, Any] = {name: kinds[name] for name in fields} | {"__module__": f"{module.name}.apps"}
        meta = {"app_label": module.label, "apps": apps} | ({"db_table": db_table} if db_table else {})
        made.append(module.label)
        return type("Seat", (models.Model,), body | {"Meta": type("Meta", (), meta)})

    made: list[str] = []
    yield run
    for label in made:
        apps.all_models[label].clear()
    apps.clear_cache()


@pytest.mark.parametrize(
    ("body", "fields", "said"),
    [
        ("", ("day",), "`personal_data` is not set"),
        ("personal_data = False", ("day", "person"), "Seat.person leads to a person"),
        ("personal_data = False", ("nik",), "Seat.nik leads to a person"),
        ("personal_data = True", ("day",), "`export_subject` and `erase_subject` are missing"),
        ("personal_data = True", (), "`export_subject` and `erase_subject` are missing"),
        ("def export_subject(self, person_id): return []", (), "`erase_subject` is missing"),
        ("def erase_subject(self, person_id): return []", (), "`export_subject` is missing"),
    ],
)
def test_who_holds_data_of_people_has_both_duties(
    plug: Plug, table: Any, body: str, fields: tuple[str, ...], said: str
) -> None:
    module = plug(body)
    if fields:
        table(module, *fields)

    with pytest.raises(ModuleError) as refused:
        check_at_start()

    assert str(refused.value).startswith(f"{Path(module.path)}/apps.py: Uji: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(("body", "fields"), [("personal_data = True" + BOTH, ("person",)), (BOTH, ()), ("", ())])
def test_who_says_and_does_so_is_let_in(plug: Plug, table: Any, body: str, fields: tuple[str, ...]) -> None:
    module = plug(body)
    if fields:
        table(module, *fields)

    check_at_start()


def test_a_table_under_anothers_name_is_refused(plug: Plug, table: Any) -> None:
    table(plug("personal_data = False"), "day", db_table="accounts_seat")

    with pytest.raises(
        ModuleError, match=r"apps\.py: Seat: `db_table` is 'accounts_seat': it begins with 'module_opd_"
    ):
        check_at_start()


def test_a_table_that_points_into_the_platform_is_refused(plug: Plug, table: Any) -> None:
    table(plug("personal_data = False"), "application")

    with pytest.raises(ModuleError, match=r"apps\.py: Seat: `application` points to `applications\.Application`"):
        check_at_start()


def test_a_label_that_is_no_modules_is_refused(plug: Plug) -> None:
    with pytest.raises(ModuleError, match=r"apps\.py: Uji: `label` is 'accounts': it begins with `module_`"):
        plug("label = 'accounts'")
