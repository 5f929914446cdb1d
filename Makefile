# Everything runs in a virtual environment of the project's own, from the lock file.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REPORT ?= lulea-2020-21

.PHONY: report books test lab lint lock clean

report: $(VENV)/base
	$(BIN)/sqa build $(REPORT) --sample

books: $(VENV)/base
	$(BIN)/sqa build $(REPORT)

test: $(VENV)/test
	$(BIN)/pytest

lab: $(VENV)/lab
	$(BIN)/sqa lab

lint: $(VENV)/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# The lock file holds what the base, the tests and JupyterLab need; it names no host.
lock: $(VENV)/python
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
		--extra lab --extra test --output-file requirements.lock pyproject.toml

clean:
	rm -rf output $(VENV)

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

# The lock serves as constraints: each target installs only what it needs of it, hashes checked.
$(VENV)/base: $(VENV)/python requirements.lock pyproject.toml
	$(BIN)/python tools/install.py
	touch $@

$(VENV)/test: $(VENV)/base
	$(BIN)/python tools/install.py test
	touch $@

$(VENV)/lab: $(VENV)/base
	$(BIN)/python tools/install.py lab
	touch $@
