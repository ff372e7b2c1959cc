"""On the running system: what one agency's module does to its own service, and does not do to the others."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any
from uuid import uuid4

import pytest

from superapp.launch.bootstrap import ROOT
from tests.bent import Bent
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import draft, eventually, resident, staff, submit, take
from tests.services.applications.factory import ANSWERS, CONTENT

pytestmark = pytest.mark.xdist_group("bad-module")

PUBLISH = """
import json, sys
from django.utils import timezone
from services.catalogue.operations import publish
from services.definitions import load_content
publish(agency_code="DISDUKCAPIL", module="module_opd_lentur", definition=load_content(json.loads({content!r})),
        now=timezone.now())
"""


@pytest.fixture(scope="module")
def system() -> Iterator[Stack]:
    """A system of its own, into which the module that tests bend is plugged."""
    with Stack(packages=str(ROOT / "tests/packages/opd_lentur")) as stack:
        content = CONTENT | {"hooks": {"on_failure": "allow-and-reverify"}}
        made = stack.manage("shell", "-v", "0", "-c", PUBLISH.format(content=json.dumps(content)))
        assert made.returncode == 0, made.stderr
        yield stack


@pytest.fixture
def bent(system: Stack) -> Iterator[Bent]:
    made = Bent(system.var)
    yield made
    made.behaves()


def others_answer(siti: Person) -> tuple[list[int], float]:
    """Return what others' service answers, and the middle of the milliseconds that it took."""
    answers, times = [], []
    for _ in range(8):
        id = str(uuid4())
        begun = time.perf_counter()
        answers.append(siti.post("applications/", json={"id": id, "service": "akta-kelahiran"}).status_code)
        answers.append(submit(siti, id).status_code)
        answers.append(siti.get("services/?q=ktp").status_code)
        times.append((time.perf_counter() - begun) * 1000)
    return answers, median(times)


@pytest.mark.parametrize(
    "misdeed",
    [
        "import time\ntime.sleep(60)\nanswer = []",
        "kept = []\nwhile True: kept.append(bytearray(10_000_000))\nanswer = []",
        "answer = 10 ** 10 ** 9",
        "import os\nos._exit(1)\nanswer = []",
    ],
    ids=["sleeps", "eats memory", "burns the processor", "ends its process"],
)
def test_others_answer_the_same_and_as_fast_and_its_own_go_on_as_its_policy_says(
    system: Stack, bent: Bent, misdeed: str
) -> None:
    siti, budi = resident(system), resident(system)
    others = [resident(system) for _ in range(4)]
    own = [draft(budi, "uji", ANSWERS, ("foto",)) for _ in range(4)]
    others_answer(siti)
    before, calm = others_answer(siti)
    bent.does(validate=misdeed)

    with ThreadPoolExecutor(4) as pool:
        pending = [pool.submit(submit, who, id) for who, id in zip(others, own, strict=True)]
        during, busy = others_answer(siti)
        outcomes = [each.result() for each in pending]

    assert during == before
    # On two cores one of which burns; whoever waited for the module would wait for its three seconds.
    assert busy < calm * 5 + 500, (calm, busy)
    assert [each.status_code for each in outcomes] == [200] * 4
    notes = budi.get(f"applications/{own[0]}/timeline/").json()["results"][0]["note"]
    assert notes.endswith("Langkah ini berlaku dan akan diperiksa lagi.")
    print(f"\nothers: {calm:.1f} ms before, {busy:.1f} ms meanwhile")


def test_the_history_says_what_the_module_found_once_it_was_back(system: Stack, bent: Bent) -> None:
    siti, rina = resident(system), staff(system, "petugas.dukcapil")
    id = draft(siti, "uji", ANSWERS, ("foto",))
    bent.does(validate="raise RuntimeError('ups')\nanswer")
    assert submit(siti, id).status_code == 200

    bent.does(validate="[Problem('/data/nik', 'x', {'id': 'NIK tidak terdaftar.', 'en': 'Not registered.'})]")

    def checked() -> Any:
        lines = rina.get(f"office/applications/{id}/timeline/").json()["results"]
        return next((line for line in lines if line["type"] == "checked_again"), None)

    assert eventually(checked, seconds=120)["note"] == "Petugas akan meninjau: NIK tidak terdaftar."
    assert take(rina, id, "start_review").status_code == 200
