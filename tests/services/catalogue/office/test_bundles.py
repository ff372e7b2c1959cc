"""A service goes from one environment to another as a signed file: the same hash, no second time, nothing lost."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from services.agencies.models import Agency
from services.catalogue.bundles import Packed, opened, pack
from services.catalogue.models import Change, Service, ServiceDraft, ServiceVersion
from services.definitions import canonical_json, content_hash
from services.definitions.ordering import with_order
from superapp.http.problems import Problem
from superapp.secrets import ed25519_key
from tests.services.applications.factory import CONTENT
from tests.services.catalogue.admins import Admin

pytestmark = pytest.mark.django_db


def exported(admin: Admin, slug: str = "surat-uji", query: str = "") -> bytes:
    answer = admin.get(f"office/services/{slug}/export/{query}")
    assert answer.status_code == 200, answer.content
    return bytes(answer.content)


def taken(admin: Admin, body: bytes, query: str = "", key: str = "") -> Any:
    """Send a file as it is."""
    admin.get("me/")  # signs the client in
    return admin.api.post(
        f"/api/v1/office/services/import/{query}",
        data=body,
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4()), "Accept-Language": "en"},
    )


def packed(slug: str = "surat-uji", *, agency: str = "DISDUKCAPIL", module: str = "", **changes: Any) -> Packed:
    content = with_order(CONTENT | {"service": slug} | changes)  # as whoever exports it holds it
    return Packed(slug, agency, module, content, 3, "2026-11-24T02:15:00+00:00")


def counts() -> tuple[int, ...]:
    return tuple(each.objects.count() for each in (Service, ServiceDraft, ServiceVersion, Change))


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_what_is_exported_twice_is_the_same_to_the_byte_and_named_by_its_content(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()

    answer = dewi.get("office/services/surat-uji/export/")

    body = answer.json()
    line = body["manifest"]["services"][0]
    assert answer.content == exported(dewi) == exported(dewi, query="?version=1") == canonical_json(body)
    assert line["sha256"] == content_hash(body["definitions"]["surat-uji"]) == ServiceVersion.objects.get().sha256
    assert (line["agency"], line["module"], line["version"]["number"]) == ("DISDUKCAPIL", "", 1)
    assert f'filename="surat-uji-{body["id"][:12]}.bundle.json"' in answer["Content-Disposition"]


def test_the_draft_and_an_earlier_version_are_exported_too_and_an_unsound_draft_is_not(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    dewi.change(category="baru")

    draft = orjson.loads(exported(dewi, query="?version=draft"))

    assert draft["definitions"]["surat-uji"]["category"] == "baru"
    assert draft["manifest"]["services"][0]["version"] is None
    assert orjson.loads(exported(dewi))["definitions"]["surat-uji"]["category"] == "uji"
    dewi.send("patch", "office/services/surat-uji/draft/", {"content": {"fee": None}})
    assert dewi.get("office/services/surat-uji/export/?version=draft").status_code == 422
    assert dewi.get("office/services/surat-uji/export/?version=9").status_code == 404
    assert codes(dewi.get("office/services/surat-uji/export/?version=dua")) == [("/version", "invalid")]


def test_nobody_exports_another_agencys_service(dewi: Admin, stranger: Admin) -> None:
    dewi.make()
    dewi.publish()

    assert stranger.get("office/services/surat-uji/export/").status_code == 404


def test_a_dry_run_tells_in_words_what_would_change_and_makes_nothing(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    body, before = pack([packed(category="baru"), packed("surat-lain")]), counts()

    told = taken(dewi, body, "?dry_run=true")

    assert told.status_code == 200, told.content
    answer = told.json()
    changed, new = answer["services"][1], answer["services"][0]
    assert (answer["importable"], answer["dry_run"], answer["errors"]) == (True, True, [])
    assert (new["service"], new["action"], new["current"], new["changes"]) == ("surat-lain", "create", None, [])
    assert (changed["action"], changed["current"], changed["number_there"]) == ("draft", 1, 3)
    assert (changed["change_class"], changed["changes"][0]["pointer"]) == ("cosmetic", "/category")
    assert changed["changes"][0]["text"]
    assert counts() == before


def test_importing_makes_drafts_and_a_second_time_changes_nothing(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    body = pack([packed(category="baru"), packed("surat-lain")])

    first = taken(dewi, body)

    assert first.status_code == 201, first.content
    assert [each["action"] for each in first.json()["services"]] == ["create", "draft"]
    drafts = {each.service.slug: each for each in ServiceDraft.objects.select_related("service", "base")}
    assert {slug: each.sha256 for slug, each in drafts.items()} == {
        "surat-uji": packed(category="baru").sha256,
        "surat-lain": packed("surat-lain").sha256,
    }
    assert drafts["surat-uji"].base
    assert drafts["surat-uji"].base.number == 1
    history = dewi.get("office/services/surat-lain/history/").json()["results"][0]
    assert (history["what"], history["values"]["version"]) == ("imported", 3)
    assert history["by"] == dewi.user.full_name
    before = counts()
    again = taken(dewi, body)
    assert (again.status_code, [each["action"] for each in again.json()["services"]]) == (200, ["unchanged"] * 2)
    assert counts() == before
    dewi.publish("surat-lain")
    before = counts()
    assert taken(dewi, body).status_code == 200
    assert counts() == before


def test_a_draft_that_an_admin_has_begun_here_stays(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    dewi.change(category="punya-kami")
    body, before = pack([packed(category="baru"), packed("surat-lain")]), counts()

    refused = taken(dewi, body)

    assert (refused.status_code, refused.json()["code"]) == (409, "import_conflict")
    assert codes(refused) == [("/manifest/services/1/service", "draft_exists")]
    assert codes(taken(dewi, body, "?dry_run=true")) == [("/manifest/services/1/service", "draft_exists")]
    assert (counts(), ServiceDraft.objects.get().content["category"]) == (before, "punya-kami")


def test_what_waits_to_be_published_is_not_passed_by(dewi: Admin) -> None:
    dewi.make()
    dewi.publish(effective_from="2099-01-01T00:00:00Z")

    refused = taken(dewi, pack([packed(category="baru")]))

    assert codes(refused) == [("/manifest/services/0/service", "publication_open")]
    assert taken(dewi, pack([packed()])).json()["services"][0]["action"] == "unchanged"


def test_an_older_version_says_which_it_was(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    body = exported(dewi)
    dewi.change(category="baru")
    dewi.publish(drafts_policy="carry_on")

    line = taken(dewi, body, "?dry_run=true").json()["services"][0]

    assert (line["action"], line["known_as"], line["current"]) == ("draft", 1, 2)


def test_what_this_environment_does_not_have_is_named(dewi: Admin) -> None:
    region = {"type": "string", "format": "kelurahan", "enum": ["64.71.01.1001"], "x-label": {"id": "a", "en": "a"}}
    form: Any = {
        "schema": {"type": "object", "properties": {"desa": region}},
        "ui": {"type": "Group", "elements": [{"type": "Control", "scope": "#/properties/desa"}]},
    }
    changes: Any = {"form": form, "requirements": [], "outcome": {"document": "x", "title": {"id": "x", "en": "x"}}}
    body = pack([packed(**changes, module="module_lama"), packed("surat-x", agency="BAPENDA", workflow="besok")])

    refused = taken(dewi, body)

    assert (refused.status_code, refused.json()["code"]) == (422, "not_importable")
    assert codes(refused) == [
        ("/manifest/services/0/module", "unknown_module"),
        ("/definitions/surat-uji/form/schema/properties/desa/enum/0", "unknown_region"),
        ("/definitions/surat-x/workflow", "unsound"),
        ("/manifest/services/1/agency", "unknown_agency"),
    ]
    assert counts() == (0, 0, 0, 0)


def test_an_admin_takes_in_own_services_only(dewi: Admin, stranger: Admin) -> None:
    dewi.make()
    dewi.publish()
    Agency.objects.get(code="DINKES")
    before = counts()

    other_agencys = taken(stranger, exported(dewi))
    own_name_for_it = taken(stranger, pack([packed(agency="DINKES")]))

    assert codes(other_agencys) == [("/manifest/services/0/agency", "unknown_agency")]
    assert codes(own_name_for_it) == [("/manifest/services/0/service", "slug_taken")]
    line = other_agencys.json()
    assert "services" not in line
    shown = taken(stranger, exported(dewi), "?dry_run=true").json()["services"][0]
    assert (shown["current"], shown["known_as"], shown["changes"]) == (None, None, [])
    assert counts() == before


def test_any_byte_that_is_changed_is_found(dewi: Admin) -> None:
    body = pack([packed(), packed("surat-lain")])
    assert opened(body).services[0].service == "surat-lain"
    assert opened(body + b"\n").id == opened(body).id

    for place in range(0, len(body), 7):
        for byte in {body[place] ^ 1, 0x20, ord("0")} - {body[place]}:
            with pytest.raises(Problem) as refused:
                opened(body[:place] + bytes([byte]) + body[place + 1 :])
            assert refused.value.status == 400
            assert refused.value.errors


def tampered(body: bytes, change: Callable[[Any], Any]) -> bytes:
    content = orjson.loads(body)
    change(content)
    return canonical_json(content)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda it: it["definitions"]["surat-uji"].update(category="lain"), [("/definitions/surat-uji", "changed")]),
        (lambda it: it["definitions"].pop("surat-uji"), [("/definitions/surat-uji", "missing")]),
        (lambda it: it["definitions"].update(lain={}), [("/definitions/lain", "unknown")]),
        (
            lambda it: it["manifest"]["services"][0].update(agency="DINKES"),
            [("/id", "changed"), ("/signature", "bad_signature")],
        ),
        (lambda it: it["manifest"].update({"from": "palsu"}), [("/signature", "bad_signature")]),
        (lambda it: it.update(id="0" * 64), [("/id", "changed"), ("/signature", "bad_signature")]),
        (lambda it: it.update(signature="a.b.c"), [("/signature", "bad_signature")]),
        (lambda it: it.update(format="service-bundle/9"), [("/format", "unsupported_format")]),
        (lambda it: it.pop("signature"), [("", "not_a_bundle")]),
        (lambda it: it.update(lagi=1), [("", "not_a_bundle")]),
    ],
)
def test_the_part_that_was_changed_is_named(
    dewi: Admin, change: Callable[[Any], Any], expected: list[tuple[str, str]]
) -> None:
    refused = taken(dewi, tampered(pack([packed()]), change))

    assert (refused.status_code, codes(refused)) == (400, expected)
    assert counts() == (0, 0, 0, 0)


def test_a_signer_is_believed_only_where_an_operator_says_so(dewi: Admin, settings: LazySettings) -> None:
    own, other = settings.BUNDLE_SIGNING_KEY, ed25519_key()
    settings.BUNDLE_SIGNING_KEY = other
    body = pack([packed()])
    settings.BUNDLE_SIGNING_KEY = own

    refused = taken(dewi, body)

    assert (refused.status_code, codes(refused)) == (400, [("/signature", "unknown_signer")])
    key = serialization.load_pem_private_key(other.encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    public = urlsafe_b64encode(key.public_key().public_bytes_raw()).decode()
    settings.BUNDLE_TRUSTED_KEYS = f"lain:{public[:-2]}A=, uji:{public}"
    done = taken(dewi, body)
    assert (done.status_code, done.json()["signed_by"]["name"]) == (201, "uji")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"{",
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"[" * 200 + b"]" * 200,
        b'{"format":"service-bundle/1.0","id":1e400}',
        b'{"format":"\xff"}',
        b'{"format":"\\ud800"}',
        b"PK\x03\x04" + b"0" * 1000,
    ],
)
def test_rubbish_is_no_bundle(dewi: Admin, body: bytes) -> None:
    refused = taken(dewi, body)

    assert refused.status_code == 400, refused.content


def test_a_file_that_is_too_large_is_not_read(dewi: Admin) -> None:
    assert taken(dewi, b'"' + b"x" * (1 << 20) + b'"').status_code == 413


def test_a_dry_run_and_the_import_do_not_share_an_idempotency_key(dewi: Admin) -> None:
    body = pack([packed()])
    taken(dewi, body, "?dry_run=true", key="satu")

    mixed = taken(dewi, body, key="satu")

    assert (mixed.status_code, mixed.json()["code"]) == (422, "idempotency_key_reused")
    assert codes(taken(dewi, body, "?dry_run=ya")) == [("/dry_run", "invalid")]
    assert counts() == (0, 0, 0, 0)


def test_looking_at_many_services_costs_as_many_queries_as_at_one(
    dewi: Admin, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from services.catalogue.queries.packing import planned

    one, many = (opened(pack([packed(f"surat-{n}") for n in range(count)])) for count in (1, 20))
    for bundle in (one, many):
        with django_assert_num_queries(6):
            assert all(each.action == "create" for each in planned(bundle, agency_ids=None))
