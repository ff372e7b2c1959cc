"""On the running system: what one agency's module does to its own service, and does not do to the others.

Each hook, misused in each way, under each policy that its definition may name. Another agency's applications are taken
through meanwhile, by turns while the module behaves and while it does not, and compared.
"""

import copy
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from superapp.launch.bootstrap import ROOT
from tests.bent import Bent
from tests.journeys.neighbours import Neighbours
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import draft, eventually, resident, staff, submit, take
from tests.services.applications.factory import ANSWERS, CONTENT

pytestmark = pytest.mark.xdist_group("bad-module")

POLICIES = ("block", "allow-editable", "allow-and-reverify")
MISDEEDS = {
    "sleeps": "import time\ntime.sleep(60)\nanswer = []",
    "raises": "raise RuntimeError('ups')\nanswer",
    "answers rubbish": "answer = {'what': object()}",
    "eats memory": "kept = []\nwhile True: kept.append(bytearray(10_000_000))\nanswer = []",
}
SILENT = "The check by the system of Dinas Kependudukan dan Pencatatan Sipil did not answer."
HEARERS = ("issue_document", "notify_resident", "tell_module", "check_again")
NOTES = {
    "allow-editable": f"{SILENT} This step holds without that check.",
    "allow-and-reverify": f"{SILENT} This step holds, and will be checked again.",
}
PUBLISH = """
import json
from django.utils import timezone
from services.catalogue.operations import publish
from services.definitions import load_content
for agency, module, content in json.loads({services!r}):
    publish(agency_code=agency, module=module, definition=load_content(content), now=timezone.now())
"""


def services() -> list[tuple[str, str, dict[str, Any]]]:
    """Return one service of the bent module for each policy, and a neighbour's: agency, module, content."""
    form = copy.deepcopy(CONTENT["form"]) | {"prefill": {"/data/pasangan": "module.pasangan"}}
    own = [CONTENT | {"service": f"uji-{each}", "form": form, "hooks": {"on_failure": each}} for each in POLICIES]
    neighbour = CONTENT | {"service": "uji-tetangga", "requirements": []}
    return [("DISDUKCAPIL", "module_opd_lentur", each) for each in own] + [("DPMPTSP", "module_dpmptsp", neighbour)]


@pytest.fixture(scope="module")
def system() -> Iterator[Stack]:
    """A system of its own, into which the module that tests bend is plugged; it has a second to answer."""
    limits = {"MODULE_HOOK_SECONDS": "1", "MODULE_REST_SECONDS": "0.2", "MODULE_MEMORY_MB": "64"}
    with Stack(packages=str(ROOT / "tests/packages/opd_lentur"), settings=limits) as stack:
        made = stack.manage("shell", "-v", "0", "-c", PUBLISH.format(services=json.dumps(services())))
        assert made.returncode == 0, made.stderr
        yield stack


@pytest.fixture
def bent(system: Stack) -> Iterator[Bent]:
    made = Bent(system.var)
    yield made
    made.behaves()


class Own:
    """Applications for the bent module's own service, one under each policy, as resident and officer see them."""

    def __init__(self, system: Stack, budi: Person, rina: Person, files: tuple[str, ...] = ("foto",)) -> None:
        self.system, self.budi, self.rina = system, budi, rina
        self.drafts = dict.fromkeys(POLICIES, "")
        self.drafts = self.each(lambda policy, _: draft(budi, f"uji-{policy}", ANSWERS, files))

    def each(self, call: Callable[[str, str], Any]) -> dict[str, Any]:
        """Do something for the application of each policy, all at once; return what came of it."""
        with ThreadPoolExecutor(len(POLICIES)) as pool:
            return dict(zip(POLICIES, pool.map(call, POLICIES, self.drafts.values()), strict=True))

    def submit(self) -> dict[str, Any]:
        return self.each(lambda _policy, id: submit(self.budi, id))

    def take(self, action: str) -> dict[str, Any]:
        return self.each(lambda _policy, id: take(self.rina, id, action))

    def until(self, policy: str, holds: Callable[[dict[str, Any]], Any]) -> Any:
        """Wait until the resident sees it, hurrying what is put off."""

        hurry = 0.0

        def asked() -> Any:
            nonlocal hurry
            if time.monotonic() > hurry:
                self.hurry()
                hurry = time.monotonic() + 2
            return holds(self.shown(policy))

        return eventually(asked, seconds=60)

    def hurry(self) -> None:
        """Let the time pass until what was put off is due."""
        with psycopg.connect(self.system.env["DATABASE_URL"]) as database:
            put_off = "done_at IS NULL AND attempts > 0 AND consumer = ANY(%s)"
            database.execute(f"UPDATE events_delivery SET due_at = now() WHERE {put_off}", [list(HEARERS)])  # noqa: S608

    def shown(self, policy: str) -> dict[str, Any]:
        return dict(self.budi.get(f"applications/{self.drafts[policy]}/").json())

    def lines(self, policy: str) -> list[tuple[str, str | None]]:
        """Return type and note of each line of the history: the same for the resident and the officer."""
        id, english = self.drafts[policy], {"Accept-Language": "en"}
        theirs = self.rina.get(f"office/applications/{id}/timeline/", headers=english).json()["results"]
        mine = self.budi.get(f"applications/{id}/timeline/", headers=english).json()["results"][: len(theirs)]
        assert [(each["type"], each["note"]) for each in theirs] == [(each["type"], each["note"]) for each in mine]
        return [(each["type"], each["note"]) for each in mine]

    def failures(self, consumer: str, policy: str) -> list[str]:
        """Return what went wrong with what the outbox has not told yet."""
        return [error for error in self.untold(consumer, policy) if error]

    def heard(self, consumer: str, policy: str) -> Callable[[object], bool]:
        """Return what asks whether everything was told."""
        return lambda _shown: not self.untold(consumer, policy)

    def untold(self, consumer: str, policy: str) -> list[str]:
        """Return of each delivery that is not done what went wrong, "" for nothing. Parked is not done."""
        asked = """
            SELECT d.latest_error FROM events_delivery d JOIN events_outboxevent e ON e.id = d.event_id
            WHERE d.consumer = %s AND e.key = %s AND d.done_at IS NULL
        """
        with psycopg.connect(self.system.env["DATABASE_URL"]) as database:
            return [error for (error,) in database.execute(asked, [consumer, self.drafts[policy]])]


def at_submission(hook: str, own: Own, bent: Bent, misdeed: str, neighbours: Neighbours) -> None:
    """`validate` and `fees`: asked when the resident submits."""
    bent.does(**{hook: misdeed})
    with neighbours.during("misdeed"):
        answers = own.submit()
    _as_the_policies_say(answers)
    assert own.shown("block")["state"] == "draft"
    bent.behaves()
    _passes_later(own, "submitted", lambda: submit(own.budi, own.drafts["block"]))


def at_an_action(own: Own, bent: Bent, misdeed: str, neighbours: Neighbours) -> None:
    """`guard`: asked when the officer acts."""
    bent.does(guard=misdeed)
    with neighbours.during("misdeed"):
        answers = own.take("start_review")
    _as_the_policies_say(answers)
    assert own.shown("block")["state"] == "submitted"
    bent.behaves()
    _passes_later(own, "in_review", lambda: take(own.rina, own.drafts["block"], "start_review"))


def _as_the_policies_say(answers: dict[str, Any]) -> None:
    found = {policy: each.status_code for policy, each in answers.items()}
    assert found == {"block": 503, "allow-editable": 200, "allow-and-reverify": 200}
    assert answers["block"].json()["code"] == "module_unavailable"


def _passes_later(own: Own, type: str, again: Callable[[], Any]) -> None:
    """What passed unchecked says so, and is checked again where that is the policy; what was blocked passes."""
    for policy, note in NOTES.items():
        assert (type, note) in own.lines(policy)
    assert eventually(lambda: (answer := again()).status_code == 200 and answer)
    assert own.lines("block")[-1] == (type, None)
    own.until("allow-and-reverify", lambda _: own.lines("allow-and-reverify")[-1][0] == "checked_again")
    assert own.lines("allow-and-reverify")[-1] == ("checked_again", "Nothing is wrong.")
    assert own.lines("allow-editable")[-1] == (type, NOTES["allow-editable"])


def on_a_document(own: Own, bent: Bent, misdeed: str, neighbours: Neighbours) -> None:
    """`document`: asked by the worker after granting. What is granted stays granted."""
    waiting = ("block", "allow-and-reverify")
    bent.does(document=misdeed)
    with neighbours.during("misdeed"):
        assert {each.json()["end"] for each in own.take("grant").values()} == {"granted"}
        eventually(lambda: own.shown("allow-editable")["document"])
        eventually(lambda: all(own.failures("issue_document", policy) for policy in waiting))
    for policy in waiting:
        assert own.shown(policy)["document"] is None
        assert own.lines(policy)[-1] == ("granted", None)
    without = "Without what the system of Dinas Kependudukan dan Pencatatan Sipil would add: it did not answer."
    assert own.lines("allow-editable")[-1] == ("document_issued", without)
    bent.behaves()
    for policy in waiting:
        own.until(policy, lambda shown: shown["document"])
        assert own.lines(policy)[-1] == ("document_issued", None)


def on_events(own: Own, bent: Bent, misdeed: str, neighbours: Neighbours) -> None:
    """`on_event`: nobody waits for it, whatever the policy; it is told again until it has heard."""
    bent.does(on_event=misdeed)
    with neighbours.during("misdeed"):
        # A process of the module that was killed before may be starting still: until then its checks answer 503.
        taken = own.each(lambda _policy, id: eventually(lambda: _unless_away(take(own.rina, id, "start_review"))))
        assert {each.status_code for each in taken.values()} == {200}
        eventually(lambda: all(own.failures("tell_module", policy) for policy in POLICIES))
    for policy in POLICIES:
        assert own.lines(policy)[-1] == ("in_review", None)
    bent.behaves()
    for policy in POLICIES:
        own.until(policy, own.heard("tell_module", policy))


def _unless_away(answer: httpx.Response) -> httpx.Response | None:
    return None if answer.status_code == 503 else answer


def on_prefill(own: Own, bent: Bent, misdeed: str, neighbours: Neighbours) -> None:
    """`prefill`: what cannot be had is filled in by hand, whatever the policy."""

    def asked(_policy: str, id: str) -> tuple[list[Any], list[Any]]:
        found = own.budi.get(f"applications/{id}/prefill/").json()
        return [each["value"] for each in found["offers"]], [each["pointer"] for each in found["unavailable"]]

    def write(answers: dict[str, Any]) -> Callable[[str, str], Any]:
        def saved(_policy: str, id: str) -> Any:
            etag = own.budi.get(f"applications/{id}/").headers["ETag"]
            given = {"answers": {"data": answers}}
            return own.budi.call("PATCH", f"applications/{id}/", json=given, headers={"If-Match": etag}).json()

        return saved

    own.each(write({"kawin": True}))
    bent.does(prefill=misdeed)
    with neighbours.during("misdeed"):
        assert own.each(asked) == dict.fromkeys(POLICIES, ([], ["/answers/data/pasangan"]))
    assert [each["problems"] for each in own.each(write({"pasangan": "Ahmad"})).values()] == [[]] * 3
    bent.does(
        prefill="""
            import datetime
            known = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
            answer = {"module.pasangan": Fact("Budi", {"id": "x", "en": "y"}, known)}
        """
    )
    eventually(lambda: own.each(asked) == dict.fromkeys(POLICIES, (["Budi"], [])))
    bent.behaves()


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_its_own_go_on_as_their_policy_says_and_others_answer_the_same_and_as_fast(
    system: Stack, bent: Bent, misdeed: str
) -> None:
    siti, hendra = resident(system, "ibu.warga@demo.balikpapan.example"), staff(system, "petugas.dpmptsp")
    budi, rina = resident(system), staff(system, "petugas.dukcapil")
    given = bent, MISDEEDS[misdeed]
    with Neighbours(siti, hendra, "uji-tetangga", ANSWERS) as neighbours:
        with neighbours.during("calm"):
            first = Own(system, budi, rina)
        at_submission("validate", first, *given, neighbours)
        with neighbours.during("calm"):
            second = Own(system, budi, rina)
        at_submission("fees", second, *given, neighbours)
        at_an_action(first, *given, neighbours)
        with neighbours.during("calm"):
            third = Own(system, budi, rina, files=())
        on_prefill(third, *given, neighbours)
        on_events(second, *given, neighbours)
        with neighbours.during("calm"):
            rina.get("office/applications/")
        on_a_document(first, *given, neighbours)

    (result,) = neighbours.results
    assert [each[0] for each in eval(result)] == [201, 200, 200, 200, 200]  # noqa: S307 - written by the test itself
    calm, busy = neighbours.middle("calm"), neighbours.middle("misdeed")
    print(f"\nothers, while it {misdeed}: {calm:.0f} ms before, {busy:.0f} ms meanwhile")
    # Whoever waited for the module would wait for its second at least; two busy cores may halve what is left.
    assert busy < calm * 2 + 250
    for consumer in HEARERS:
        for policy in POLICIES:
            first.until(policy, first.heard(consumer, policy))
