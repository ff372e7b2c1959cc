"""Registering people and relying parties; phone numbers; password hashes."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.hashers import Argon2Cheap
from accounts.models import ClientAuthentication, RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.phones import in_words, to_e164


@pytest.mark.parametrize(
    "text", ["081234567890", "+6281234567890", "6281234567890", "0812-3456-7890", " +62 (812) 3456 7890 "]
)
def test_an_indonesian_number_is_kept_one_way(text: str) -> None:
    assert to_e164(text) == "+6281234567890"


def test_a_number_from_abroad_is_kept_too() -> None:
    assert to_e164("+65 6123 4567") == "+6561234567"


def test_a_number_is_shown_as_people_dial_it() -> None:
    assert in_words("+6281234567890") == "0812-3456-7890"
    assert in_words("+6561234567") == "+65 6123 4567"
    assert in_words("not a number") == "not a number"


@pytest.mark.parametrize("text", ["", "12", "abc", "+6281", "0812345678901234567890", "\0"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        to_e164(text)


def test_a_registered_person_is_proved_and_reachable() -> None:
    now = timezone.now()

    user = register_person(full_name="Siti", email="Siti@X.example", phone="+6281234567890", now=now)

    assert user.email == "siti@x.example"
    assert user.phone_verified_at == now
    address = EmailAddress.objects.get()
    assert (address.user, address.email, address.verified, address.primary) == (
        user,
        "siti@x.example",
        True,
        True,
    )


def test_a_person_without_any_address_is_refused() -> None:
    with pytest.raises(IntegrityError, match="accounts_user_reachable"), transaction.atomic():
        register_person(full_name="Siti", now=timezone.now())


def test_one_address_belongs_to_one_person_whatever_its_capitals() -> None:
    register_person(full_name="Siti", email="siti@x.example", now=timezone.now())

    with pytest.raises(IntegrityError, match="accounts_user_email_ci"), transaction.atomic():
        User.objects.create(email="SITI@x.example")


def test_registering_a_client_again_changes_it() -> None:
    first = register_relying_party(
        client_id="one", name="One", scopes=["openid"], redirect_uris=["https://one.example/cb"]
    )

    again = register_relying_party(
        client_id="one", name="Two", scopes=["openid", "email"], redirect_uris=["https://one.example/cb"]
    )

    assert again.pk == first.pk
    stored = RelyingParty.objects.get()
    assert (stored.name, stored.allowed_scopes, stored.client_type) == ("Two", ["openid", "email"], "public")


@pytest.mark.parametrize(
    "uri",
    [
        "http://one.example/cb",
        "ftp://one.example/",
        "https://one.example/#x",
        "https://a@one.example/",
        "other.app:/cb",
    ],
)
def test_a_client_cannot_be_sent_to_an_unsafe_address(uri: str) -> None:
    with pytest.raises(ValidationError):
        register_relying_party(client_id="one", name="One", scopes=["openid"], redirect_uris=[uri])

    assert not RelyingParty.objects.exists()


def test_a_client_cannot_have_an_unknown_scope() -> None:
    with pytest.raises(ValidationError, match="Unknown: everything"):
        register_relying_party(client_id="one", name="One", scopes=["everything"])


def test_passwords_are_hashed_by_owasps_cheap_profile() -> None:
    encoded = make_password("secret", hasher=Argon2Cheap())

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert Argon2Cheap().verify("secret", encoded)
    assert not Argon2Cheap().verify("other", encoded)


def test_a_client_without_a_secret_is_public() -> None:
    app = register_relying_party(client_id="app", name="App", scopes=[], redirect_uris=["id.go.balikpapan.app:/cb"])

    assert app.client_type == RelyingParty.CLIENT_PUBLIC
    assert app.token_endpoint_auth_method == ClientAuthentication.NONE
