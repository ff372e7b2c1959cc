"""`/kantor/layanan/`: a version's life on pages: planned, approved by another, rolled back, retired, drifted."""

import base64
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from services.catalogue.models import (
    GoldenCase,
    ModuleOffer,
    Publication,
    Service,
    ServiceDraft,
    ServiceVersion,
    VersionLife,
)
from services.catalogue.operations.waiting import publish_due
from services.definitions import content_hash
from services.events.operations import drain
from tests.services.applications.factory import resident
from tests.services.office.desk import HOME, Desk, errors_in, forms_in
from tests.services.office.test_services_pages import stall
from tests.services.portal.pages import text_of
from tests.services.signed_in import signed_in

__all__ = ["stall"]

pytestmark = pytest.mark.django_db
NOW = {"when": "now"}


@pytest.fixture
def open_stall(stall: Desk) -> Desk:
    """A service that was published."""
    stall.done("terbit/", NOW, button="action=publish")
    return stall


def tried(desk: Desk, page: str) -> None:
    """Have it tried on applications, and let a worker do it."""
    desk.done(page, {}, button="action=replay")
    while drain(now=timezone.now()):
        pass


def local(at: object) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")  # type: ignore[arg-type]


def test_a_change_is_told_in_words_with_its_class(open_stall: Desk) -> None:
    open_stall.done("", {}, button="action=begin")
    open_stall.done("isian/ubah/", {"label_en": "Mobile phone"}, isian="/telepon")
    assert "Wording only" in text_of(open_stall.see("terbit/"))
    open_stall.done("isian/", {"isian": "/keperluan"}, button="action=field-remove")
    open_stall.done("isian/", {"bagian": "/form/ui/elements/1"}, button="action=section-remove")
    open_stall.done("proses/", {"shows": ["/nama_lengkap"]})

    told = text_of(open_stall.see("terbit/"))
    assert "What was answered may not do any more Untuk keperluan apa" not in told
    assert "Altogether: What was answered may not do any more" in told
    unsaid = open_stall.fill("terbit/", NOW, button="action=publish")
    assert errors_in(unsaid) == ["This field is required."]
    assert ServiceVersion.objects.count() == 1

    untried = open_stall.fill("terbit/", NOW | {"drafts_policy": "re_ask"}, button="action=publish")
    assert "This change has to be tried on applications" in text_of(untried)
    tried(open_stall, "terbit/")
    assert "Tried on 0 applications and 0 that are begun" in text_of(open_stall.see("terbit/"))

    open_stall.done("terbit/", NOW | {"drafts_policy": "re_ask"}, button="action=publish")

    version = ServiceVersion.objects.get(number=2)
    assert (version.change_class, version.drafts_policy) == ("breaking", "re_ask")
    assert "Altogether" in text_of(open_stall.see("versi/2/"))


def test_a_class_is_only_made_stricter(open_stall: Desk) -> None:
    open_stall.done("", {}, button="action=begin")
    open_stall.done("isian/ubah/", {"label_en": "Mobile phone"}, isian="/telepon")
    draft = open_stall.draft
    sent = NOW | {"drafts_policy": "carry_on", "action": "publish", "revision": draft.revision, "reason": ""}

    tried(open_stall, "terbit/")
    open_stall.browser.post(open_stall.address("terbit/"), sent | {"change_class": "legal"})

    assert ServiceVersion.objects.get(number=2).chosen_class == "legal"
    open_stall.done("", {}, button="action=begin")
    open_stall.done("isian/", {"isian": "/keperluan"}, button="action=field-remove")
    open_stall.done("isian/", {"bagian": "/form/ui/elements/1"}, button="action=section-remove")
    open_stall.done("proses/", {"shows": ["/nama_lengkap"]})
    milder = sent | {"revision": open_stall.draft.revision, "change_class": "cosmetic"}
    refused = open_stall.browser.post(open_stall.address("terbit/"), milder)
    assert refused.status_code == 200
    assert ServiceVersion.objects.count() == 2


def test_on_a_date_it_waits_and_can_be_taken_back(stall: Desk) -> None:
    at = timezone.now() + timedelta(days=3)
    stall.done("terbit/", {"when": "later", "effective_from": local(at)}, button="action=publish")
    assert "Planned for" in text_of(stall.see())
    assert "Planned for" in text_of(stall.browser.get(HOME))

    stall.done("", {}, button="action=take_back")
    assert Publication.objects.get().state == "cancelled"
    stall.done("terbit/", {"when": "later", "effective_from": local(at)}, button="action=publish")
    with time_machine.travel(at + timedelta(minutes=1)):
        assert publish_due(now=timezone.now()) == 1

    assert ServiceVersion.objects.get().effective_from == at.replace(second=0, microsecond=0)


def test_a_date_that_has_passed_is_said_beside_it(stall: Desk) -> None:
    past = {"when": "later", "effective_from": local(timezone.now() - timedelta(days=1))}

    answer = stall.fill("terbit/", past, button="action=publish")

    assert errors_in(answer) == ["This moment has passed."]
    assert errors_in(stall.fill("terbit/", {"when": "later"}, button="action=publish")) == ["Say when."]
    assert not Publication.objects.exists()


def test_with_two_admins_who_wrote_it_does_not_approve_it(stall: Desk, colleague: Desk) -> None:
    assert "One admin publishes" in text_of(stall.browser.get("/kantor/aturan/"))
    stall.browser.post("/kantor/aturan/", {"agency": "DISDUKCAPIL", "four_eyes": "on"})
    stall.done("terbit/", NOW | {"reason": "Lapak baru"}, button="action=publish")
    assert "another admin approves" in text_of(stall.see())
    assert "Lapak baru" in text_of(colleague.see())
    forged = stall.browser.post(stall.address(), {"action": "approve"})
    assert "Who wrote it or asked for it cannot approve it." in forged.content.decode()
    assert not ServiceVersion.objects.exists()

    unsaid = colleague.fill("", {"reason": ""}, button="action=refuse")
    assert errors_in(unsaid) == ["This field is required."]
    colleague.done("", {"reason": "Tarifnya salah"}, button="action=refuse")
    assert stall.draft.content["service"] == "izin-lapak"
    stall.done("terbit/", NOW, button="action=publish")
    colleague.done("", {}, button="action=approve")

    version = ServiceVersion.objects.get()
    assert (version.published_by, version.approved_by) == (stall.user.pk, colleague.user.pk)


def test_switching_to_one_admin_takes_two(stall: Desk, colleague: Desk) -> None:
    ask = {"agency": "DISDUKCAPIL", "four_eyes": "off"}
    stall.browser.post("/kantor/aturan/", ask | {"four_eyes": "on"})
    stall.browser.post("/kantor/aturan/", ask)
    assert "asks that one admin publishes alone" in text_of(colleague.browser.get("/kantor/aturan/"))
    assert "Two admins publish" in text_of(stall.browser.get("/kantor/aturan/"))

    colleague.browser.post("/kantor/aturan/", ask)

    assert "One admin publishes" in text_of(stall.browser.get("/kantor/aturan/"))
    assert stall.browser.post("/kantor/aturan/", ask | {"agency": "DLH"}).status_code == 404


def test_an_earlier_version_is_published_again(open_stall: Desk) -> None:
    open_stall.done("", {}, button="action=begin")
    open_stall.done("biaya/", {"how": "fixed", "amount": "7000"})
    tried(open_stall, "terbit/")
    open_stall.done("terbit/", NOW | {"drafts_policy": "carry_on"}, button="action=publish")

    open_stall.done("versi/1/kembali/", NOW | {"drafts_policy": "upgrade"})

    found = ServiceVersion.objects.order_by("number")
    assert [each.content["fee"]["amount"] for each in found] == [0, 7000, 0]
    assert open_stall.browser.get(open_stall.address("versi/9/")).status_code == 404
    assert open_stall.browser.get(open_stall.address("versi/3/kembali/")).status_code == 404


def test_it_is_retired_with_an_end_for_drafts_and_opened_again(open_stall: Desk) -> None:
    begun = signed_in(resident(), "applications").post(
        "/api/v1/applications/", {"service": "izin-lapak"}, content_type="application/json"
    )
    assert begun.status_code == 201
    assert "1 application begun and not handed in" in text_of(open_stall.see())
    at = timezone.now() + timedelta(days=30)

    open_stall.done("", {"reason": "Diganti", "cut_off_at": local(at)}, button="action=retire")

    assert Service.objects.get().retired_at is not None
    assert VersionLife.objects.get().cut_off_at == at.replace(second=0, microsecond=0)
    assert "Retired" in text_of(open_stall.browser.get(HOME))
    open_stall.done("", {"reason": "Ternyata perlu"}, button="action=reopen")
    assert Service.objects.get().retired_at is None


def test_a_draft_that_another_version_overtook_is_compared_first(open_stall: Desk) -> None:
    open_stall.done("", {}, button="action=begin")
    open_stall.done("isian/ubah/", {"label_en": "Mobile phone"}, isian="/telepon")
    open_stall.done("terbit/", NOW | {"drafts_policy": "carry_on"}, button="action=publish")
    open_stall.done("", {}, button="action=begin")
    open_stall.done("biaya/", {"how": "fixed", "amount": "7000"})
    open_stall.done("versi/1/kembali/", NOW | {"drafts_policy": "carry_on"})

    assert "Version 3 was published after this draft was begun" in text_of(open_stall.see("terbit/"))
    open_stall.done("terbit/", {}, button="action=seen")
    tried(open_stall, "terbit/")
    open_stall.done("terbit/", NOW | {"drafts_policy": "carry_on"}, button="action=publish")

    assert ServiceVersion.objects.count() == 4


def test_what_a_module_brings_is_decided_by_a_person(open_stall: Desk) -> None:
    service = Service.objects.get()
    assert service.current is not None
    brought = service.current.content | {"keywords": ["modul"]}
    ModuleOffer.objects.create(
        service=service, module="disdukcapil", content=brought, sha256=content_hash(brought), offered_at=timezone.now()
    )
    assert "The module brings something else" in text_of(open_stall.browser.get(HOME))
    assert open_stall.see("modul/").status_code == 200

    open_stall.done("modul/", {}, button="decision=keep")
    assert "The module brings something else" not in text_of(open_stall.browser.get(HOME))
    open_stall.done("modul/", NOW | {"drafts_policy": "carry_on"}, button="decision=take")

    assert ServiceVersion.objects.get(number=2).content["keywords"] == ["modul"]


def test_published_twice_it_is_published_once(stall: Desk) -> None:
    seen = stall.see("terbit/")

    for _again in range(2):
        assert stall.send("terbit/", seen, NOW, button="action=publish")["Location"] == stall.address()

    assert ServiceVersion.objects.count() == 1


def test_a_draft_is_thrown_away(stall: Desk) -> None:
    stall.done("", {}, button="action=discard")

    assert "No service yet." in text_of(stall.browser.get(HOME))


def test_trying_it_out_shows_what_a_resident_meets(stall: Desk) -> None:
    stall.add_field("yes-no", "Berjualan makanan", "Sells food")
    shown = {"condition": '["/berjualan_makanan", "is", true]'}
    stall.add_field("text", "Jenis makanan", "Kind of food", **shown)
    first = text_of(stall.see("coba/"))
    assert "Kind of food" not in first.partition("What comes of it")[0]
    assert "Hidden Kind of food" in first

    answer = stall.fill("coba/", {"/berjualan_makanan": "true", "/telepon": "12"})

    told = text_of(answer)
    assert "Kind of food is required." in told
    assert "Phone number must be a phone number" in told
    assert "Identity card" in told
    assert "Cannot be handed in yet" in told


def test_a_service_goes_out_and_comes_in_as_a_draft(open_stall: Desk) -> None:
    file = open_stall.browser.get(open_stall.address("ekspor/")).content
    open_stall.done("", {}, button="action=begin")
    open_stall.done("biaya/", {"how": "fixed", "amount": "7000"})
    tried(open_stall, "terbit/")
    open_stall.done("terbit/", NOW | {"drafts_policy": "carry_on"}, button="action=publish")
    page = f"{HOME}impor/"

    seen = open_stall.browser.post(page, {"file": SimpleUploadedFile("layanan.json", file)})
    assert "A draft begins" in text_of(seen)
    (form,) = [each for each in forms_in(seen.content.decode()) if "body" in each.values]
    assert not ServiceDraft.objects.exists()
    taken = open_stall.browser.post(page, form.values | {"seen": "yes"})

    assert taken["Location"] == HOME
    assert open_stall.draft.content["fee"]["amount"] == 0


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"nonsense", b"\xff"])
def test_what_is_no_such_file_is_refused(body: bytes, open_stall: Desk) -> None:
    page = f"{HOME}impor/"

    answer = open_stall.browser.post(page, {"file": SimpleUploadedFile("layanan.json", body)})
    forged = open_stall.browser.post(page, {"body": base64.b64encode(body).decode(), "seen": "yes"})

    for each in (answer, forged):
        assert each.status_code == 200
        assert 'role="alert"' in each.content.decode() or errors_in(each)
    assert not ServiceDraft.objects.exists()


def test_another_agencys_service_is_not_taken_in(open_stall: Desk, stranger: Client) -> None:
    file = open_stall.browser.get(open_stall.address("ekspor/")).content

    answer = stranger.post(f"{HOME}impor/", {"body": base64.b64encode(file).decode(), "seen": "yes"})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not ServiceDraft.objects.exists()


def test_what_was_tried_is_kept_as_a_golden_case(stall: Desk) -> None:
    stall.done("biaya/", {"how": "fixed", "amount": "5000"})
    answered = stall.fill("coba/", {"/telepon": "081234567890"})
    kept = stall.send("coba/", answered, {"case_id": "Belum lengkap", "case_en": "Not complete"}, button="keep=yes")
    assert kept["Location"] == stall.address("uji/")
    assert "Not complete As expected" in text_of(stall.see("uji/"))

    stall.done("biaya/", {"how": "fixed", "amount": "7000"})

    assert "Not complete Otherwise" in text_of(stall.see("uji/"))
    refused = stall.fill("terbit/", NOW, button="action=publish")
    assert errors_in(refused)
    assert not ServiceVersion.objects.exists()
    stall.done("uji/", {"case": "belum-lengkap"}, button="action=remove")
    stall.done("terbit/", NOW, button="action=publish")


def test_a_persons_number_is_no_golden_case(stall: Desk) -> None:
    stall.add_field("nik", "NIK", "NIK")
    answered = stall.fill("coba/", {"/nik": "6471014101900001"})

    answer = stall.send("coba/", answered, {"case_id": "Asli", "case_en": "Real"}, button="keep=yes")

    assert answer.status_code == 200
    assert not GoldenCase.objects.exists()
    assert errors_in(answer)
