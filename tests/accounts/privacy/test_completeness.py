"""Nothing that the city holds of a person is forgotten: each column that leads to one is in the export and is erased,
or stands here with the reason. A table made tomorrow fails here until its maker has decided.
"""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.operations import register_person
from accounts.privacy import holds
from accounts.privacy.operations.deletion import ask_for_deletion, erase_due
from accounts.privacy.portable import Attachment
from services.agencies.models import Membership
from services.applications.models import Application
from tests.accounts.privacy.rows import LEAD_TO_NOBODY, SPELT_OUT, Rows, leads_to_a_person, links, marks
from tests.services.applications.factory import publish_service

SECRET = "a secret or the digest of one: it opens the account to who reads it, and tells its owner nothing"
WORK = "what somebody did as staff, with the data of others: the agency's record, not theirs"
LOOKED = "up to which line of the history somebody has looked, so that an app marks what is new"
MEMO = "a memorandum within an agency (UU 14/2008 Pasal 17): how many there are is told, words are asked for"
NO_GROUPS = "the platform uses no groups: roles come of memberships"

WATCHED = "which step of the clock comes next: what was done of it stands in the history"

NOT_EXPORTED = {
    "account.EmailConfirmation.email_address": SECRET,
    "accounts.User_groups.user": NO_GROUPS,
    "accounts.User_user_permissions.user": NO_GROUPS,
    "accounts_mandates.ActingToken.access_token": SECRET,
    "accounts_mandates.ActingToken.mandate": SECRET,
    "accounts_mandates.Mandate.officer": WORK,
    "accounts_privacy.DataAccess.reader": WORK,
    "accounts_privacy.DataRequest.answered_by": WORK,
    "accounts_privacy.Impersonation.staff": WORK,
    "accounts_proofing.CounterCode.person": SECRET,
    "accounts_proofing.CounterProofing.first": WORK,
    "accounts_proofing.CounterProofing.second": WORK,
    "accounts_proofing.Dispute.decided_by": WORK,
    "accounts_proofing.NumberMark.sealed": SECRET,
    "accounts_proofing.Recovery.first": WORK,
    "accounts_proofing.Recovery.second": WORK,
    "accounts_provider.AuthorizedToken.access_token": SECRET,
    "accounts_provider.AuthorizedToken.authorization": SECRET,
    "agencies.CalendarChange.actor": WORK,
    "agencies.StaffChange.actor": WORK,
    "agencies.StaffChange.person": WORK,
    "applications.ActionFile.staged_by": WORK,
    "applications.Application.assignee": WORK,
    "applications.AnswerWording.author": WORK,
    "applications.Appointment.officer": WORK,
    "applications.BulkItem.job": WORK,
    "applications.BulkJob.ordered_by": WORK,
    "applications.CorrectionRound.asked_by": WORK,
    "applications.Event.actor": WORK,
    "applications.Hop.by": WORK,
    "applications.BundlePart.application": "which application a life event opened; both are handed over",
    "applications.BundlePart.bundle": "which application a life event opened; both are handed over",
    "applications.News.application": "how many lines of the history are not the applicant's own; it is handed over",
    "applications.ReadMark.application": LOOKED,
    "applications.ReadMark.person": LOOKED,
    "applications.Tombstone.applicant": "the id of a draft that is gone, so that the person's app hears of it",
    "applications.Message.author": "what was written stands with the application, whoever wrote it for the applicant",
    "applications.Note.application": MEMO,
    "applications.Note.author": WORK,
    "applications.Keeping.application": "when the worker looks again whether its time is over",
    "applications.LegalHold.application": WORK,
    "applications.LegalHold.lifted_by": WORK,
    "applications.LegalHold.placed_by": WORK,
    "applications.QueueExport.asked_by": WORK,
    "applications.SavedView.owner": WORK,
    "applications.Watch.application": WATCHED,
    "events.Delivery.event": "how often a message was tried",
    "events.OutboxEvent.body": "a message under way: what it tells stands where it happened",
    "http_api.IdempotencyKey.person_id": "answers to the person's own requests, kept for 48 hours",
    "oauth2_provider.AccessToken.user": SECRET,
    "oauth2_provider.DeviceGrant.user": "not routed: never filled",
    "oauth2_provider.Grant.user": SECRET,
    "oauth2_provider.IDToken.user": SECRET,
    "oauth2_provider.RefreshToken.user": SECRET,
    "sessions.Session.session_data": SECRET,
}
# Why a row that leads to a person is still there afterwards: the kind of `holds.KINDS` that explains it to them, or the
# reason, where nothing of the person is left in it.
WITHOUT_TRACE = "the row holds no trace of a device any more; from it clients are told, and it goes with the history"
UNTOLD = "it is forgotten once it was told"
KEPT = {
    "accounts_mandates.Change.by": "mandates",
    "accounts_mandates.Mandate.officer": "work",
    "accounts_privacy.Affected.person": "rights",
    "accounts_privacy.DataAccess.person": "access_log",
    "accounts_privacy.DataAccess.reader": "work",
    "accounts_privacy.DataRequest.answered_by": "work",
    "accounts_privacy.DataRequest.person": "rights",
    "accounts_privacy.Deletion.person": "rights",
    "accounts_privacy.Impersonation.person": "access_log",
    "accounts_privacy.Impersonation.staff": "work",
    "accounts_proofing.CounterProofing.first": "work",
    "accounts_proofing.CounterProofing.second": "work",
    "accounts_proofing.Dispute.decided_by": "work",
    "accounts_proofing.Dispute.claimant": "identity_decisions",
    "accounts_proofing.Dispute.holder": "identity_decisions",
    "accounts_proofing.Recovery.first": "work",
    "accounts_proofing.Recovery.second": "work",
    "accounts_provider.Authorization.actor": "releases",
    "accounts_provider.Authorization.person": "releases",
    "accounts_provider.Consent.person": "receipts",
    "accounts_provider.Release.authorization": "releases",
    "accounts_sign_in.SignIn.person": WITHOUT_TRACE,
    "applications.Application.applicant": "applications",
    "applications.Application.assignee": "work",
    "applications.ApplicationFile.application": "applications",
    "applications.ApplicationFile.file": "applications",
    "agencies.CalendarChange.actor": "work",
    "agencies.StaffChange.actor": "work",
    "agencies.StaffChange.person": "work",
    "applications.ActionFile.application": "applications",
    "applications.ActionFile.file": "applications",
    "applications.AnswerWording.author": "work",
    "applications.Appointment.officer": "work",
    "applications.BulkItem.job": "work",
    "applications.BulkJob.ordered_by": "work",
    "applications.CorrectionFile.round": "applications",
    "applications.CorrectionRound.application": "applications",
    "applications.CorrectionRound.asked_by": "work",
    "applications.Event.actor": "work",
    "applications.Event.application": "applications",
    "applications.Hop.application": "applications",
    "applications.Hop.by": "work",
    "applications.BundlePart.application": "applications",
    "applications.News.application": "applications",
    "applications.Message.application": "applications",
    "applications.Message.author": "applications",
    "applications.Note.application": "applications",
    "applications.Note.author": "work",
    "applications.QueueExport.asked_by": "work",
    "applications.SavedView.owner": "work",
    "applications.Submission.application": "applications",
    "applications.Keeping.application": "applications",
    "applications.LegalHold.application": "applications",
    "applications.LegalHold.lifted_by": "work",
    "applications.LegalHold.placed_by": "work",
    "applications.Watch.application": "applications",
    "catalogue.Change.actor_id": "work",
    "connectors.Change.actor_id": "work",
    "documents.IssuedDocument.subject": "documents",
    "documents.StoredFile.owner": "applications",
    "events.Delivery.event": UNTOLD,
    "events.OutboxEvent.body": UNTOLD,
    "sessions.Session.session_data": "no browser is let in by it any more, and it runs out",
}


@pytest.fixture
def rows(person: User) -> Rows:
    """Return a row for each link, that leads to `person` and nobody else."""
    publish_service()
    made = Rows(person, register_person(full_name="Lain", email="lain@balikpapan.example", now=timezone.now()))
    for link, table in links().items():
        made.make(link, table)
    document = made.by_link["documents.IssuedDocument.subject"]
    Application.objects.filter(pk=document.subject).update(document=document)
    return made


def test_every_column_that_may_lead_to_a_person_is_known() -> None:
    columns = {
        f"{table._meta.label}.{field.name}"
        for table in apps.get_models(include_auto_created=True)
        for field in table._meta.concrete_fields
        if leads_to_a_person(table, field)
    }

    assert set(LEAD_TO_NOBODY) | set(SPELT_OUT) <= columns
    assert columns - set(LEAD_TO_NOBODY) <= set(links())
    assert set(NOT_EXPORTED) | set(KEPT) <= set(links())


def test_each_is_handed_over_or_it_is_said_why_not(rows: Rows) -> None:
    told = _export(rows.person)

    missing = {link for link, row in rows.by_link.items() if not any(mark in told for mark in marks(row))}

    assert missing == set(NOT_EXPORTED)


def test_nothing_secret_is_in_it(rows: Rows) -> None:
    told = _export(rows.person)

    for link in ("oauth2_provider.RefreshToken.user", "oauth2_provider.Grant.user", "sessions.Session.session_data"):
        assert not any(mark in told for mark in marks(rows.by_link[link])), link


def test_each_is_erased_or_the_law_that_keeps_it_is_named(rows: Rows, settings: LazySettings) -> None:
    Membership.objects.all().delete()  # whoever still works for the city ends that first
    ask_for_deletion(person_id=rows.person.pk, now=timezone.now())

    assert erase_due(now=timezone.now() + timedelta(days=8)) == 1

    left = {link for link, row in rows.by_link.items() if _still_leads(link, row, rows.person)}
    assert left == set(KEPT)
    explained = {each.code for each in holds.KINDS if each.kept and each.law and each.until}
    assert {why for why in KEPT.values() if " " not in why} <= explained


def test_erased_from_what_is_kept(rows: Rows) -> None:
    Membership.objects.all().delete()
    words = rows.by_link["accounts_privacy.DataRequest.person"].text
    rows.by_link["accounts_sign_in.SignIn.person"].address = "203.0.113.5"
    ask_for_deletion(person_id=rows.person.pk, now=timezone.now())
    erase_due(now=timezone.now() + timedelta(days=8))

    kept = {
        link: row for link, row in rows.by_link.items() if link in KEPT and link not in ("events.OutboxEvent.body",)
    }
    for row in kept.values():
        row.refresh_from_db()
    assert kept["accounts_privacy.DataRequest.person"].text != words
    assert (kept["accounts_sign_in.SignIn.person"].address, kept["accounts_sign_in.SignIn.person"].user_agent) == (
        None,
        "",
    )
    assert kept["accounts_provider.Consent.person"].withdrawn_at is not None
    assert kept["accounts_provider.Authorization.person"].ended_at is not None


def _export(person: User) -> str:
    """Return all that the person would get, as text; of a file its name."""
    told = []
    for path in import_string("django.conf.settings").PERSONAL_DATA_OF:
        for part in import_string(path)(person.pk):
            lines = part.name if isinstance(part, Attachment) else [*map(dict, part.lines)]
            told.append(orjson.dumps(lines, default=str).decode())
    return "\n".join(told)


def _still_leads(link: str, row: models.Model, person: User) -> bool:
    table: Any = type(row)
    name = link.rsplit(".", 1)[1]
    found = table.objects.filter(pk=row.pk)
    if link == "accounts.RelyingParty.testers":
        return bool(found.filter(testers__contains=[person.pk]).exists())
    if table._meta.get_field(name).related_model is User:
        return bool(found.filter(**{name: person.pk}).exists())
    return bool(found.exists())
