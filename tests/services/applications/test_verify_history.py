"""`manage.py verify_history`: what was changed behind the platform's back shows."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from services.applications.models import Submission
from services.definitions import content_hash
from services.events.operations import drain
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def id() -> str:
    publish_service()
    app: Client = signed_in(resident(), "applications")
    made = ready(app)
    submit(app, made)
    rina = officer()
    take(rina, made, "start_review")
    take(rina, made, "grant")
    while drain(now=timezone.now()):
        pass
    return made


def verify(*arguments: str) -> tuple[int, str]:
    """Return the exit code and what was printed."""
    out = StringIO()
    try:
        call_command("verify_history", *arguments, stdout=out, stderr=out)
    except (CommandError, SystemExit) as error:
        return getattr(error, "code", 1) or 1, out.getvalue() + str(error)
    return 0, out.getvalue()


def tamper(statement: str, params: list[str] | None = None) -> None:
    """Change history as somebody with the owner's rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, params)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_untouched_history_holds(id: str) -> None:
    code, said = verify()

    assert code == 0, said


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE applications_event SET reason = 'lain' WHERE sequence = 2", "changed event"),
        ("UPDATE applications_event SET at = at - interval '1 day' WHERE sequence = 1", "changed event"),
        ("DELETE FROM applications_event WHERE sequence = 2", "missing event"),
        ("DELETE FROM applications_event WHERE sequence = 3", "missing event"),
        ("DELETE FROM applications_event WHERE sequence = 4", "document"),
        ("DELETE FROM applications_event", ""),
        ("UPDATE applications_submission SET answers = '{}'", ""),
        ("UPDATE applications_submission SET answers = '{}', sha256 = repeat('0', 64)", "what was submitted"),
        ("DELETE FROM applications_submission", "what was submitted is missing"),
        ("UPDATE applications_application SET answers = '{\"data\": {}}'", "answers shown"),
        ("UPDATE applications_application SET state = 'rejected', \"end\" = 'rejected'", ""),
        ("UPDATE applications_application SET \"end\" = 'rejected'", "has not ended as its state says"),
        (
            "UPDATE applications_application SET submitted_at = submitted_at - interval '1 day'",
            "moment of its submission",
        ),
        ("UPDATE documents_storedfile SET sha256 = repeat('0', 64)", "files shown"),
        ("UPDATE applications_application SET fee_amount = 7", "the fee is not as told"),
        (
            "UPDATE applications_application SET applicant_id = actor_id FROM applications_event WHERE sequence = 2",
            "the applicant is not whose it is by its history",
        ),
        ("UPDATE applications_application SET number = 'BPN-0000-0000-0'", "number"),
        ("UPDATE applications_application SET due_on = due_on + 30", "due date"),
        ("UPDATE applications_application SET document_id = NULL", "document"),
        ("UPDATE documents_issueddocument SET sha256 = repeat('0', 64)", "document"),
        (
            """DELETE FROM applications_event;
               UPDATE applications_application SET state = 'draft', number = NULL, submitted_at = NULL""",
            "what was submitted was changed",
        ),
    ],
)
def test_what_was_changed_is_found(id: str, statement: str, what: str) -> None:
    tamper(statement)

    code, said = verify()

    assert code == 1
    assert id in said
    assert what in said


def test_a_submission_changed_with_its_own_hash_made_anew_is_found(id: str) -> None:
    kept = Submission.objects.get(application_id=id)
    other = {"data": {"nama": "Orang Lain"}}
    digest = content_hash({"answers": other, "files": kept.files})
    tamper("UPDATE applications_submission SET answers = %s, sha256 = %s", [json.dumps(other), digest])
    tamper("UPDATE applications_application SET answers = %s", [json.dumps(other)])

    code, said = verify()

    assert code == 1
    assert "what was submitted was changed" in said
