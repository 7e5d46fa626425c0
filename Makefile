# The two commands are `make run` and `make test`; `make help` names the others.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PORT   := $(or $(RELAIS_PORT),8000)

.DEFAULT_GOAL := help
.PHONY: help setup run test torture mutants fuzz pictures gallery check bench bench-peers lock hooks clean port-is-free migration

help:  ## Say what there is to do.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## Make .venv from the hash-locked requirements (once).

# Rebuilt only when the lock or the project's own description changes: a second `make run` just starts.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Relais needs Python 3.11 or newer, and '$(PYTHON)' was not found. Install it, or name yours: make PYTHON=/path/to/python3 setup" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Relais needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/pip || { echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the locked requirements (a minute the first time) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

port-is-free: $(READY)
	@$(BIN)/python -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", $(PORT)))' 2>/dev/null || { echo "Port $(PORT) is taken by another program. Stop that one, or choose another port: make run RELAIS_PORT=8001" >&2; exit 1; }

run: $(READY) port-is-free  ## Start everything with a demo team on http://127.0.0.1:8000
	@$(BIN)/relais up --demo

test: $(READY)  ## Run the whole test suite.
	@$(BIN)/pytest -n 2 --dist loadfile --durations=12

torture: $(READY)  ## Kill, freeze, cut and fill up for hours: 250,000 processes die, servers too.
	@CI=1 RELAIS_TORTURE=1 $(BIN)/pytest -n 2 --dist loadfile --durations=0 tests/backbone tests/faults tests/stuck tests/reminders/test_smtp_matrix.py

mutants: $(READY)  ## Plant every known bug in a copy of the code, and see its test fail.
	@CI=1 $(BIN)/python -m tests.mutants.planting

fuzz: $(READY)  ## Feed the decoders for ten minutes with bytes that a machine makes up.
	@mkdir -p build/fuzz && cd build/fuzz && PYTHONPATH=$(CURDIR) $(CURDIR)/$(BIN)/python -m tests.decoders.fuzzing --seconds 600

pictures: $(READY)  ## Take a picture of every page into build/pictures, and those that the documents show.
	@PYTHONHASHSEED=0 $(BIN)/python -m tests.pictures

gallery: $(READY)  ## Serve every component of the pages in all its states, for whoever changes them.
	@$(BIN)/python -m tests.gallery.serving

check: $(READY)  ## Format, lint, types, import contracts, fast tests (under a minute).
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not story and not browser and not broker and not postgres"

lock: $(READY)  ## Choose new exact versions for requirements.lock (needs uv).
	@command -v uv >/dev/null || { echo "'make lock' needs uv: pipx install uv" >&2; exit 1; }
	uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --extra dev --extra postgres pyproject.toml -o requirements.lock

migration: $(READY)  ## Write the revisions that changed tables need: make migration WHY="..."
	@$(BIN)/python -m shared.migrations.new "$(WHY)"

bench: $(READY) bench-peers  ## Measure Relais beside its peers on RabbitMQ and PostgreSQL, and write a report.
	@$(BIN)/python -m tests.benchmarks

bench-peers:  ## Install the libraries that Relais is measured against (in build/, once).
	@test -x build/peers/bin/python || $(PYTHON) -m venv build/peers
	@build/peers/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/benchmarks/requirements.lock

hooks: $(READY)  ## Check every commit before it is made.
	@$(BIN)/pre-commit install

clean:  ## Remove what set-up and tests made; the data in var/ stays.
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
