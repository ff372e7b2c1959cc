"""An agency's admin registers a site and has it tried out: green for the sample site, red where it leaves a check out.

Only green opens it to residents.
"""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.agency_site.process import AgencySite
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import eventually, resident, staff

pytestmark = pytest.mark.xdist_group("stack")


@pytest.mark.parametrize(
    ("faults", "red"),
    [
        ("", set()),
        ("state nonce", {"wrong_state", "wrong_nonce"}),
        (
            "backchannel",
            {
                "logout",
                "forged_logout_unsigned",
                "forged_logout_other_key",
                "forged_logout_other_audience",
                "forged_logout_with_nonce",
            },
        ),
    ],
)
def test_a_site_is_opened_only_when_it_refuses_what_it_must(stack: Stack, faults: str, red: set[str]) -> None:
    dewi, siti = staff(stack, "admin.dukcapil"), resident(stack)

    with AgencySite(stack, "Disdukcapil", faults=faults, register=lambda site: registered(dewi, site)) as site:
        place = f"office/clients/{site.client['id']}/"
        assert door(siti, site) == 403
        report = tried(dewi, place)
        opened = dewi.post(f"{place}production/")

        assert {check["id"] for check in report["checks"] if not check["passed"]} == red, report
        assert len(report["checks"]) == report["expected"]
        assert (report["state"], opened.status_code) == (("failed", 409) if red else ("passed", 200))
        assert door(siti, site) == (403 if red else 200)
        other = dewi.call("PATCH", place, json={"backchannel_logout_uri": f"{site.url}/keluar/lain/"})
        assert (other.status_code, other.json()["state"], door(siti, site)) == (200, "sandbox", 403)


def registered(admin: Person, site: AgencySite) -> dict[str, str]:
    made = admin.post(
        "office/clients/",
        headers={"Idempotency-Key": str(uuid4())},
        json={
            "name": site.name,
            "contact_email": "ti@disdukcapil.balikpapan.example",
            "redirect_uris": [f"{site.url}/oidc/callback/"],
            "post_logout_redirect_uris": [f"{site.url}/keluar/selesai/"],
            "backchannel_logout_uri": f"{site.url}/keluar/kanal-belakang/",
            "login_uri": f"{site.url}/masuk/",
            "session_uri": f"{site.url}/sesi/",
            "purposes": [
                {
                    "scope": scope,
                    "purpose": {"id": "Mengenali Anda di loket", "en": "Know you at the counter"},
                    "basis": "UU 24/2013 pasal 8",
                }
                for scope in ("profile", "email")
            ],
        },
    )
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "sandbox"
    told = admin.post(f"office/clients/{made.json()['id']}/secret/", json={})
    assert told.status_code == 200, told.text
    return {**told.json(), "id": made.json()["id"]}


def tried(admin: Person, place: str) -> dict[str, Any]:
    """Have the site tried out by the worker; return the report when it is over."""
    assert admin.post(f"{place}self-test/").status_code == 202

    def over() -> Any:
        report = admin.get(f"{place}self-test/").json()
        return report if report["finished_at"] else None

    return eventually(over)  # type: ignore[no-any-return]


def door(person: Person, site: AgencySite) -> int:
    """Go to the site's sign-in in this person's browser; return what the provider answers."""
    with httpx.Client(base_url=site.url) as client:
        where = "/masuk/"
        while not where.startswith(site.stack.base_url):
            where = client.get(where).headers["location"]
    return person.browser.get(where).status_code
