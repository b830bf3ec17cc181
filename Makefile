# What a person does with this checkout. `make` alone lists it.
#
# Every target that needs Python depends on $(STAMP): the first run makes .venv from uv.lock (see
# tools/setup.sh), later runs start at once, and a changed pyproject.toml or uv.lock brings it up to date.

PY    := .venv/bin/python
BIN   := .venv/bin
STAMP := .venv/.synced

# Compiled modules are kept, whatever the shell says: without them each program that a test starts compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

# One test process more than the machine has cores, as some wait for programs they started; `make test JOBS=1` runs in one.
JOBS ?= $(shell expr $$(nproc) + 1)
PYTEST := $(PY) -m pytest -n $(JOBS) --dist worksteal

# Customers of the simulated shop of `make bench`; the targets are told of a million.
SIZE ?= 100000

# Which base `make demo` shows: a real one of a grocery chain, or a simulated shop or salon; 0 stops before it is served.
DEMO ?= grocery
SERVE ?= 1
PORT ?= 8000

# Handed on to tools/setup.sh: make PYTHON=/usr/bin/python3.12 test
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs soak audit format clean lint types contracts machine

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(STAMP) ## an example workspace and its report in demo/, then in a browser (DEMO=grocery|shop|salon, SERVE=0, PORT=8000)
	$(PY) -m tools.demo --out demo --base $(DEMO) $(if $(filter 0,$(SERVE)),,--serve $(PORT))

# The tests come last, so that their closing line closes the run.
test: lint types contracts machine ## everything: lint, types, import contracts, all tests
	$(PYTEST)

check: lint types contracts ## what to run before each commit: as `test`, without the slow tests
	$(PYTEST) -m "not slow"

bench: $(STAMP) ## measure speed against hand-written baselines (BENCH=name, SIZE=customers of the shop)
	$(PY) -m tests.benchmarks --customers $(SIZE) "$(BENCH)"

docs: $(STAMP) ## check the documentation: links, examples, generated pages
	KOGORTA_LANG=en $(PY) tools/reference.py --check
	$(PY) -m pytest docs README*.md tests/house/test_docs.py

soak: $(STAMP) ## kill and corrupt for a long time: the fault tests, 200 rounds of each
	KOGORTA_FAULT_ROUNDS=200 KOGORTA_HYPOTHESIS_PROFILE=soak $(PY) -m pytest --timeout 0 tests/faults

# The list of known holes changes by the day and is on the network, so this is no part of `make test`.
audit: $(STAMP) ## ask the network which locked packages have known security holes
	.venv-tools/bin/uv export --frozen --all-extras --no-emit-project --quiet --output-file .venv/locked.txt
	.venv-tools/bin/uv tool run pip-audit --disable-pip --require-hashes --requirement .venv/locked.txt

format: $(STAMP) ## format the code and mend what ruff can mend safely
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

clean: ## remove what can be made again, .venv too
	rm -rf .venv .venv-tools demo build dist .bench
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports --no-cache --no-logo

machine:
	@sh tools/machine.sh

$(STAMP): pyproject.toml uv.lock tools/setup.sh
	@sh tools/setup.sh
	@touch $@
