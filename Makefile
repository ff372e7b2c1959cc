# Needs Python 3.11 or newer, make and git; everything else is fetched, locked and checked by hash.
PYTHON ?= python3
ENOUGH = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
TOO_OLD = echo "Stopped: Python 3.11 or newer is needed, $(PYTHON) is older or missing. Try: make PYTHON=python3.11 $@" >&2
LAUNCH = @$(ENOUGH) || { $(TOO_OLD); exit 1; }; $(PYTHON) superapp/launch/bootstrap.py

.PHONY: run manage code test check browser pictures bench chaos docs renderer lock clean-data help

run:  ## serve the platform here: http://127.0.0.1:8000 (PORT=8001 for another port)
	$(LAUNCH) run

manage:  ## run a management command on it: make manage ARGS="startmodule dlh_taman --agency DLH"
	$(LAUNCH) manage

code:  ## print the code that demo officers enter after the password (STEPS=1: the next one)
	@$(PYTHON) superapp/launch/code.py $(STEPS)

test:  ## run the tests (ARGS="tests/accounts -x" for some of them)
	$(LAUNCH) test

check:  ## lint, types, layers, migrations, deployment settings, OpenAPI drift
	$(LAUNCH) check

browser:  ## run the browser tests (needs Chromium)
	$(LAUNCH) browser

pictures:  ## draw the pictures of the guide for OPD people anew (needs Chromium)
	@mkdir -p api_docs/guides/pictures
	@$(ENOUGH) || { $(TOO_OLD); exit 1; }; PICTURES=$(CURDIR)/api_docs/guides/pictures ARGS="tests/browser/test_services.py -q" \
		$(PYTHON) superapp/launch/bootstrap.py browser

bench:  ## measure speed beside other stacks (needs wrk)
	$(LAUNCH) bench

chaos:  ## kill processes and PostgreSQL under load and count what is left (ARGS="--submissions 2000 --strikes 40 --seed 7")
	$(LAUNCH) chaos

docs:  ## write api_docs/openapi.yaml anew
	$(LAUNCH) docs

renderer:  ## build what shows forms on pages anew (needs Node and npm)
	cd services/portal/renderer && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

UV = .venv/uv/bin/uv pip compile -q --generate-hashes --python-version 3.11
lock:  ## resolve the dependencies of pyproject.toml into the hashed requirements
	$(UV) pyproject.toml -o requirements.txt
	$(UV) -c requirements.txt pyproject.toml --group local -o requirements/local.txt
	$(UV) -c requirements.txt pyproject.toml --group local --group dev -o requirements/dev.txt
	$(UV) -c requirements/dev.txt pyproject.toml --group local --group dev --group bench -o requirements/bench.txt
	echo uv==0.13.9 | $(UV) - -o requirements/uv.txt

clean-data:  ## delete the local database, files and keys
	@test ! -f var/postgres/README || rm -rf "$$(sed 's/.* are in //' var/postgres/README)"
	rm -rf var

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'
