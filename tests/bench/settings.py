"""The product as it ships, and three trivial views. Throttles count, but let all through: one address asks here."""

from superapp.settings import *  # noqa: F403

THROTTLE_RATES = dict.fromkeys(THROTTLE_RATES, 10**12)  # noqa: F405
ROOT_URLCONF = "tests.bench.urls"
