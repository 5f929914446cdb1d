# Everything runs in a virtual environment of the project's own, installed from the lock files with hashes.
PYTHON ?= python3
REPORT ?= lulea-2020-21
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
OURSELVES := --no-deps --no-build-isolation --editable .

.PHONY: report books test bench lab lint lock clean

report: $(VENV)/base    ## the demo: the municipality's book, the areas' and two schools'
	$(BIN)/sqa build $(REPORT) --sample

books: $(VENV)/base     ## every unit's book
	$(BIN)/sqa build $(REPORT)

test: $(VENV)/test
	$(BIN)/sqa compute lulea-2020-21
	$(BIN)/sqa compute stockholm-2024-25
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup $(PYTEST)

lab: $(VENV)/lab        ## the notebooks in JupyterLab
	$(BIN)/sqa lab

bench: $(VENV)/test     ## what protection costs and protects from; how long misprints take to prove; what notebooks and books cost
	$(BIN)/sqa compute lulea-2020-21
	$(BIN)/python -m benchmarks.disclosure --json output/disclosure.json
	$(BIN)/python -m benchmarks.municipalities --json output/municipalities.json
	$(if $(TABLES),$(BIN)/python -m benchmarks.suppression $(TABLES) --json output/suppression.json)
	$(if $(ARGUS),$(BIN)/python -m benchmarks.second_opinion $(TABLES) --json output/second_opinion.json)
	$(BIN)/python -m benchmarks.claims --json output/claims.json
	$(BIN)/python -m benchmarks.execution --json output/execution.json
	$(BIN)/python -m benchmarks.rebuild --json output/rebuild.json
	$(BIN)/python -m benchmarks.books --json output/books.json
	$(BIN)/python -m benchmarks.books --sizes 170 --units 0 --json output/authority.json
	$(if $(COUNTRY),$(BIN)/python -m benchmarks.country $(COUNTRY) output/whole-country --json output/country.json)
	$(BIN)/python -m benchmarks.page output

lint: $(VENV)/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

lock: $(VENV)/python    ## pin anew; the files name no host
	$(PIP) uv
	set -e; for extra in base test lab; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
			$$([ $$extra = base ] || echo --extra $$extra --constraint requirements/base.lock) \
			pyproject.toml requirements/build.in --output-file requirements/$$extra.lock; \
	done

clean:
	rm -rf output $(VENV)

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/base $(VENV)/test $(VENV)/lab: $(VENV)/%: $(VENV)/python requirements/%.lock pyproject.toml
	$(PIP) --require-hashes --requirement requirements/$*.lock
	$(PIP) $(OURSELVES)
	touch $@
