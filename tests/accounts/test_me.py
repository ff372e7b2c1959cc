"""`GET` and `PATCH /api/v1/me/`."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.flow import get_me

Tokens = Callable[..., dict[str, Any]]


def change(token: str, body: Any) -> Any:
    return Client().patch(
        "/api/v1/me/", body, content_type="application/json", headers={"authorization": f"Bearer {token}"}
    )


def test_a_person_sees_their_own_account(tokens: Tokens, person: User) -> None:
    answer = get_me(tokens()["access_token"])

    assert answer.status_code == 200
    assert answer.json() == {  # type: ignore[attr-defined]
        "id": str(person.id),
        "full_name": "Siti Aminah",
        "email": "siti@balikpapan.example",
        "phone": "+6281234567890",
        "phone_verified": True,
        "language": "id",
        "assurance": "basic",
        "actor": None,
    }


def test_a_token_without_the_scope_is_refused(tokens: Tokens) -> None:
    answer = get_me(tokens("openid profile")["access_token"])

    assert answer.status_code == 403
    assert answer["WWW-Authenticate"] == 'Bearer realm="api", error="insufficient_scope", scope="account"'


def test_a_person_changes_only_what_they_send(tokens: Tokens, person: User) -> None:
    answer = change(tokens()["access_token"], {"language": "en"})

    assert answer.status_code == 200
    assert answer.json()["language"] == "en"
    person.refresh_from_db()
    assert (person.full_name, person.language) == ("Siti Aminah", "en")


@pytest.mark.parametrize(
    "body",
    [
        {"language": "fr"},
        {"full_name": ""},
        {"full_name": None},
        {"full_name": "x" * 151},
        {"full_name": "a\0"},
        {"full_name": "Siti\nAminah"},
        {"full_name": "\u202eitiS"},
    ],
)
def test_a_wrong_value_is_refused_and_changes_nothing(tokens: Tokens, person: User, body: dict[str, Any]) -> None:
    answer = change(tokens()["access_token"], body)

    assert answer.status_code in {400, 422}
    person.refresh_from_db()
    assert (person.full_name, person.language) == ("Siti Aminah", "id")


def test_what_is_proved_elsewhere_cannot_be_set_here(tokens: Tokens, person: User) -> None:
    change(tokens()["access_token"], {"assurance": "in_person", "email": "evil@x.example", "is_staff": True})

    person.refresh_from_db()
    assert (person.assurance, person.email, person.is_staff) == ("basic", "siti@balikpapan.example", False)


def test_who_has_it_already_is_not_sent_it_again(tokens: Tokens) -> None:
    token = tokens()["access_token"]
    first = get_me(token)

    again = Client().get(
        "/api/v1/me/", headers={"authorization": f"Bearer {token}", "If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert change(token, {"language": "en"}).headers["ETag"] != first.headers["ETag"]
