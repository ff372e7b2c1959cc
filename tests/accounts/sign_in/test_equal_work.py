"""Whether somebody is registered does not show in how long an answer takes: both take the same work.

Time itself is measured in the bench; under load it tells a test nothing. What takes time here are statements,
messages and password hashes, and those are counted.
"""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.flow import PASSWORD, sms
from tests.accounts.sign_in.test_lockout import EMAIL, PAGES, PHONE, Counted, before_the_answer

# Statements that a new account takes more: some milliseconds, beside a hash of thirty.
SLACK = 12
NOBODYS = {EMAIL: "ayah@balikpapan.example", PHONE: "081234567899"}
WARM = {EMAIL: "dulu@balikpapan.example", PHONE: "081234567898"}
PLACES = [(page, EMAIL) for page in PAGES] + [(page, PHONE) for page in PAGES if page != "reset"]


@pytest.mark.parametrize(("page", "here"), PLACES)
def test_an_answer_takes_the_same_work_whether_registered_or_not(
    person: User, settings: LazySettings, tmp_path: Path, page: str, here: str
) -> None:
    settings.PASSWORD_HASHERS = [f"{Counted.__module__}.Counted"]
    person.set_password(PASSWORD)
    person.save()
    path, form = PAGES[page]
    Client().post(path, form(WARM[here]))  # counters of the browser's address are there

    registered, nobodys = (work(tmp_path, path, form(each)) for each in (here, NOBODYS[here]))

    for costly in ("hashed", "messages"):
        assert registered[costly] == nobodys[costly], costly
    assert abs(registered["statements"] - nobodys["statements"]) <= SLACK


def work(folder: Path, path: str, form: dict[str, Any]) -> dict[str, int]:
    """Return how many statements, messages and password hashes it takes until the answer."""
    Counted.hashed = 0
    messages = len(mail.outbox) + len(sms(folder))
    with CaptureQueriesContext(connection) as queries:
        Client().post(path, form)
    return {
        "hashed": Counted.hashed,
        "messages": len(mail.outbox) + len(sms(folder)) - messages,
        "statements": len(before_the_answer([each["sql"] for each in queries.captured_queries])),
    }
