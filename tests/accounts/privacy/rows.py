"""One row of every table that knows a person, filled with values that are found again."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import User
from services.agencies.models import Agency

Link = str  # "app.Model.field"

# UUIDs and references that lead to no person, each with what it is.
LEAD_TO_NOBODY = {
    "accounts.RelyingParty.user": "the library's column, never filled: clients belong to agencies",
    "accounts_provider.Authorization.mandate_id": "a mandate",
    "accounts_proofing.Proof.about": "a check, a counter proofing or a dispute",
    "accounts_privacy.DataAccess.about": "an application",
    "applications.BulkItem.application_id": "an application",
    "applications.HistoryLeaf.application_id": "an application",
    "applications.Destruction.application_id": "an application, without its person",
    "events.OutboxEvent.key": "whatever the event is about; see events.OutboxEvent.body",
    "applications.Tombstone.service_id": "a service",
    "notifications.Notice.event_id": "an event",
    "notifications.Notice.application_id": "an application",
    "oauth2_provider.RefreshToken.token_family": "an authorization",
    "oauth2_provider.IDToken.jti": "the token itself",
    "catalogue.Revision.token": "a state of the catalogue",
    # What an admin did to a service is handed over, and kept, as catalogue.Change.actor_id: these repeat it.
    **dict.fromkeys(
        (
            "catalogue.AgencyRule.changed_by",
            "catalogue.AgencyRule.off_asked_by",
            "catalogue.GoldenCase.author",
            "catalogue.Publication.approved_by",
            "catalogue.Publication.editors",
            "catalogue.Publication.requested_by",
            "catalogue.Replay.asked_by",
            "catalogue.ServiceDraft.author",
            "catalogue.ServiceDraft.editors",
            "catalogue.ServiceVersion.approved_by",
            "catalogue.ServiceVersion.published_by",
        ),
        "work on a service, told by catalogue.Change",
    ),
}
# Those that lead to a person although no column says so: the value that the row has then.
SPELT_OUT: dict[str, Callable[[User, dict[str, Any]], Any]] = {
    "events.OutboxEvent.body": lambda person, _rows: {"person": str(person.pk)},
    "sessions.Session.session_data": lambda person, _rows: str(person.pk),
    "accounts.RelyingParty.testers": lambda person, _rows: [person.pk],
    "documents.IssuedDocument.subject": lambda _person, rows: rows["applications.Application.applicant"].pk,
}
# What a row needs beside, to be one that the database takes.
_GIVEN: dict[str, dict[str, Any]] = {
    "applications.ActionFile": {"staged_at": timezone.now},
    "applications.Application": {
        "id": uuid4,
        "state": "review",
        "end": "",
        "number": lambda: uuid4().hex[:20],
        "submitted_at": timezone.now,
    },
    "applications.Event": {"actor_role": "resident"},  # another's would be news, which has a row of its own
    "accounts_mandates.Dependant": {"emancipated_at": timezone.now},
    "accounts_mandates.Mandate": {"state": "proposed", "awaiting": "agent", "kind": "relative", "renewal_by": ""},
    "accounts_privacy.DataRequest": {"state": "granted", "answered_at": timezone.now, "full_name": ""},
    "accounts_privacy.Deletion": {"state": "cancelled"},
    "accounts_privacy.Export": {"state": "failed"},
    "accounts_proofing.Sealed": {"kind": "claim"},
    "accounts_proofing.Check": {"state": "matched"},
    "accounts_proofing.Recovery": {"state": "rejected"},
    "accounts_proofing.Dispute": {"state": "holder"},
    "accounts_proofing.CounterProofing": {"state": "rejected"},
    "catalogue.Change": {"agency_id": lambda: Agency.objects.values_list("pk", flat=True)[0]},
    "mfa.Authenticator": {"type": "totp", "data": lambda: {"secret": "x"}},
}


@cache
def links() -> dict[Link, type[models.Model]]:
    """Return each column of the project that leads to a person, or to a row that does, with its table."""
    found: dict[Link, type[models.Model]] = {}
    tables = list(apps.get_models(include_auto_created=True))
    for table in tables:
        for field in table._meta.concrete_fields:
            if leads_to_a_person(table, field) and f"{table._meta.label}.{field.name}" not in LEAD_TO_NOBODY:
                found[f"{table._meta.label}.{field.name}"] = table
    for _ in tables:  # until nothing follows any more
        known = {table._meta.label for table in found.values()} - {User._meta.label, "accounts.RelyingParty"}
        for table in tables:
            for field in table._meta.concrete_fields:
                target: Any = field.related_model
                if target and not field.null and target._meta.label in known:
                    found[f"{table._meta.label}.{field.name}"] = table
    return dict(sorted(found.items()))


def leads_to_a_person(table: type[models.Model], field: Any) -> bool:
    """Return whether a column holds, or may hold, a person's id. Every UUID does, unless it is said what else."""
    if f"{table._meta.label}.{field.name}" in SPELT_OUT or field.related_model is User:
        return True
    inner = field.base_field if isinstance(field, ArrayField) else field
    return isinstance(inner, models.UUIDField) and not field.primary_key and not field.is_relation


class Rows:
    """The rows made so far, by link; `marks` are the values by which each is known again."""

    def __init__(self, person: User, other: User, *, age: timedelta = timedelta(hours=2)) -> None:
        self.person, self.other = person, other
        self.by_link: dict[Link, Any] = {}
        self._numbers = count(1)
        self._begun = timezone.now().replace(microsecond=0) - age

    def make(self, link: Link, table: type[models.Model]) -> Any:
        """Make the row in which this column leads to the person, and before it the rows that it hangs on."""
        if link in self.by_link:
            return self.by_link[link]
        name = link.rsplit(".", 1)[1]
        field: Any = table._meta.get_field(name)
        if table._meta.pk.is_relation and not field.primary_key:
            self.by_link[link] = self._parent(table)
            return self.by_link[link]
        value: Any = self.person
        if link in SPELT_OUT:
            value = SPELT_OUT[link](
                self.person, self.by_link | {each: self._of(each) for each in _BEFORE.get(link, ())}
            )
        elif isinstance(field, models.UUIDField):
            value = self.person.pk
        elif field.related_model is not User:
            value = self._parent(field.related_model)
        beside = (
            {_OF_ONE[link]: self._parent(table._meta.get_field(_OF_ONE[link]).related_model)} if link in _OF_ONE else {}
        )
        self.by_link[link] = self.row(table, {name: value} | beside)
        return self.by_link[link]

    def _of(self, link: Link) -> Any:
        label, _field = link.rsplit(".", 1)
        return self.make(link, apps.get_model(label))

    def _parent(self, table: Any) -> Any:
        """Return the row of this table that leads to the person by its first column that does."""
        first = next(link for link, each in links().items() if each is table and not _by_the_way(link))
        return self.make(first, table)

    def row(self, table: Any, given: dict[str, Any] | None = None) -> Any:
        """Make a row with these values, and what else it needs."""
        beside = {k: v() if callable(v) else v for k, v in _GIVEN.get(table._meta.label, {}).items()}
        values = beside | (given or {})
        for field in table._meta.concrete_fields:
            if field.name not in values and not field.null and not field.has_default() and not _made(field):
                values[field.name] = self._value(field)
        return table.objects.create(**values)

    def _value(self, field: Any) -> Any:
        number = next(self._numbers)
        if field.is_relation:
            if field.related_model is User:
                return self.other
            somebodys = field.related_model._meta.label in {table._meta.label for table in links().values()}
            held = None if somebodys else field.related_model.objects.order_by("pk").first()
            return held if held is not None else self.row(field.related_model)
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, models.DateTimeField):
            return self._begun - timedelta(seconds=61 * number)
        return _plain(field, number)


# Where a row of two columns hangs on one person by both.
_OF_ONE = {"applications.ActionFile.file": "application", "applications.ApplicationFile.file": "application"}
_BEFORE = {"documents.IssuedDocument.subject": ["applications.Application.applicant"]}


def _by_the_way(link: Link) -> bool:
    ends = (".reader", ".staff", ".answered_by", ".officer", ".by", ".actor", ".claimed_by", ".asked_by", ".staged_by")
    return link.endswith(ends)


def _made(field: Any) -> bool:
    return isinstance(field, models.AutoField | models.GeneratedField)


def _plain(field: Any, number: int) -> Any:
    if isinstance(field, models.EmailField):
        return f"tanda{number}@contoh.example"
    if isinstance(field, models.CharField | models.TextField):
        return f"tanda-{number:04d}"[-(field.max_length or 99) :]
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, ArrayField):
        return [f"tanda-{number:04d}"]
    if isinstance(field, models.DateField):
        return timezone.localdate() - timedelta(days=number)
    if isinstance(field, models.BinaryField):
        return b"x"
    return {models.BooleanField: False, models.JSONField: {}}.get(type(field), number)


def marks(row: Any) -> Iterator[str]:
    """Yield what tells this row from all others, as an export would write it."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, UUID) and field.primary_key and not field.is_relation:
            yield str(value)
        elif isinstance(value, str) and value.startswith("tanda") and len(value) > 9:
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str))
        elif isinstance(value, datetime):
            yield value.isoformat()
