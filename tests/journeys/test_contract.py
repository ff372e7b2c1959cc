"""The API keeps what `openapi.yaml` says: no 500, no undocumented status, answers in the documented shape."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from uuid import uuid4

import pytest

from superapp.launch.checks import OPENAPI
from tests.described import committed
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, PASSWORD, draft, eventually, resident, staff, submit, take
from tests.services.applications.factory import CONTENT

pytestmark = pytest.mark.xdist_group("stack")

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method"
)
# Of what chance makes up; every example and every boundary of a field is asked besides.
EXAMPLES = "2" if os.environ.get("CI") else "8"
# Everybody here is verified already, nobody disputes it or lost a way in; tests/accounts/proofing has who did.
IDENTITY = (
    "POST /api/v1/me/identity/",
    "/api/v1/office/identity/disputes/{id}/",
    "/api/v1/office/identity/proofings/{id}/",
    "/api/v1/office/identity/recoveries/{id}/",
    "POST /api/v1/office/identity/",
)
# None of the three runs the platform; tests/accounts/privacy has who does.
PLATFORM = (
    "/api/v1/office/data-requests/",
    "/api/v1/office/holidays/",
    "/api/v1/office/impersonations/",
    "DELETE /api/v1/me/impersonations/{id}/",
)
# Nobody there heads an agency or inspects; test_overdue.py and test_retention.py have who does.
SUPERVISED = (
    "/api/v1/office/applications/escalated/",
    "/api/v1/office/applications/{id}/holds/",
    "/api/v1/office/destructions/",
)
# Nobody else is admin of that agency there; tests/services/catalogue/office has two.
FOUR_EYES = (
    "POST /api/v1/office/services/{slug}/approve/",
    "POST /api/v1/office/services/{slug}/refuse/",
    "PUT /api/v1/office/publishing-rules/",
    # No module there brings anything new; tests/services/catalogue/test_drift.py has one that does.
    "POST /api/v1/office/services/{slug}/drift/",
)
# A file is signed over every byte, and made-up ones are not; test_bundles.py has true ones.
SIGNED = "POST /api/v1/office/services/import/"
# It opens when its site's self-test is green, and no site answers here; test_self_test.py has one.
OPENED = "POST /api/v1/office/clients/{id}/production/"
# Nobody there is to lose their work; tests/services/agencies/api/test_staff.py ends somebody's.
LEFT = "DELETE /api/v1/office/staff/{person_id}/"
FILES = ("surat_lahir", "kartu_keluarga", "buku_nikah")
Parameters = dict[str, str]


@pytest.fixture(scope="module")
def known(stack: Stack) -> dict[str, Parameters]:
    """Parameters that lead somewhere: for all operations (""), and for those that need another application."""
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    id, saved, emptied, discarded, withdrawn, taken, own = (
        draft(siti, "akta-kelahiran", BIRTH, FILES) for _ in range(7)
    )
    for each in (id, withdrawn, taken, own):
        assert submit(siti, each).status_code == 200
    take(rina, id, "start_review")
    take(rina, id, "grant")
    document = eventually(lambda: siti.get(f"applications/{id}/").json()["document"])
    notice = eventually(lambda: siti.get("notifications/").json()["results"])[0]
    marked, saved_round, sent_round, ended_round = (draft(siti, "akta-kelahiran", BIRTH, FILES) for _ in range(4))
    for each in (marked, saved_round, sent_round, ended_round):
        assert submit(siti, each).status_code == 200
    for each in (saved_round, sent_round, ended_round):
        mark = {"pointer": "/answers/ibu/nik", "reason_code": "incorrect", "words": ""}
        asked = rina.post(
            f"office/applications/{each}/corrections/", json={"items": [mark]}, headers={"Idempotency-Key": each}
        )
        assert asked.status_code == 201, asked.text
    bulk = rina.post("office/applications/bulk/", json={"action": "start_review", "applications": [{"id": id}]})
    assert bulk.status_code == 202, bulk.text
    bundle = str(uuid4())
    assert siti.post("bundles/", json={"id": bundle, "life_event": "kelahiran"}).status_code == 201
    dewi = staff(stack, "admin.dukcapil")
    worded, gone = a_template(dewi, "foto-buram"), a_template(dewi, "foto-gelap")
    held, passed, returned, recalled = (draft(siti, "akta-kelahiran", BIRTH, FILES) for _ in range(4))
    for each in (held, passed, returned, recalled):
        assert submit(siti, each).status_code == 200
    for each, to in ((returned, {"unit": "pendaftaran-penduduk"}), (recalled, {"agency": "DPMPTSP"})):
        handed = rina.post(f"office/applications/{each}/hand-over/", json=to | {"reason": "Mohon ditinjau"})
        assert handed.status_code == 200, handed.text
    refused = draft(siti, "akta-kelahiran", BIRTH, FILES)
    assert submit(siti, refused).status_code == 200
    take(rina, refused, "start_review")
    assert take(rina, refused, "reject", "Uji").status_code == 200
    kept_view = rina.post("office/views/", json={"name": "Punya saya", "filters": {"assignee": "me"}})
    assert kept_view.status_code == 201, kept_view.text
    asked_list = {"filters": {"assignee": "me"}, "columns": ["number"], "format": "csv", "reason": "Uji kontrak"}
    listed = rina.post("office/exports/", json=asked_list, headers={"Idempotency-Key": "one-list-before"})
    assert listed.status_code == 202, listed.text
    eventually(lambda: rina.get(f"office/exports/{listed.json()['id']}/").json()["state"] == "ready")
    unit = dewi.post("office/units/", json={"code": "pengaduan-uji", "name": "Unit uji"})
    assert unit.status_code == 201, unit.text
    counters = [a_counter(dewi, f"loket-{name}") for name in ("baca", "ubah", "tutup", "satu", "dua")]
    kept_hour, given_back = (an_hour(siti, each) for each in counters[3:])
    client, tried, closed = (a_client(dewi) for _ in range(3))
    for slug in ("draf-baca", "draf-simpan", "draf-ubah", "draf-buang", "draf-terbit", "draf-coba"):
        a_service(dewi, slug)
    for name in ("baca", "tulis", "buang"):
        a_case(dewi, "draf-coba", name)
    asked = dewi.post("office/services/draf-baca/replay/", json={}, headers={"Idempotency-Key": "one-trial-before"})
    assert asked.status_code == 202, asked.text
    for slug in ("terbit-draf", "terbit-ulang", "akhir-henti", "akhir-buka"):
        a_service(dewi, slug, published=2)
    before = {"Idempotency-Key": "retired-before"}
    assert dewi.post("office/services/akhir-buka/retire/", json={"reason": "Uji"}, headers=before).status_code == 200
    for slug in ("antre-baca", "antre-batal"):
        a_service(dewi, slug, planned="2099-01-01T00:00:00Z")
    assert dewi.post(f"office/clients/{client}/self-test/").status_code == 202
    return {
        "": {
            "path.id": id,
            "path.file_id": _a_file(siti, id),
            "path.code": document["code"],
            "path.notice_id": notice["id"],
            "path.slug": "akta-kelahiran",
            "path.number": "1",
            "path.sequence": "1",
            "path.client_id": "nobody",
        },
        "agencies_read": {"path.code": "DISDUKCAPIL"},
        "agencies_satisfaction": {"path.code": "DISDUKCAPIL"},
        "applications_save": {"path.id": saved, "header.If-Match": "*"},
        "applications_prefill": {"path.id": saved},
        "life_events_read": {"path.key": "kelahiran"},
        **{f"bundles_{name}": {"path.id": bundle} for name in ("read", "answer", "attach", "submit", "timeline")},
        "applications_take_over": {"path.id": saved, "header.If-Match": "*"},
        "applications_file_offers": {"path.id": saved},
        "applications_take_files": {"path.id": saved, "header.If-Match": "*"},
        "applications_detach": {"path.id": emptied, "path.file_id": _a_file(siti, emptied)},
        "applications_discard": {"path.id": discarded, "header.If-Match": "*"},
        "applications_withdraw": {"path.id": withdrawn, "header.If-Match": "*"},
        "applications_object": {"path.id": refused},
        "corrections_save": {"path.id": saved_round, "header.If-Match": "*"},
        "corrections_send": {"path.id": sent_round, "header.If-Match": "*", "header.Idempotency-Key": "one-sent"},
        "office_corrections_ask": {"path.id": marked, "header.Idempotency-Key": "one-round"},
        "office_corrections_cancel": {"path.id": ended_round},
        "applications_action": {"path.id": own, "path.action": "withdraw", "header.If-Match": "*"},
        "office_action": {"path.id": taken, "path.action": "start_review", "header.If-Match": "*"},
        "agencies_slots": {"path.code": "DISDUKCAPIL"},
        "appointments_read": {"path.id": kept_hour},
        "appointments_calendar": {"path.id": kept_hour},
        "appointments_cancel": {"path.id": given_back, "header.If-Match": "*"},
        "office_counter_read": {"path.id": counters[0]},
        "office_counter_change": {"path.id": counters[1], "header.If-Match": "*"},
        "office_counter_close": {"path.id": counters[2], "header.If-Match": "*"},
        "office_templates_read": {"path.id": worded},
        "office_templates_preview": {"path.id": worded},
        "office_templates_reword": {"path.id": worded, "header.If-Match": "*"},
        "office_templates_withdraw": {"path.id": gone, "header.If-Match": "*"},
        "office_application_template": {"path.id": id, "path.template_id": worded},
        "office_bulk_read": {"path.id": bulk.json()["id"]},
        "office_claim": {"path.id": held, "header.If-Match": "*"},
        "office_release": {"path.id": held, "header.If-Match": "*"},
        "office_places": {"path.id": held},
        "office_view_remove": {"path.id": kept_view.json()["id"]},
        "office_export_ask": {"header.Idempotency-Key": "one-list"},
        "office_export_read": {"path.id": listed.json()["id"]},
        "office_export_file": {"path.id": listed.json()["id"]},
        "office_notes": {"path.id": held},
        "office_note_write": {"path.id": held, "header.Idempotency-Key": "one-note"},
        "office_messages": {"path.id": held},
        "office_message_write": {"path.id": held, "header.Idempotency-Key": "one-message"},
        "office_messages_read": {"path.id": held},
        "messages_write": {"path.id": held, "header.Idempotency-Key": "one-answer"},
        "office_assign": {"path.id": held, "header.If-Match": "*"},
        "office_hand_over": {"path.id": passed, "header.If-Match": "*"},
        "office_give_back": {"path.id": returned, "header.If-Match": "*"},
        "office_recall": {"path.id": recalled, "header.If-Match": "*"},
        "office_unit_change": {"path.code": "pengaduan-uji"},
        "office_staff_place": {"path.person_id": dewi.get("office/staff/").json()["results"][0]["id"]},
        # Nobody's: the demo officers go on working, for the journeys on the same system.
        "office_staff_end": {"path.person_id": str(uuid4())},
        # One of its own each: the demo family is for the tour.
        "mandates_end": {"path.mandate_id": a_mandate(siti)},
        "office_mandate_end": {"path.mandate_id": a_mandate(siti)},
        "clients_register": {"header.Idempotency-Key": "one-site"},
        "clients_read": {"path.id": client},
        "clients_change": {"path.id": client},
        "clients_secret": {"path.id": client},
        "clients_testers": {"path.id": client},
        "clients_testers_add": {"path.id": client},
        "clients_testers_remove": {"path.id": client},
        "clients_self_test": {"path.id": client},
        "clients_history": {"path.id": client},
        "clients_self_test_start": {"path.id": tried},
        "clients_close": {"path.id": closed},
        "office_services_create": {"header.Idempotency-Key": "one-service"},
        "office_draft_read": {"path.slug": "draf-baca"},
        "office_draft_begin": {"path.slug": "terbit-draf", "header.Idempotency-Key": "one-draft"},
        "office_draft_save": {"path.slug": "draf-simpan", "header.If-Match": "*"},
        "office_draft_change": {"path.slug": "draf-ubah", "header.If-Match": "*"},
        "office_draft_discard": {"path.slug": "draf-buang", "header.If-Match": "*"},
        "office_draft_check": {"path.slug": "draf-baca"},
        "office_draft_preview": {"path.slug": "draf-baca"},
        "office_cases_list": {"path.slug": "draf-coba"},
        "office_case_read": {"path.slug": "draf-coba", "path.name": "baca"},
        "office_case_save": {"path.slug": "draf-coba", "path.name": "tulis", "header.If-Match": "*"},
        "office_case_remove": {"path.slug": "draf-coba", "path.name": "buang", "header.If-Match": "*"},
        "office_replay_read": {"path.slug": "draf-baca"},
        "office_replay_ask": {"path.slug": "draf-coba", "header.Idempotency-Key": "one-trial"},
        "office_diff": {"path.slug": "draf-baca"},
        "office_publish": {
            "path.slug": "draf-terbit",
            "header.If-Match": "*",
            "header.Idempotency-Key": "one-version",
        },
        "office_publication": {"path.slug": "antre-baca"},
        "office_unschedule": {"path.slug": "antre-batal", "header.Idempotency-Key": "one-unscheduled"},
        "office_retire": {"path.slug": "akhir-henti", "header.Idempotency-Key": "one-retired"},
        "office_reopen": {"path.slug": "akhir-buka", "header.Idempotency-Key": "one-reopened"},
        "office_cut_off": {"path.slug": "terbit-ulang", "header.Idempotency-Key": "one-cut-off"},
        "office_roll_back": {"path.slug": "terbit-ulang", "header.Idempotency-Key": "one-way-back"},
    }


def _a_file(person: Person, id: str) -> str:
    return str(person.get(f"applications/{id}/").json()["files"][0]["id"])


def a_mandate(parent: Person) -> str:
    """Propose to act for a child; return the mandate's id."""
    nik = f"647101540319{uuid4().int % 10_000:04}"
    child = {"nik": nik, "full_name": "Aisyah Rahmawati", "birth_date": "2019-03-14"}
    made = parent.post("me/dependants/", json=child, headers={"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def a_counter(admin: Person, key: str) -> str:
    """Open a counter that serves at any time of any day; return its id."""
    window = {"begins": "00:00", "ends": "23:30", "minutes": 30, "capacity": 9}
    facts = {
        "name": {"id": key, "en": key},
        "place": "Loket",
        "windows": [window | {"weekday": day} for day in range(7)],
    }
    made = admin.post("office/counters/", json={"key": key} | facts)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def an_hour(person: Person, counter: str) -> str:
    """Book the last free hour of the next two weeks; return the appointment's id."""
    free = person.get("agencies/DISDUKCAPIL/slots/?days=14").json()["results"]
    at = [each["starts_at"] for each in free if each["counter"] == counter][-1]
    made = person.post("me/appointments/", json={"counter": counter, "starts_at": at})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def a_template(admin: Person, key: str) -> str:
    """Word an answer template; return its id."""
    texts = {"id": "Foto pada {number} buram.", "en": "The photo of {number} is blurred."}
    made = admin.post("office/answer-templates/", json={"key": key, "title": texts, "body": texts})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def a_client(admin: Person) -> str:
    """Register a site that does not exist; return the client's id."""
    site = "https://antre.example"
    values = {"name": "Antrean", "contact_email": "ti@antre.example", "redirect_uris": [f"{site}/callback"]}
    values |= {"login_uri": f"{site}/masuk/", "session_uri": f"{site}/saya/"}
    made = admin.post("office/clients/", json=values, headers={"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def a_service(admin: Person, slug: str, *, published: int = 0, planned: str = "") -> None:
    """Begin a service and publish it so often, each time with another category; or plan it; else leave its draft."""
    content = CONTENT | {"service": slug}
    made = admin.post(
        "office/services/", json={"service": slug, "content": content}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert made.status_code == 201, made.text
    if planned:
        headers = {"If-Match": "*", "Idempotency-Key": str(uuid4())}
        done = admin.post(f"office/services/{slug}/publish/", json={"effective_from": planned}, headers=headers)
        assert done.status_code == 202, done.text
    for number in range(published):
        if number:
            begun = admin.post(f"office/services/{slug}/draft/", json={}, headers={"Idempotency-Key": str(uuid4())})
            assert begun.status_code == 201, begun.text
            patch = {"content": {"category": f"uji-{number}"}}
            admin.call("PATCH", f"office/services/{slug}/draft/", json=patch, headers={"If-Match": "*"})
        headers = {"If-Match": "*", "Idempotency-Key": str(uuid4())}
        done = admin.post(f"office/services/{slug}/publish/", json={"drafts_policy": "carry_on"}, headers=headers)
        assert done.status_code == 201, done.text


def a_case(admin: Person, slug: str, name: str) -> None:
    """Write a golden case of a service."""
    content = {"title": {"id": "Uji", "en": "Test"}, "day": "2026-03-10", "answers": {}, "expect": {"valid": False}}
    made = admin.call("PUT", f"office/services/{slug}/cases/{name}/", json={"content": content})
    assert made.status_code == 201, made.text


# Guessed names are nobody's, and a true one would sign out whoever asks.
_SIGNED_OUT = (
    "DELETE /api/v1/me/sessions/{id}/",
    "POST /api/v1/me/sign-ins/{id}/not-me/",
    "DELETE /api/v1/me/connections/{client_id}/",
    "DELETE /api/v1/me/consents/{id}/",
)


# Each operation is called by somebody who may; that everybody else is refused is asked of each in tests/api_docs.
_OFFICE = "/api/v1/office/"
_ADMINS = f"{_OFFICE}(services|clients|publishing-rules|answer-templates|counters|units|staff)/"
SHARES = {
    "warga": f"^(?!{_OFFICE})",
    "petugas.dukcapil": f"^{_OFFICE}(?!(services|clients|publishing-rules|answer-templates|counters|units|staff)/)",
    "admin.dukcapil": f"^{_ADMINS}",
}


def test_every_operation_is_somebodys() -> None:
    paths = committed()["paths"]

    assert {path: sum(bool(re.search(each, path)) for each in SHARES.values()) for path in paths} == dict.fromkeys(
        paths, 1
    )


@pytest.mark.parametrize(
    ("who", "out_of_reach"),
    [
        # What is handed in is looked at: made-up bytes are no picture; only what is offered can be taken over, only
        # what was marked is unlocked. The journeys hand in true ones, take over and put right.
        (
            "warga",
            (
                "POST /api/v1/applications/{id}/files/",
                "/api/v1/applications/{id}/corrections/files/",
                "/api/v1/applications/{id}/actions/{action}/files/",
                "PATCH /api/v1/applications/{id}/corrections/",
                "POST /api/v1/applications/{id}/prefill/",
                "POST /api/v1/applications/{id}/files/offers/",
                # No made-up hour is free; tests/services/applications/api/test_appointments.py books.
                "POST /api/v1/applications/{id}/appointments/",
                "/api/v1/applications/{id}/appointments/{appointment_id}/",
                "POST /api/v1/me/appointments/",
                "PATCH /api/v1/me/appointments/{id}/",
                # No day ends while this runs; tests/services/applications/test_roots.py lets one.
                "/api/v1/history/roots/{day}/",
                "/api/v1/applications/{id}/timeline/{sequence}/proof/",
                "/api/v1/bundles/{id}/files/",
                "POST /api/v1/receipts/verify/",  # made-up ones are signed by nobody
            ),
        ),
        (
            "petugas.dukcapil",
            (
                "/api/v1/office/applications/{id}/corrections/files/",
                "POST /api/v1/office/applications/{id}/notes/",  # nor does it work there; test_talk.py mentions some
                "POST /api/v1/office/applications/{id}/assign/",  # a made-up id is nobody's
                "/api/v1/office/applications/{id}/actions/{action}/files/",
                "POST /api/v1/office/applications/{id}/reopen/",  # by approvers there
                # Nobody can have come yet, nor is a made-up day free for a visit.
                "/api/v1/office/appointments/{id}/",
                "/api/v1/office/applications/{id}/visits/",
                *SUPERVISED,
            ),
        ),
        ("admin.dukcapil", (OPENED, SIGNED, *FOUR_EYES, LEFT)),
    ],
)
def test_whatever_is_sent_the_answer_is_a_documented_one(
    stack: Stack, known: dict[str, Parameters], tmp_path: Path, who: str, out_of_reach: tuple[str, ...]
) -> None:
    scope = "openid profile account applications notifications" + ("" if who == "warga" else " office")
    caller = Person(stack.base_url, f"{who}@demo.balikpapan.example", PASSWORD, scope=scope)
    name = caller.get("me/").json()["full_name"]
    config, report = tmp_path / "schemathesis.toml", tmp_path / "report.ndjson"
    config.write_text(_config(known))
    options = ["--url", stack.base_url, "--header", f"Authorization: Bearer {caller.token['access_token']}"]
    options += ["--include-path-regex", SHARES[who]]
    options += ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES]
    options += ["--continue-on-failure", "--seed", "1", "--no-color"]
    options += ["--report", "ndjson", "--report-ndjson-path", str(report)]

    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis",
            "--config-file",
            config,
            "run",
            OPENAPI,
            *options,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    caller.call("PATCH", "me/", json={"full_name": name})  # as others, who use the same system, know them
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert f"Tested: {_operations(SHARES[who])}" in done.stdout
    never = [name for name, statuses in _statuses(report).items() if not any(200 <= each < 300 for each in statuses)]
    # Refusals alone would prove little: each operation was seen to do its work, too.
    assert [
        name for name in never if not any(each in name for each in (*out_of_reach, *IDENTITY, *PLATFORM, *_SIGNED_OUT))
    ] == []


def _operations(share: str) -> int:
    """Return how many operations the description has below these paths."""
    paths: dict[str, dict[str, object]] = committed()["paths"]
    return sum(
        len({"get", "post", "put", "patch", "delete"} & each.keys())
        for path, each in paths.items()
        if re.search(share, path)
    )


def _config(known: dict[str, Parameters]) -> str:
    lines = []
    for operation, parameters in known.items():
        if operation:
            lines += ["[[operations]]", f'include-operation-id = "{operation}"', "[operations.parameters]"]
        else:
            lines += ["[parameters]"]
        lines += [f'"{name}" = "{value}"' for name, value in parameters.items()]
    return "\n".join(lines)


def _statuses(report: Path) -> dict[str, set[int]]:
    """Return which statuses each operation answered with."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in report.read_text().rstrip("\n").split("\n"):
        if scenario := json.loads(line).get("ScenarioFinished"):
            recorder = scenario["recorder"]
            for each in recorder.get("interactions", {}).values():
                found[recorder["label"]].add((each["response"] or {"status_code": 0})["status_code"])
    return found
