# Redress from a clean clone needs only Python 3.11, pip and make. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PY ?= python3.11
UV_VERSION := 0.13.9
UV := .cache/uv-$(UV_VERSION)/bin/uv
BIN := .venv/bin
PYTEST_FLAGS ?= -q
SAY := @printf '==> %s\n'

# Everything that set-up fetches stays inside the tree, and no second Python is ever downloaded.
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Tests and the programs that they start are compiled once, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE
# A progress bar for a person, one line per step for a log.
QUIET := $(shell test -t 2 || echo --quiet)

# ---- Set-up ------------------------------------------------------------------------------------

NEED_PY = command -v $(PY) >/dev/null || { \
	echo "Python 3.11 is needed, but there is no '$(PY)'." >&2; \
	echo "Install python3.11 with pip, or name yours: make PY=/path/to/python3.11" >&2; exit 2; }

INSTALL_WITH_UV = \
	$(UV) venv --quiet --allow-existing --python $(PY) .venv && \
	$(UV) pip sync $(QUIET) --python $(BIN)/python --require-hashes requirements.lock && \
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .

# Debian's Python comes without ensurepip, so the outer pip installs into an environment without one.
PIP_INTO_VENV = $(PY) -m pip --python $(BIN)/python install
INSTALL_WITH_PIP = \
	$(PY) -m venv --without-pip .venv && \
	$(PIP_INTO_VENV) $(QUIET) --require-hashes --requirement requirements.lock && \
	$(PIP_INTO_VENV) --quiet --no-deps --no-build-isolation --editable .

$(UV):
	@$(NEED_PY)
	$(SAY) "Fetching uv $(UV_VERSION) into .cache (once)"
	@$(PY) -m pip install --quiet --target $(dir $(@D)) --no-deps --only-binary :all: \
		uv==$(UV_VERSION)

.venv/.ok: requirements.lock pyproject.toml
	@$(NEED_PY)
	@$(MAKE) --silent $(UV) 2>/dev/null || echo "uv cannot be had here."
	$(SAY) "Setting up .venv from requirements.lock, every file checked against its hash"
	@if [ -x $(UV) ] && $(INSTALL_WITH_UV); then :; else \
		echo "Setting up with pip instead of uv; this takes longer."; $(INSTALL_WITH_PIP); fi
	@touch $@

# ---- For users ---------------------------------------------------------------------------------

.PHONY: help demo up
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.ok ## Play the demonstration cases on servers of their own, then stop everything
	@$(BIN)/redress demo

up: .venv/.ok ## Start servers and worker on .redress/ and keep them running until Ctrl-C
	@$(BIN)/redress up

# ---- For contributors --------------------------------------------------------------------------

.PHONY: check test coverage format lint types layers unit histories lock clean
check: format-check lint types layers unit ## Check format, lint, types, layers and fast tests

test: .venv/.ok ## Run every test, the fast ones under two hash seeds, and hold the coverage
	$(SAY) "Fast tests, hash seed 1"
	@PYTHONHASHSEED=1 $(BIN)/pytest $(PYTEST_FLAGS) -m "not server"
	$(SAY) "All tests, hash seed 0"
	@PYTHONHASHSEED=0 $(BIN)/pytest $(PYTEST_FLAGS) --cov --cov-report=
	@$(MAKE) --no-print-directory coverage

# Words and rules are covered whole, branches included; the rest may leave a tenth to real faults.
RULES := schemas/*,domain/*
coverage: .venv/.ok ## Hold the coverage that the last `make test` measured
	$(SAY) "Coverage of words and rules, at least 100 %"
	@$(BIN)/coverage report --include='$(RULES)' --fail-under=100
	$(SAY) "Coverage of the rest, at least 90 %"
	@$(BIN)/coverage report --omit='$(RULES)' --fail-under=90

format: .venv/.ok ## Format the code and sort its imports
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format .

.PHONY: format-check
format-check: .venv/.ok
	$(SAY) "Format"
	@$(BIN)/ruff format --check .

lint: .venv/.ok ## Lint the code and the migrations
	$(SAY) "Lint"
	@$(BIN)/ruff check .
	@shopt -s nullglob; files=(store/migrations/*.sql); \
	if [ $${#files[@]} -gt 0 ]; then $(BIN)/squawk "$${files[@]}"; fi

types: .venv/.ok ## Check the types
	$(SAY) "Types"
	@$(BIN)/mypy

layers: .venv/.ok ## Check who may import whom
	$(SAY) "Layers"
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

unit: .venv/.ok ## Run the tests that need no server
	$(SAY) "Fast tests"
	@$(BIN)/pytest $(PYTEST_FLAGS) -m "not server"

LIVES ?= 10000
histories: .venv/.ok ## Tell random lives of cases (LIVES=10000) and check every invariant
	$(SAY) "$(LIVES) random lives"
	@REDRESS_LIVES=$(LIVES) $(BIN)/pytest $(PYTEST_FLAGS) -o faulthandler_timeout=0 \
		tests/unit/test_random_lives.py tests/unit/test_ledger_properties.py

lock: | $(UV) ## Resolve pyproject.toml into requirements.lock (LOCK_FLAGS=--upgrade for newer versions)
	@$(UV) pip compile --quiet --universal --python-version 3.11 --extra embedded --group dev \
		--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		$(LOCK_FLAGS) --output-file requirements.lock pyproject.toml
	@grep -c '==' requirements.lock | xargs printf 'requirements.lock pins %s packages.\n'

clean: ## Remove what set-up and tools made, not the data in .redress/
	@rm -rf .venv .cache .coverage .coverage.* build dist htmlcov .hypothesis
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
