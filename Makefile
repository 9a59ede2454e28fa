# One command each. Needs only Python >= 3.11 and make; everything else goes into .venv.
PYTHON  ?= python3
PORT    ?= 8420
DATA    ?= .jiesuan
SERVE   ?= 1
WORKERS ?= auto

BIN     := .venv/bin
PIP     := $(BIN)/python -m pip install --disable-pip-version-check --quiet
RUNTIME := .venv/.runtime-installed
DEV     := .venv/.dev-installed

.PHONY: install lock format lint types imports test test-fast bench demo clean

install: $(DEV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Jiesuan needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { echo "Python could not make a virtual environment; on Debian install the package python3-venv."; rm -rf .venv; exit 1; }

# What it takes to run: pinned with hashes, then the project itself, editable.
$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "==> install: runtime packages into .venv"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

# What it takes to test as well.
$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "==> install: test and quality tools into .venv"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Pins again, newest versions that fit; the locks name no index.
lock: | $(BIN)/python
	@$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --group build --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --constraints requirements.lock --output-file requirements-dev.lock

format: $(DEV)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

lint: $(DEV)
	@echo "==> format check"
	@$(BIN)/ruff format --check .
	@echo "==> lint"
	@$(BIN)/ruff check .
	@echo "==> dead names"
	@$(BIN)/vulture

types: $(DEV)
	@echo "==> types (mypy strict)"
	@$(BIN)/mypy

imports: $(DEV)
	@echo "==> import contracts"
	@$(BIN)/lint-imports --no-logo

test: lint types imports
	@echo "==> tests"
	@$(BIN)/python -m pytest --numprocesses $(WORKERS)

# Without PostgreSQL and other processes: specifications, forms, properties, documents.
test-fast: $(DEV)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) -m "not integration"

bench: $(DEV)
	@$(BIN)/python -m tests.benchmarks

demo: $(RUNTIME)
	@$(BIN)/jiesuan demo --data "$(DATA)" --port "$(PORT)" $(if $(filter 0,$(SERVE)),--no-serve,--serve)

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
