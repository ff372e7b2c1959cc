"""`/peristiwa/`: what each life event opens; `/permohonan/peristiwa/`: a person's own, each with one timeline."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from services.applications.models import Application, LifeBundle
from services.events.operations import drain
from tests.services.applications.api.test_bundles import fill_in, ids, opened, submit
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.factory import member, resident
from tests.services.portal.pages import browser_of, heading_of, links_of, text_of
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
EVENTS = ["kelahiran", "kematian", "pindah", "usaha"]


@pytest.fixture
def ani(city: None) -> User:
    return resident("ani@example.org")


@pytest.fixture
def app(ani: User) -> Client:
    """Ani's mobile app."""
    return signed_in(ani, "applications")


@pytest.fixture
def birth(app: Client) -> Any:
    """Handed in as far as it can be."""
    bundle = opened(app)
    fill_in(app, bundle)
    submit(app, bundle["id"])
    return bundle


def test_every_event_stands_there_and_leads_to_its_steps(client: Client, city: None) -> None:
    page = client.get("/peristiwa/")

    assert heading_of(page) == "Pilih peristiwa"
    assert {f"/peristiwa/{each}/" for each in EVENTS} <= links_of(page)
    assert "/peristiwa/" in links_of(client.get("/"))
    assert "/peristiwa/kematian/" in links_of(client.get("/layanan/?life_event=kematian"))
    assert "/peristiwa/dewasa/" not in links_of(client.get("/layanan/?life_event=dewasa"))


def test_the_steps_say_why_by_which_law_how_long_and_what_waits(client: Client, city: None) -> None:
    words = text_of(client.get("/peristiwa/kematian/"))
    english = text_of(client.get("/peristiwa/kematian/", headers={"Accept-Language": "en"}))

    assert "Setiap kematian dilaporkan paling lambat 30 hari. UU 24/2013 Pasal 44 ayat (1) 1 hari kerja Gratis" in words
    assert "Setelah Kutipan Akta Kematian Kartu Keluarga diubah atas dasar nomor akta kematian." in words
    assert "Nama yang meninggal untuk 3 layanan" in words
    assert "ajukan di aplikasi; di situs ini belum bisa" in words
    assert "After Death certificate The family card is changed" in english


def test_what_there_is_not_is_not_found(client: Client, city: None) -> None:
    assert client.get("/peristiwa/lain/").status_code == 404


def test_a_stranger_is_asked_to_sign_in_before_anything_begins(client: Client, city: None) -> None:
    assert "Buat drafnya" not in text_of(client.get("/peristiwa/kematian/"))

    answer = client.post("/peristiwa/kematian/", {"id": str(uuid4())})

    assert answer["Location"] == "/accounts/login/?next=/peristiwa/kematian/"
    assert LifeBundle.objects.count() == 0
    assert client.get("/permohonan/peristiwa/")["Location"] == "/accounts/login/?next=/permohonan/peristiwa/"


def test_a_button_pressed_twice_begins_one(ani: User) -> None:
    browser = browser_of(ani)
    (id,) = re.findall(r'name="id" value="([^"]+)"', browser.get("/peristiwa/kematian/").content.decode())

    first, second = (browser.post("/peristiwa/kematian/", {"id": id}) for _ in range(2))

    assert first["Location"] == second["Location"] == f"/permohonan/peristiwa/{id}/"
    assert (LifeBundle.objects.count(), Application.objects.count()) == (1, 3)
    words = text_of(browser.get(first["Location"]))
    assert "2 draf belum diajukan. Isi dan ajukan di aplikasi" in words
    assert "Menunggu: Kutipan Akta Kematian" in words


def test_anothers_id_is_refused_and_no_id_makes_one(ani: User, birth: Any) -> None:
    budi = browser_of(resident("budi@example.org"))

    taken = budi.post("/peristiwa/kelahiran/", {"id": birth["id"]}, follow=True)
    made = budi.post("/peristiwa/kelahiran/", {"id": "x"})

    assert "Id sudah dipakai." in text_of(taken)
    assert made["Location"].startswith("/permohonan/peristiwa/")
    assert LifeBundle.objects.filter(applicant__email="budi@example.org").count() == 1


def test_a_service_that_asks_for_more_proof_is_told_and_the_others_begin(city: None) -> None:
    browser = browser_of(resident("budi@example.org", assurance="basic"))

    begun = browser.post("/peristiwa/pindah/", {"id": str(uuid4())})

    assert len(list(get_messages(begun.wsgi_request))) == 1
    assert set(Application.objects.values_list("service__slug", flat=True)) == {
        "perubahan-kartu-keluarga",
        "pemutakhiran-dtsen",
    }


def test_one_page_says_where_each_is_by_when_an_answer_is_owed_and_what_waits(ani: User, birth: Any) -> None:
    browser = browser_of(ani)

    page = browser.get(f"/permohonan/peristiwa/{birth['id']}/")

    words = text_of(page)
    assert heading_of(page) == "Anak lahir"
    assert {f"/permohonan/{id}/" for id in ids(birth).values()} <= links_of(page)
    assert words.count("Jawaban paling lambat") == 3
    assert "Menunggu: Kutipan Akta Kelahiran Kartu identitas anak memerlukan nomor akta kelahiran." in words
    assert "draf belum diajukan" not in words  # what waits follows by itself
    rina = officer()
    take(rina, ids(birth)["akta-kelahiran"], "start_review")
    take(rina, ids(birth)["akta-kelahiran"], "grant")
    while drain(now=timezone.now()):
        pass
    told = text_of(browser.get(f"/permohonan/peristiwa/{birth['id']}/")).split("Riwayat")[1]
    assert told.index("Dokumen diterbitkan Kutipan Akta Kelahiran") < told.rindex("Kartu Identitas Anak")


def test_what_waits_in_vain_is_said(ani: User, app: Client, birth: Any) -> None:
    app.post(f"/api/v1/applications/{ids(birth)['akta-kelahiran']}/withdraw/", {}, content_type="application/json")

    words = text_of(browser_of(ani).get(f"/permohonan/peristiwa/{birth['id']}/"))

    assert "Tidak dapat dilanjutkan: Kutipan Akta Kelahiran tidak dikabulkan" in words


def test_mine_are_listed_and_nobody_elses(ani: User, birth: Any) -> None:
    mine, budi = browser_of(ani), browser_of(resident("budi@example.org"))

    assert f"/permohonan/peristiwa/{birth['id']}/" in links_of(mine.get("/permohonan/peristiwa/"))
    assert "Anak lahir Diajukan" in text_of(mine.get("/permohonan/peristiwa/"))
    assert "/permohonan/peristiwa/" in links_of(mine.get("/permohonan/"))
    assert "Anda belum memulai" in text_of(budi.get("/permohonan/peristiwa/"))
    assert budi.get(f"/permohonan/peristiwa/{birth['id']}/").status_code == 404
    assert mine.get(f"/permohonan/peristiwa/{UUID(int=0)}/").status_code == 404
    assert mine.get("/permohonan/peristiwa/?cursor=nonsense").status_code == 400
    assert "no-store" in mine.get("/permohonan/peristiwa/")["Cache-Control"]


def test_pages_cost_the_same_however_much_there_is(
    ani: User, app: Client, birth: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(ani)
    browser.get("/permohonan/peristiwa/")
    opened(app)

    with django_assert_num_queries(7):  # session, person, sign-in, posts; bundles, which applications, how these stand
        browser.get("/permohonan/peristiwa/")
    with django_assert_num_queries(8):  # the same, and all that happened
        browser.get(f"/permohonan/peristiwa/{birth['id']}/")


def test_an_event_costs_two_queries(
    client: Client, city: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/peristiwa/kelahiran/")

    with django_assert_num_queries(2):  # which services it opens, the catalogue's revision
        client.get("/peristiwa/kelahiran/")


def test_an_application_leads_to_its_life_event_and_back(
    ani: User, app: Client, birth: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser, id = browser_of(ani), ids(birth)["akta-kelahiran"]
    alone = app.post("/api/v1/applications/", {"service": "ktp-el"}, content_type="application/json").json()
    of_it = {"id": birth["id"], "life_event": "kelahiran", "title": "A child is born"}

    page = browser.get(f"/permohonan/{id}/", headers={"Accept-Language": "en"})

    assert f"/permohonan/peristiwa/{birth['id']}/" in links_of(page)
    assert "Part of A child is born" in text_of(page)
    assert f"/permohonan/{id}/" in links_of(browser.get(f"/permohonan/peristiwa/{birth['id']}/"))
    assert "Bagian dari" not in text_of(browser.get(f"/permohonan/{alone['id']}/"))
    read = {}
    for each in (id, alone["id"]):
        with django_assert_num_queries(2):  # the token, the application
            read[each] = app.get(f"/api/v1/applications/{each}/", headers={"Accept-Language": "en"}).json()
    assert (read[id]["bundle"], read[alone["id"]]["bundle"]) == (of_it, None)
    changed = app.get("/api/v1/applications/?updated_since=", headers={"Accept-Language": "en"}).json()["results"]
    assert [each["bundle"] for each in changed if each["id"] == id] == [of_it]
    rina = signed_in(member("rina@example.org", "officer", code="DISDUKCAPIL"), "office")
    assert "bundle" not in rina.get(f"/api/v1/office/applications/{id}/").json()  # the rest is not this agency's
