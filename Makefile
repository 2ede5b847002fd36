# The two commands a newcomer needs are `make app` and `make test`; each does all its own set-up.
# Everything runs in .venv, from the locked dependencies of requirements.lock.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SHARED ?= ../shared
PORT ?= 8501
export NUMBA_CACHE_DIR ?= $(CURDIR)/$(VENV)/numba
export MPLBACKEND ?= agg

.PHONY: app test test-all lint types imports catalog bench data network lock chromium postgresql clean help

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or set PYTHON=/path/to/python3."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

app: $(READY)  ## Open the app on http://localhost:8501 (PORT=...)
	$(BIN)/finder app --port $(PORT)

test: $(READY) chromium postgresql  ## Run all tests but the slow ones
	$(BIN)/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder -m "not slow"

test-all: $(READY) chromium postgresql  ## Run all tests, the slow ones too
	$(BIN)/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder

lint: $(READY) types imports catalog  ## Style, types, import rules, catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

catalog: $(READY)
	$(BIN)/finder data check

bench: $(READY)  ## Print every speed figure beside its peers
	$(BIN)/python -m bench

data: $(READY)  ## Derive data/ again from the sources (SHARED=../shared)
	@# Streets of the network locate services, communes name the network's streets: hence data, network, data.
	$(BIN)/finder data build --from $(SHARED)/data
	$(BIN)/finder network build --from $(SHARED)/data/network/wallonia_brussels_roads.osm.pbf --as-of "2017 (Brussels 2013)"
	$(BIN)/finder data build --from $(SHARED)/data --step services

chromium:
	@sh tools/install_chromium.sh

postgresql:
	@sh tools/install_postgresql.sh

lock: $(READY)  ## Lock the dependencies again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra dev --extra bench pyproject.toml -o requirements.lock

clean:  ## Remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
