PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The build tool comes from the constraints too, so that no version is left to the day of the install.
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt

.PHONY: atlas test lint bench clean

atlas: $(VENV)/.run
	$(BIN)/borderzone build

test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/.test node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run --silent lint

bench: $(VENV)/.bench
	$(BIN)/python -m scripts.bench

clean:
	rm -rf build

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) hatchling editables
	$(INSTALL) --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(INSTALL) --no-build-isolation --editable ".[test]"
	touch $@

# Only the linter of the browser code comes from npm; neither the atlas nor its tests need it.
node_modules/.installed: package.json package-lock.json .npmrc
	npm ci --no-audit --no-fund
	touch $@

$(VENV)/.bench: $(VENV)/.test
	$(INSTALL) --no-build-isolation --editable ".[bench]"
	touch $@
