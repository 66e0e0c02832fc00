# make demo and make test set everything up themselves; `make help` lists the rest.
.DEFAULT_GOAL := help
BIN := .venv/bin
# Without bytecode every process, a crawl too, compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test lint types rooms rules tests check-all bench lock

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup:  ## Python environment, Chromium, fonts; quick the second time
	@deploy/setup.sh

demo: setup  ## sweep the bundled marketplace and print what was found
	@$(BIN)/netsword demo

test: setup lint  ## formatting, lint, types, room contracts, rule examples, tests
	@$(MAKE) --no-print-directory -j 2 tests types rooms rules

tests: setup
	@$(BIN)/pytest -q -n 4 --dist loadfile --no-loadscope-reorder

rules: setup
	@$(BIN)/netsword rules check

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/mypy .

rooms: setup
	@$(BIN)/lint-imports

check-all: test  ## also what is slow or comes from outside: django-oscar, kills, captures
	@tests/external/run.sh

bench: setup  ## benchmarks; each prints ratios
	@$(BIN)/python -m bench.crawl

lock: setup  ## write the lock file anew from pyproject.toml
	@$(BIN)/python -m uv pip compile --universal --generate-hashes --python-version 3.11 --all-extras pyproject.toml -o requirements.lock -q --no-header
