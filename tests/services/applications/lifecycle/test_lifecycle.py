"""Whatever residents, officers, the calendar and time do, in any order: what must always hold holds after each step.

`LIFECYCLE_EXAMPLES=2000 make test ARGS="tests/services/applications/lifecycle"` goes on for longer, by chance.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.services.applications.lifecycle.archive import Archive
from tests.services.applications.lifecycle.counters import Counters
from tests.services.applications.lifecycle.invariants import Holds
from tests.services.applications.lifecycle.objecting import Objecting
from tests.services.applications.lifecycle.office import Office
from tests.services.applications.lifecycle.passing import Passing
from tests.services.applications.lifecycle.resident import Resident

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("LIFECYCLE_EXAMPLES", "0"))


class Lifecycle(Resident, Office, Objecting, Counters, Passing, Archive, Holds):
    """All of them."""


def test_what_must_always_hold_holds() -> None:
    by_chance = EXAMPLES > 0
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            derandomize=not by_chance,
            max_examples=EXAMPLES or 5,
            stateful_step_count=60 if by_chance else 25,
            phases=[Phase.generate, Phase.shrink] if by_chance else [Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
