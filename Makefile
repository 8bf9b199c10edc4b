# Two commands: `make run` opens the chat page, `make test` checks everything.
.PHONY: run test types behaviour eval clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

run: $(VENV)/.run
	$(BIN)/python app.py

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --jobs=2 types behaviour

types:
	$(BIN)/mypy

# In the order of their names: by the number of its tests, a file with one long test would come last, and alone.
behaviour:
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

eval: $(VENV)/.run
	$(BIN)/python -m eval

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

clean:
	rm -rf $(VENV) runs
