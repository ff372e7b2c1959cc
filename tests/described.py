"""The committed description of the API, read once: it is long, and reading it takes its time."""

from functools import cache
from typing import Any

import yaml

from superapp.launch.checks import OPENAPI


@cache
def committed() -> dict[str, Any]:
    """Return `openapi.yaml` as it stands; it is everybody's, so change a copy."""
    content: dict[str, Any] = yaml.load(OPENAPI.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are the safe one
    return content
