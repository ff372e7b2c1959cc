"""`python -m tests.bench.fill APPLICATIONS DRAFTS REFRESHES FOLDER [WAITING]`: fill the database of DATABASE_URL."""

import sys
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()
    from tests.bench.seed import seed, seed_refresh_tokens

    seed(
        applications=int(sys.argv[1]),
        drafts=int(sys.argv[2]),
        say=lambda words: print(f"  · {words}", flush=True),
        waiting=int(sys.argv[5]) if len(sys.argv) > 5 else 0,
    )
    folder = Path(sys.argv[4])
    seed_refresh_tokens(int(sys.argv[3]), ours=folder / "ours", library=folder / "library")
