"""Receipts: given with each submission, the same bytes each time, checked by anybody with or without the platform."""

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from jwcrypto.jwk import JWKSet  # type: ignore[import-untyped]
from jwcrypto.jws import JWS, InvalidJWSSignature  # type: ignore[import-untyped]

from services.applications.models import Submission
from services.definitions import canonical_json
from superapp.secrets import ed25519_key
from tests.problems import fields, problem
from tests.services.applications.api.test_corrections import NIK, RIGHT, ask, save, send
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_on_behalf import FAMILY, acting_by, child_of
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
VERIFY = "/api/v1/receipts/verify/"


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


def offline(receipt: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Return what a receipt says, checked as any JOSE library does with the published keys."""
    token = JWS()
    token.allowed_algs = ["EdDSA"]
    token.deserialize(receipt)
    token.verify(JWKSet.from_json(json.dumps(keys)).get_key(token.jose_header["kid"]))
    return dict(json.loads(token.payload))


def verify(client: Client, receipt: str) -> Any:
    return client.post(VERIFY, {"receipt": receipt}, content_type="application/json")


def test_a_submission_gives_a_receipt_that_is_checked_without_the_platform(app: Client, client: Client) -> None:
    id = ready(app)
    handed_in = submit(app, id).json()

    told = offline(handed_in["receipt"], client.get("/api/v1/receipts/keys/").json())

    files = {each["requirement"]: {key: each[key] for key in ("id", "sha256", "name")} for each in handed_in["files"]}
    content = canonical_json({"answers": handed_in["answers"], "files": files})
    assert told["content_sha256"] == hashlib.sha256(content).hexdigest()
    assert (told["number"], told["service"], told["submission"]) == (handed_in["number"], "uji", 1)
    assert (told["submitted_at"], told["due_on"]) == (handed_in["submitted_at"], handed_in["due_on"])
    assert told["deadline"] == {"days": 3, "working": True, "basis": "Standar uji"}
    version = app.get(f"/api/v1/services/uji/versions/{handed_in['version']}/").json()
    assert told["version_sha256"] == version["sha256"]
    assert "Siti" not in json.dumps(told)


def test_it_is_the_same_bytes_each_time(app: Client) -> None:
    id, key = ready(app), str(uuid4())
    first = submit(app, id, key).json()["receipt"]

    again = [submit(app, id, key).json()["receipt"], submit(app, id).json()["receipt"]]
    fetched = app.get(f"{URL}{id}/receipt/").json()

    assert [*again, fetched["receipt"]] == [first] * 3
    assert fetched["submission"] == 1


def test_a_draft_has_none_and_a_stranger_gets_none(app: Client) -> None:
    draft, other = ready(app), ready(app)
    submit(app, other)
    stranger = signed_in(resident("budi@example.org"), "applications")

    assert problem(app.get(f"{URL}{draft}/receipt/")) == (404, "not_found")
    assert problem(stranger.get(f"{URL}{other}/receipt/")) == (404, "not_found")
    assert problem(app.get(f"{URL}{other}/receipt/?submission=2")) == (404, "not_found")
    assert fields(app.get(f"{URL}{other}/receipt/?submission=-1")) == {"/submission": "invalid"}


def test_anybody_verifies_it_and_learns_no_name(app: Client, client: Client) -> None:
    id = ready(app)
    receipt = submit(app, id).json()["receipt"]

    told = verify(client, receipt)

    assert told.status_code == 200, told.content
    assert told.json()["latest"] is True
    assert told.json()["service"] == {"slug": "uji", "title": "Layanan uji"}
    assert "Siti" not in told.text


def test_what_was_changed_forged_or_never_kept_is_not_genuine(
    app: Client, client: Client, settings: LazySettings
) -> None:
    receipt = submit(app, ready(app)).json()["receipt"]
    header, payload, signature = receipt.split(".")
    other = receipt_by_another_key(app, settings)
    claims = json.loads(JWS.from_jose_token(receipt).objects["payload"])
    changed = urlsafe_b64encode(json.dumps(claims | {"number": "BPN-0000-0000-0"}).encode()).decode().rstrip("=")
    none = urlsafe_b64encode(b'{"alg":"none","typ":"receipt+jws","kid":"x"}').decode().rstrip("=")

    for each in (
        f"{header}.{changed}.{signature}", f"{none}.{payload}.", other, "a.b.c", "x", f"{header}.{payload}.é",
        f"{receipt}=",
    ):  # fmt: skip
        assert problem(verify(client, each)) == (422, "receipt_not_genuine"), each
    assert fields(verify(client, "x" * 9000)) == {"/receipt": "max_length"}
    with pytest.raises(InvalidJWSSignature):
        offline(f"{header}.{changed}.{signature}", client.get("/api/v1/receipts/keys/").json())


def receipt_by_another_key(app: Client, settings: LazySettings) -> str:
    own, settings.RECEIPT_SIGNING_KEY = settings.RECEIPT_SIGNING_KEY, ed25519_key()
    receipt = str(submit(app, ready(app)).json()["receipt"])
    settings.RECEIPT_SIGNING_KEY = own
    return receipt


def test_a_key_that_was_replaced_still_checks_what_it_signed(
    app: Client, client: Client, settings: LazySettings
) -> None:
    receipt = submit(app, ready(app)).json()["receipt"]
    (former,) = client.get("/api/v1/receipts/keys/").json()["keys"]
    settings.RECEIPT_SIGNING_KEY, settings.RECEIPT_FORMER_KEYS = ed25519_key(), former["x"]

    keys = client.get("/api/v1/receipts/keys/").json()

    assert [each["kid"] == former["kid"] for each in keys["keys"]] == [False, True]
    assert verify(client, receipt).status_code == 200
    assert offline(receipt, keys)["submission"] == 1


def test_for_another_it_says_by_which_mandate(client: Client) -> None:
    publish_service(access=FAMILY)
    mandate = child_of(resident())
    acting = acting_by(mandate)
    id = ready(acting)
    receipt = submit(acting, id).json()["receipt"]

    assert verify(client, receipt).json()["on_behalf_of"] == "child"
    assert acting.get(f"{URL}{id}/receipt/").json()["receipt"] == receipt
    type(mandate).objects.update(services=["another"])
    assert problem(acting.get(f"{URL}{id}/receipt/")) == (404, "not_found")


def test_a_correction_that_was_sent_has_its_own_and_takes_the_first_ones_place(app: Client, client: Client) -> None:
    id = ready(app)
    first = submit(app, id).json()["receipt"]
    rina = officer()
    take(rina, id, "start_review")
    ask(rina, id, NIK)
    save(app, id, {"data": {"nik": RIGHT}})

    second = send(app, id).json()["receipt"]

    assert app.get(f"{URL}{id}/receipt/").json()["receipt"] == second
    assert app.get(f"{URL}{id}/receipt/?submission=1").json()["receipt"] == first
    was, now = verify(client, first).json(), verify(client, second).json()
    assert [(each["submission"], each["latest"]) for each in (was, now)] == [(1, False), (2, True)]
    assert was["content_sha256"] != now["content_sha256"] == Submission.objects.get(number=2).sha256
