"""What a client needs beside the vectors to judge and tell as the server does: patterns of formats, words, bounds."""

import json
from pathlib import Path

from services.definitions.formats import PATTERNS
from services.definitions.logic import MOST_OPERATIONS, MOST_OPERATIONS_TOGETHER
from services.definitions.wording import FORMATS, SENTENCES, TYPES

LANGUAGE = Path(__file__).parent / "language.json"


def language() -> str:
    """Return the file as the engine would have it; each word is a pair, Indonesian and English, `{}` the bound."""
    content = {
        "patterns": PATTERNS,
        "words": {"sentences": SENTENCES, "formats": FORMATS, "types": TYPES},
        "most_operations": MOST_OPERATIONS,
        "most_operations_together": MOST_OPERATIONS_TOGETHER,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
