"""`python -m tests.bench.saving ADDRESS`: save a draft of 200 fields again and again; print what one takes."""

import json
import sys
import urllib.request
from statistics import median, quantiles
from time import perf_counter
from uuid import uuid4

from tests.bench.forms import form_of

SLUG = "uji-simpan"
ROUNDS = 30
TOKEN = "bench-officer"


def main(address: str) -> None:
    """Begin a service as the officer of the bench, who is its agency's admin, and save its draft."""
    content = form_of(200, rules=True)[0] | {"service": SLUG}
    _call("POST", f"{address}/api/v1/office/services/", {"service": SLUG, "content": content})
    taken = []
    for turn in range(ROUNDS):
        content["category"] = f"uji-{turn}"
        begun = perf_counter()
        saved = _call("PUT", f"{address}/api/v1/office/services/{SLUG}/draft/", {"content": content})
        taken.append((perf_counter() - begun) * 1000)
        assert saved["sound"] is True
    print(
        "a draft of 200 fields, 20 conditions, 20 checks and 20 computed values "
        f"({len(json.dumps(content)) // 1024} KB) is saved in {median(taken):.0f} ms, "
        f"95 of 100 within {quantiles(taken, n=20)[-1]:.0f} ms"
    )


def _call(method: str, url: str, body: object) -> dict[str, object]:
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
        "If-Match": "*",
    }
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - our own server
        found: dict[str, object] = json.loads(answer.read())
    return found


if __name__ == "__main__":
    main(sys.argv[1])
