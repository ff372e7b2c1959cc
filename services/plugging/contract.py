"""What a module's tables and duties must look like: cheap enough to be asked at every start."""

import inspect
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Field, Model

from services.module_api import ModuleError, OPDModule, installed_modules

DUTIES = ("export_subject", "erase_subject")
# Columns by these names hold a person's id or number, whatever their type.
_PERSONAL = {"person", "person_id", "applicant", "applicant_id", "resident", "resident_id", "user_id", "owner_id"}
_PERSONAL |= {"nik", "kk", "no_kk", "subject_id"}


def check_at_start() -> None:
    """Refuse a module whose tables could meet others', or that holds data of people without the two duties.

    :raises ModuleError: naming file and attribute.
    """
    for module in installed_modules():
        for fault in faults_of_tables(module):
            raise ModuleError(fault)


def faults_of_tables(module: OPDModule) -> Iterator[str]:
    """Yield what is wrong with the module's tables and duties, each with file and attribute."""
    prefix = f"{module.label}_"
    tables = list(module.get_models(include_auto_created=True))
    for table in tables:
        if not table._meta.db_table.startswith(prefix):
            yield f"{_place(table)}: `db_table` is {table._meta.db_table!r}: it begins with {prefix!r}. Leave it out."
        if foreign := _leads_abroad(table, module.label):
            yield f"{_place(table)}: {foreign}: keep the id alone, in a `UUIDField`; only people may be pointed to."
    yield from _faults_of_duties(module, tables)


def _faults_of_duties(module: OPDModule, tables: list[type[Model]]) -> Iterator[str]:
    where = f"{inspect.getsourcefile(type(module))}: {type(module).__qualname__}"
    missing = [duty for duty in DUTIES if not hasattr(module, duty)]
    if len(missing) == 1:
        yield f"{where}: `{missing[0]}` is missing: who hands data over erases it, too, and the other way round."
    leading = [leads for table in tables if (leads := _leads_to_a_person(table))]
    if tables and module.personal_data is None:
        yield f"{where}: `personal_data` is not set: say whether its tables hold data of people, True or False."
    elif leading and not module.personal_data:
        yield f"{where}: `personal_data` is False, but {leading[0]} leads to a person. Set it to True."
    if module.personal_data and missing == list(DUTIES):
        yield f"{where}: `{DUTIES[0]}` and `{DUTIES[1]}` are missing: a person may have their data, and lose it."


def _leads_abroad(table: type[Model], label: str) -> str:
    """Return the first column that points to a table of the platform or of another module, but for people."""
    for field in table._meta.concrete_fields:
        related: Any = getattr(field, "related_model", None)
        if related is None or related._meta.app_label == label or related._meta.label == settings.AUTH_USER_MODEL:
            continue
        return f"`{field.name}` points to `{related._meta.label}`"
    return ""


def _leads_to_a_person(table: type[Model]) -> str:
    """Return the first column that holds a person's id or number, "" where there is none."""
    for field in table._meta.concrete_fields:
        if _is_personal(field):
            return f"{table._meta.label}.{field.name}"
    return ""


def _is_personal(field: "Field[object, object]") -> bool:
    related = getattr(field, "related_model", None)
    if related is not None and related != "self":
        return bool(related._meta.label == settings.AUTH_USER_MODEL)
    return field.name in _PERSONAL or field.attname in _PERSONAL


def _place(table: type[Model]) -> str:
    return f"{inspect.getsourcefile(table)}: {table.__qualname__}"
