"""The product as it ships, with two trivial views more and no throttles (one address sends everything here)."""

import os

os.environ.setdefault("SUPERAPP_THROTTLE", "off")

from superapp.settings import *  # noqa: E402, F403

ROOT_URLCONF = "tests.bench.urls"
