"""A resident takes over what the registry knows, as the app does, and finds the receipt."""

from uuid import uuid4

import pytest

from tests.journeys.stack import Stack
from tests.journeys.test_spine import resident, staff, submit

pytestmark = pytest.mark.xdist_group("stack")


def test_an_identity_card_is_applied_for_without_typing_what_is_known(stack: Stack) -> None:
    siti = resident(stack)
    id = str(uuid4())
    made = siti.post("applications/", json={"id": id, "service": "ktp-el"})

    found = siti.get(f"applications/{id}/prefill/").json()

    offered = {each["pointer"]: each for each in found["offers"]}
    assert set(offered) == {"/answers/pemohon/nik", "/answers/pemohon/nama", "/answers/pemohon/tanggal_lahir"}
    assert offered["/answers/pemohon/nama"]["value"] == siti.get("me/").json()["full_name"]
    assert all(each["source"] and each["asserted_at"] and each["age_days"] >= 0 for each in offered.values())
    chosen = [{"pointer": pointer, "value": each["value"]} for pointer, each in offered.items()]
    taken = siti.post(f"applications/{id}/prefill/", json={"take": chosen}, headers={"If-Match": made.headers["ETag"]})
    assert taken.status_code == 200, taken.text
    rest = {"permohonan": {"alasan": "baru"}, "pemohon": {"kelurahan": "64.71.03.1001"}}
    saved = siti.call(
        "PATCH", f"applications/{id}/", json={"answers": rest}, headers={"If-Match": taken.headers["ETag"]}
    )
    assert saved.json()["problems"] == []
    receipt = siti.get("me/access-log/").json()["results"][0]
    assert (receipt["what"], receipt["application"]) == ("facts", id)
    missing = submit(siti, id).json()
    assert {each["pointer"].split("/")[1] for each in missing["errors"]} == {"files"}
    assert staff(stack, "petugas.dukcapil").get(f"office/applications/{id}/").status_code == 404
