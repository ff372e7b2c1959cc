"""Shared test vectors: what the engine makes of answers, as JSON files by which a client checks itself.

`engine.json` holds cases: a form with fee and required documents, the day, the answers sent; and what is expected of
every engine: answers kept, pointers hidden, `[pointer, code]` of each problem, values computed, fee, documents asked.
`python -m services.definitions.vectors` works out the expectations anew; a test keeps them as the engine has them.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from services.definitions.service import Definition, FeeError

FILE = Path(__file__).parent / "engine.json"


def vectors_as_written() -> bytes:
    """Return the committed vectors as they lie in the file."""
    return FILE.read_bytes()


def read_vectors() -> dict[str, Any]:
    """Return the committed vectors: `definitions` by name, and `cases`."""
    return dict(json.loads(FILE.read_text("utf-8")))


def expected(content: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """Return what every engine makes of a case under the definition `content`."""
    definition = Definition(content, "")
    today = date.fromisoformat(case["today"])
    found = definition.form.evaluate(case["given"], today=today)
    try:
        fee: int | None = definition.fee_for(found.answers, today).amount
    except FeeError:
        fee = None
    return {
        "answers": found.answers,
        "hidden": list(found.hidden),
        "problems": sorted([each.pointer, each.code] for each in found.problems),
        "computed": dict(found.computed),
        "fee": fee,
        "documents": [each.id for each in definition.required_documents(found.answers, today)],
    }


def regenerated() -> str:
    """Return the file as the engine would have it."""
    vectors = read_vectors()
    for case in vectors["cases"]:
        case["expected"] = expected(vectors["definitions"][case["definition"]], case)
    return json.dumps(vectors, ensure_ascii=False, indent=1) + "\n"
