"""A service asks for more than the city knows of somebody: they prove it, and are back where they were."""

from uuid import uuid4

import pytest

from tests.journeys.people import csrf_of
from tests.journeys.stack import Stack
from tests.journeys.test_spine import resident

pytestmark = pytest.mark.xdist_group("stack")

BUDI = {
    "action": "prove",
    "nik": "6471021704880001",
    "kk": "6471021203180002",
    "full_name": "Budi Santoso",
    "birth_date": "1988-04-17",
}


def test_a_basic_resident_is_led_to_prove_who_they_are_and_then_applies(stack: Stack) -> None:
    budi = resident(stack, "warga2@demo.balikpapan.example")
    wanted = {"id": str(uuid4()), "service": "ktp-el"}
    refused = budi.post("applications/", json=wanted)
    assert refused.status_code == 403
    problem = refused.json()
    assert (problem["code"], problem["required_assurance"]) == ("assurance_too_low", "verified")
    assert problem["acr_values"] == "verified"
    assert 'acr_values="verified"' in refused.headers["WWW-Authenticate"]
    assert problem["step_up"] == f"{stack.base_url}/akun/identitas/?need=verified"
    service = budi.browser.get("/layanan/ktp-el/")
    assert "/akun/identitas/?need=verified&amp;next=/layanan/ktp-el/" in service.text

    address = f"{problem['step_up']}&next=/layanan/ktp-el/"
    page = budi.browser.get(address)
    proved = budi.browser.post(
        address, data=BUDI | {"csrfmiddlewaretoken": csrf_of(page.text)}, headers={"Referer": address}
    )

    assert (proved.status_code, proved.headers["location"]) == (302, "/layanan/ktp-el/")
    assert budi.get("me/").json()["assurance"] == "verified"  # the same token
    assert budi.post("applications/", json=wanted).status_code == 201
    log = "".join(path.read_text() for path in (stack.var / "log").glob("*.log"))
    assert not any(BUDI[name] in log for name in ("nik", "kk"))
