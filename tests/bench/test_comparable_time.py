"""How long an answer takes for who is registered and for who is not.

Run by `make test ARGS="tests/bench/test_comparable_time.py -s"`. Not among the tests, which count the work instead
(`tests/accounts/sign_in/test_equal_work.py`): a busy machine makes every figure worse. Both kinds are asked in turn,
with the password hash of a real installation.
"""

from statistics import median
from time import perf_counter

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.operations import register_person
from tests.accounts.flow import PASSWORD
from tests.accounts.sign_in.test_lockout import PAGES

TIMES = 60


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["email", "phone"])
@pytest.mark.django_db
def test_comparable_time(settings: LazySettings, page: str, kind: str) -> None:
    if (page, kind) == ("reset", "phone"):
        pytest.skip("a password is reset by e-mail")
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2Cheap"]
    path, form = PAGES[page]
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(TIMES):
        addresses = {True: _address(kind, number, "1"), False: _address(kind, number, "2")}
        email, phone = (addresses[True] if kind == each else None for each in ("email", "phone"))
        register_person(full_name="Warga", email=email, phone=phone, password=PASSWORD, now=timezone.now())
        for registered in sorted(taken, reverse=bool(number % 2)):
            cache.clear()
            browser, sent = Client(), form(addresses[registered])
            begun = perf_counter()
            browser.post(path, sent)
            taken[registered].append(perf_counter() - begun)

    known, unknown = (1000 * median(taken[registered]) for registered in (True, False))
    print(f"\n{page} by {kind}: registered {known:.1f} ms, not {unknown:.1f} ms, {known / unknown:.2f}")
    assert 0.75 < known / unknown < 1.34


def _address(kind: str, number: int, who: str) -> str:
    return f"warga{who}{number:03}@contoh.example" if kind == "email" else f"+6281{who}23450{number:03}"
