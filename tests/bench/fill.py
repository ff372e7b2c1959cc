"""`python -m tests.bench.fill APPLICATIONS DRAFTS`: fill the database that DATABASE_URL names."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from tests.bench.seed import seed

    seed(applications=int(sys.argv[1]), drafts=int(sys.argv[2]), say=lambda words: print(f"  · {words}", flush=True))
