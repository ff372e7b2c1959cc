"""`make chaos`: residents apply and an officer works while processes are killed and PostgreSQL crashes.

    make chaos ARGS="--submissions 2000 --strikes 40 --seed 7"

Afterwards everything that was acknowledged must be there exactly once, in order; what was done and counted is printed.
Struck is by progress, not by the clock: the seed chooses before which submission which part falls, so that a fast
machine and a slow one are struck as often in the midst of work. What the kernel then interrupts is its own chance.
"""

import argparse
import json
import logging
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Event

from tests.chaos.clients import Acknowledged, Line, Officer, Residents, Tally, dice_of
from tests.chaos.system import KINDS, System
from tests.chaos.verdict import Verdict, judge, wait_until_told
from tests.journeys.people import OFFICE_SCOPES, Person
from tests.services.applications.factory import ANSWERS, CONTENT

_APPLICANTS = ("warga", "ibu.warga")
_THREADS_EACH = 3
_OFFICERS = 2
_PASSWORD = "Balikpapan-2026"
_PUBLISH = """
import json
import logging
from django.utils import timezone
from services.catalogue.operations import publish
from services.definitions import load_content
publish(agency_code="DISDUKCAPIL", module="none", definition=load_content(json.loads({content!r})), now=timezone.now())
"""


def main() -> None:
    """Run it, print what was done and counted; end with 1 when anything is not as it was acknowledged."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--strikes", type=int, default=40, help="how often something is killed")
    parser.add_argument(
        "--seed", type=int, default=None, help="chooses what and when; printed, so that it can be had again"
    )
    parser.add_argument(
        "--only", choices=KINDS, nargs="+", default=KINDS, help="what is struck; everything unless said"
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    verdict = run(options.submissions, options.strikes, seed, kinds=options.only)
    sys.exit(1 if verdict.faults else 0)


def run(submissions: int, strikes: int, seed: int, kinds: Sequence[str] = KINDS, tables: str = "") -> Verdict:
    """Do it; return what was found. `tables` is the address of a migrated database to begin with."""
    dice = dice_of(seed)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # else each request is a line
    with System(dice, tables) as system:
        content = CONTENT | {"service": "uji-tahan", "requirements": []}
        system.manage("shell", "-v", "0", "-c", _PUBLISH.format(content=json.dumps(content)))
        people = [Person(system.base_url, f"{each}@demo.balikpapan.example", _PASSWORD) for each in _APPLICANTS]
        officer = "petugas.dukcapil@demo.balikpapan.example"
        rina = Person(system.base_url, officer, _PASSWORD, scope=OFFICE_SCOPES)
        system.began = time.monotonic()
        print(f"seed {seed}: {submissions} submissions, {strikes} strikes", flush=True)
        return _run(system, people, rina, submissions, strikes, seed, kinds)


def _run(
    system: System, people: list[Person], rina: Person, submissions: int, strikes: int, seed: int, kinds: Sequence[str]
) -> Verdict:
    tally = Tally()
    made: Queue[Acknowledged | None] = Queue()
    residents = Residents("uji-tahan", ANSWERS, tally, made)
    desk = Officer(rina, tally, made)
    threads = len(people) * _THREADS_EACH
    shares = [submissions // threads + (place < submissions % threads) for place in range(threads)]
    over = Event()
    with ThreadPoolExecutor(threads + _OFFICERS + 1) as pool:
        plan = _plan(system, submissions, strikes, kinds)
        striking = pool.submit(_strike, system, residents, over, plan)
        working = [pool.submit(desk.work, seed + 100 + each) for each in range(_OFFICERS)]
        applying = [
            pool.submit(residents.apply, people[place % len(people)], share, seed * 1000 + place)
            for place, share in enumerate(shares)
        ]
        try:
            for each in applying:
                each.result()
            loaded = time.monotonic() - system.began
        finally:
            over.set()
            for _ in working:
                made.put(None)
        for each in working:
            each.result()
        struck = striking.result()
    system.note("all is acknowledged; the outbox tells the rest")
    told = wait_until_told(system)
    lines = [Line(person, tally, dice_of(seed)) for person in people]
    verdict = judge(system, residents.acknowledged, desk.granted, lines, struck=sum(struck.values()))
    verdict.expect("strikes", sum(struck.values()), strikes)
    verdict.expect("reviews acknowledged to officers", desk.done.get("start_review", 0), submissions)
    verdict.expect("answers that nobody foresaw (500)", [system.logged(each) for each in tally.unforeseen], [])
    head = {
        "seconds under load": round(loaded, 1),
        "seconds until the outbox was empty": round(told, 1),
        **{f"struck: {kind}": count for kind, count in struck.items()},
        "requests sent again, by what was seen": dict(sorted(tally.again.items())),
        "answers that were replayed": tally.replayed,
        "officer's actions acknowledged": desk.done,
    }
    _print(head, verdict, seed)
    return verdict


def _plan(system: System, submissions: int, strikes: int, kinds: Sequence[str]) -> list[tuple[int, str]]:
    """Return before which submission which part falls: every kind in its turn."""
    dice = system.random
    chosen: list[str] = []
    while len(chosen) < strikes:
        chosen += dice.sample(kinds, len(kinds))
    places = sorted(dice.sample(range(submissions // 20, submissions * 19 // 20), strikes))
    return list(zip(places, chosen, strict=False))


def _strike(system: System, residents: Residents, over: Event, plan: Sequence[tuple[int, str]]) -> dict[str, int]:
    """Do as planned; return how often each kind was struck."""
    struck = dict.fromkeys(sorted({kind for _place, kind in plan}), 0)
    for place, kind in plan:
        while len(residents.acknowledged) < place:
            if over.wait(0.01):
                return struck
        time.sleep(system.random.uniform(0, 0.05))
        system.strike(kind)
        struck[kind] += 1
    return struck


def _print(head: dict[str, object], verdict: Verdict, seed: int) -> None:
    print()
    for what, found in (head | verdict.figures).items():
        print(f"  {what:<78} {found}")
    print()
    for fault in verdict.faults:
        print(f"  FAULT  {fault}")
    words = "Nothing was lost, doubled or out of order." if not verdict.faults else f"{len(verdict.faults)} faults"
    print(f"{words} (seed {seed})", flush=True)
