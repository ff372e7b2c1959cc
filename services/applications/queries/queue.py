"""The office's queue: open applications by any of its filters, at a cost that has a bound.

Each question has one driver, an index that gives its rows in the list's order; what the driver does not say is asked of
at most `WINDOW` rows of it. A page may so hold fewer lines than asked for, or none, and still lead on.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from superapp.http.sql import Row, fetch_all

WINDOW: Final = 2000
# Counts go no further than this, nor do they look at more than so many rows.
COUNTED: Final = 1000
_SEEN: Final = 20_000
# So many people of a name are looked at; more are told to be too many.
NAMESAKES: Final = 1000
_MATCHES: Final = 2000

_OPEN = """"end" = '' AND state <> 'draft'"""
_COLUMNS = (
    'id, version_id, number, state, "end", due_on, submitted_at, updated_at, paused_on, agency_id, unit_id, '
    "assignee_id, must_apply_id, service_id, applicant_id"
)
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue is narrowed to; empty means all. `agency_ids` are those that may be seen, and never empty.

    `due_from` and `due_to` are included. `number` is the beginning of a reference, `applicant_ids` who bears a name.
    """

    agency_ids: tuple[UUID, ...]
    today: date
    state: str = ""
    unit_ids: tuple[UUID, ...] | None = None
    no_unit: bool = False
    assignee_id: UUID | None = None
    nobody: bool = False
    service_ids: tuple[UUID, ...] | None = None
    due_from: date | None = None
    due_to: date | None = None
    overdue: bool = False
    paused: bool | None = None
    number: str = ""
    applicant_ids: tuple[UUID, ...] | None = None
    newest: bool = False


@dataclass(slots=True)
class _Sql:
    """A condition in the making, with its parameters in order."""

    texts: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def add(self, text: str, *params: Any) -> None:
        self.texts.append(text)
        self.params.extend(params)

    def __str__(self) -> str:
        return " AND ".join(self.texts) or "true"


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a page. `edge` is how far was looked, where that was not to the end."""

    rows: list[Row]
    edge: Key | None

    def shown(self, limit: int, *, backward: bool) -> list[Row]:
        """Return the rows of a page, of which one more than `limit` was asked for."""
        return self.rows[-limit:] if backward else self.rows[:limit]


def key_of(row: Row, *, newest: bool) -> Key:
    """Return the ordering key of a row: (submitted_at, id) or (due_on, id)."""
    return (row[6] if newest else row[5], row[0])


def queue(filters: Filters, *, limit: int, after: Key | None = None, before: Key | None = None) -> Found:
    """Return up to `limit` open applications, the soonest due first, or the newest. One query.

    `after` and `before` are the key of a neighbouring page's edge, one of them at most.
    """
    rows = fetch_all(*page_sql(filters, limit=limit, after=after, before=before))
    rows.sort(key=lambda row: key_of(row, newest=filters.newest), reverse=filters.newest != bool(before))
    return _cut(rows, limit, filters, backward=before is not None)


def page_sql(
    filters: Filters, *, limit: int, after: Key | None = None, before: Key | None = None
) -> tuple[str, list[Any]]:
    """Return the statement by which `queue` reads, and its parameters."""
    parts, params = [], []
    for branch in _branches(filters):
        text, values = _branch(branch, limit, after, before)
        parts.append(f"({text})")
        params += values
    return _DRESSED % " UNION ALL ".join(parts), params


def count(filters: Filters) -> tuple[int, bool]:
    """Return how many fit, and whether there may be more: the counting ends at `COUNTED`. One query."""
    parts, params = [], []
    for branch in _branches(replace(filters, newest=False)):
        text, values = _branch(branch, COUNTED + 1, window=_SEEN)
        parts.append(f"({text})")
        params += values
    union = " UNION ALL ".join(parts)
    ((fitting, stopped),) = fetch_all(
        f"SELECT count(*) FILTER (WHERE fits_), coalesce(bool_or(stopped_), false) FROM ({union}) q",  # noqa: S608 - constants
        params,
    )
    return min(fitting, COUNTED), stopped or fitting > COUNTED


def _cut(rows: list[Row], limit: int, filters: Filters, *, backward: bool) -> Found:
    """Keep what is known to be next: nothing beyond the place at which some branch stopped looking."""
    found: list[Row] = []
    edge: Key | None = None
    for row in rows:
        if len(found) == limit:
            break
        *told, fits, stopped = row
        if fits:
            found.append(tuple(told))
        if stopped:
            edge = key_of(row, newest=filters.newest)
            break
    return Found(found[::-1] if backward else found, edge)


# What is told of a line besides: names, and whether its latest round of correction came back.
_DRESSED = """
SELECT q.id, q.version_id, q.number, q.state, q.end_, q.due_on, q.submitted_at, q.updated_at, q.paused_on,
       q.agency_id, q.unit_id, q.assignee_id, q.must_apply_id, q.service_id, q.applicant_id,
       w.full_name, n.code, n.name, (
         SELECT r.state FROM applications_correctionround r WHERE r.application_id = q.id ORDER BY r.number DESC LIMIT 1
       ) = 'sent', q.fits_, q.stopped_
FROM (%s) q
LEFT JOIN accounts_user w ON w.id = q.assignee_id
LEFT JOIN agencies_unit n ON n.id = q.unit_id
"""


def _is_search(filters: Filters) -> bool:
    return bool(filters.number) or filters.applicant_ids is not None


def _branches(filters: Filters) -> list[Filters]:
    """Return one question for each agency, or unit, in which the driver keeps the order; else the one."""
    if _is_search(filters) or (filters.assignee_id and not filters.newest):
        return [filters]
    if filters.unit_ids is not None and not filters.newest:
        return [replace(filters, unit_ids=(each,)) for each in filters.unit_ids] or [replace(filters, unit_ids=())]
    return [replace(filters, agency_ids=(each,)) for each in filters.agency_ids]


def _branch(
    filters: Filters, limit: int, after: Key | None = None, before: Key | None = None, *, window: int = 0
) -> tuple[str, list[Any]]:
    """Return one ordered reading: of each row whether it fits, and whether the looking stopped there."""
    driver, rest = _conditions(filters)
    source, values = _source(filters)
    column = "submitted_at" if filters.newest else "due_on"
    downward = filters.newest != bool(before)
    if edge := after or before:
        driver.add(f"({column}, id) {'<' if downward else '>'} (%s, %s)", *edge)
    order = f"ORDER BY {column} DESC, id DESC" if downward else f"ORDER BY {column}, id"
    reach = max(window or WINDOW, limit) if rest.texts else limit
    stopped = f"place_ = {reach}" if rest.texts else "false"
    inner = f"SELECT {_COLUMNS} FROM {source} WHERE {driver} {order} LIMIT {reach}"  # noqa: S608 - constants
    text = f"""SELECT * FROM (
      SELECT {_COLUMNS.replace('"end"', '"end" AS end_')}, ({rest}) IS TRUE AS fits_, {stopped} AS stopped_
      FROM (SELECT i.*, row_number() OVER () AS place_ FROM ({inner}) i) j
    ) k WHERE fits_ OR stopped_ LIMIT {limit}"""  # noqa: S608 - constants
    return text, [*rest.params, *values, *driver.params]


def _conditions(filters: Filters) -> tuple[_Sql, _Sql]:
    """Return what the driver says, and what is asked of its rows."""
    driver, rest = _Sql(), _Sql()
    driver.add(_OPEN)
    _place(filters, driver, rest)
    if not filters.newest:
        _days(filters, driver)
    else:
        _days(filters, rest)
    if filters.overdue:
        rest.add("(paused_on IS NULL OR due_on <= paused_on)")
    if filters.paused is not None:
        rest.add("paused_on IS NOT NULL" if filters.paused else "paused_on IS NULL")
    return driver, rest


def _days(filters: Filters, sql: _Sql) -> None:
    if filters.due_from:
        sql.add("due_on >= %s", filters.due_from)
    if filters.due_to:
        sql.add("due_on <= %s", filters.due_to)
    if filters.overdue:
        sql.add("due_on < %s", filters.today)


def _place(filters: Filters, driver: _Sql, rest: _Sql) -> None:
    """Give the driver the one column by which it finds, the others to what is asked of its rows."""
    wishes = {
        "assignee": ("assignee_id = %s", [filters.assignee_id]) if filters.assignee_id else None,
        "unit": ("unit_id = ANY(%s)", [list(filters.unit_ids)]) if filters.unit_ids is not None else None,
        "state": ("state = %s", [filters.state]) if filters.state else None,
        "service": ("service_id = ANY(%s)", [list(filters.service_ids)]) if filters.service_ids is not None else None,
        "nobody": ("assignee_id IS NULL", []) if filters.nobody else None,
        "no_unit": ("unit_id IS NULL", []) if filters.no_unit else None,
    }
    chosen = _driver_of(filters, {name for name, wish in wishes.items() if wish})
    for name, wish in wishes.items():
        if wish:
            (driver if name == chosen else rest).add(wish[0], *wish[1])
    agencies = list(filters.agency_ids)
    by_agency = chosen in ("agency", "state", "nobody")
    if by_agency:
        driver.add("agency_id = %s", agencies[0])
    else:
        rest.add("agency_id = ANY(%s)", agencies)
    if chosen == "unit":
        driver.texts[-1], driver.params[-1] = "unit_id = %s", (filters.unit_ids or (None,))[0]
    if chosen == "service":
        driver.texts[-1], driver.params[-1] = "service_id = %s", (filters.service_ids or (None,))[0]


def _source(filters: Filters) -> tuple[str, list[Any]]:
    """Return where rows are read: the table, or for a search so many of its matches, in no order, and sorted then."""
    params: list[Any]
    if filters.number:
        # As LIKE would, and by the same index whatever the plan: from the prefix to what follows after all of it.
        first, last = filters.number, filters.number[:-1] + chr(ord(filters.number[-1]) + 1)
        match, params = "number ~>=~ %s AND number ~<~ %s", [first, last]
    elif filters.applicant_ids is not None:
        match, params = "applicant_id = ANY(%s)", [list(filters.applicant_ids)]
    else:
        return "applications_application", []
    inner = f"SELECT {_COLUMNS} FROM applications_application WHERE {match} AND {_OPEN} AND agency_id = ANY(%s)"  # noqa: S608 - constants
    return f"({inner} LIMIT {_MATCHES}) m", [*params, list(filters.agency_ids)]


def _driver_of(filters: Filters, asked: set[str]) -> str:
    """Return what finds the rows: the narrowest question that an index answers in the list's order."""
    if _is_search(filters):
        return "matches"
    if filters.newest:
        return "agency"
    if filters.service_ids is not None and len(filters.service_ids) != 1:
        asked = asked - {"service"}
    return next((each for each in ("assignee", "unit", "state", "service", "nobody") if each in asked), "agency")
