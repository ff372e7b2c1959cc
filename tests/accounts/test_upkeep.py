"""Tables of tokens, sessions and logs stay small: the beat deletes what is old, or it is said why that stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.operations import register_person
from superapp.celery import app
from tests.accounts.privacy.rows import Rows, links
from tests.services.applications.factory import publish_service

APPS = ("account", "events", "http_api", "mfa", "oauth2_provider", "sessions")
AGE = timedelta(days=5 * 365)
ONE_EACH = "one row a person, or a few; it goes with the account"
RECORD = "the record of processing, kept while what it tells of is kept (UU 27/2022, art. 31)"
RIGHTS = "proof that a right was answered (UU 27/2022, art. 31, 45 and 46)"
FEW = "few, by the hand of staff"
PROOF = "why somebody has their assurance, or does not: kept with the account"
NEVER_FILLED = "not used here: codes are typed, and the device flow is not routed"

# Tables with a time in them whose old rows stay.
KEPT = {
    "account.EmailConfirmation": NEVER_FILLED,
    "accounts.RelyingParty": FEW,
    "accounts.User": ONE_EACH,
    "accounts_mandates.Change": RECORD,
    "accounts_mandates.Dependant": ONE_EACH,
    "accounts_mandates.Mandate": RECORD,
    "accounts_privacy.Affected": RIGHTS,
    "accounts_privacy.Breach": FEW,
    "accounts_privacy.DataAccess": RECORD,
    "accounts_privacy.DataRequest": RIGHTS,
    "accounts_privacy.Deletion": RIGHTS,
    "accounts_privacy.Export": "one line for each copy; its bytes go after 72 hours",
    "accounts_privacy.Impersonation": RECORD,
    "accounts_proofing.Check": PROOF,
    "accounts_proofing.CounterCode": ONE_EACH,
    "accounts_proofing.CounterProofing": PROOF,
    "accounts_proofing.Dispute": PROOF,
    "accounts_proofing.Proof": PROOF,
    "accounts_proofing.Recovery": PROOF,
    "accounts_provider.Consent": "proof of consent (UU 27/2022, art. 24): one for each wording",
    "accounts_provider.SigningKey": "one a quarter",
    "accounts_proofing.RegistryDay": "one a day",
    "mfa.Authenticator": ONE_EACH,
    "oauth2_provider.DeviceGrant": NEVER_FILLED,
}
# Tasks that no clock starts.
BY_HAND = {"services.connectors.tasks.drive_site": "begun by an admin"}


def timed() -> dict[str, type[models.Model]]:
    """Return the tables of sign-in and messages with a time in them: those that grow with time."""
    return {
        table._meta.label: table
        for table in apps.get_models(include_auto_created=True)
        if table._meta.app_label.startswith(APPS)
        and any(isinstance(field, models.DateField) for field in table._meta.concrete_fields)
    }


def run_beat() -> None:
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[str(entry["task"])].run()


@pytest.mark.django_db
def test_what_is_old_is_gone_or_it_is_said_why_it_stays() -> None:
    publish_service()
    now = timezone.now()
    one, other = (register_person(full_name=x, email=f"{x}@balikpapan.example", now=now) for x in ("siti", "lain"))
    rows = Rows(one, other, age=AGE)
    for link, table in links().items():
        rows.make(link, table)
    known = [*rows.by_link.values()]
    known += [rows.row(table) for label, table in timed().items() if label not in KEPT and not _has(known, table)]
    cleaned = [row for row in known if row._meta.label in set(timed()) - set(KEPT)]
    for row in cleaned:
        _grow_old(type(row), row)

    for _ in range(2):  # a second run finds nothing to do and nothing to stumble over
        run_beat()

    assert {row._meta.label for row in cleaned} == set(timed()) - set(KEPT)
    assert {row._meta.label for row in cleaned if type(row)._default_manager.filter(pk=row.pk)} == set()


def test_each_table_with_a_time_in_it_is_cleaned_or_said_to_stay() -> None:
    assert set(KEPT) <= set(timed())


def test_each_task_has_its_place_in_the_schedule() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith(("accounts.", "services.", "superapp."))}
    scheduled = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled <= ours
    assert ours - scheduled == set(BY_HAND)


def _has(rows: list[Any], table: Any) -> bool:
    return any(type(row) is table for row in rows)


def _grow_old(table: Any, row: Any) -> None:
    """Move every time of a row back, also those that the library sets itself."""
    times = [field for field in table._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    told = {"fanned_out_at", "done_at", "ended_at"}
    stale = {field.name: timezone.now() - AGE for field in times if getattr(row, field.attname) or field.name in told}
    table._default_manager.filter(pk=row.pk).update(**stale)
