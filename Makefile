# make demo   from nothing to a signed-in user on Quart, in one command
# make serve  the migrated bookshelf on http://127.0.0.1:8000, until Ctrl-C
# make test   everything the tests need, and the tests
# make docs   the guide as a site in docs/_build/html
# make lint   style and types
# make browser  Chromium through every page of the bookshelf, and schemathesis through its API

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: demo serve test lint docs browser clean

demo: $(VENV)/.installed
	@$(RUN) -m tests.demo

serve: $(VENV)/.installed
	@$(RUN) -m tests.demo --serve

test: $(VENV)/.installed
	$(RUN) -m pytest -n 2 --dist loadfile

docs: $(VENV)/.installed
	$(RUN) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs: docs/_build/html/index.html"

browser: $(VENV)/.installed
	$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[browser]'
	$(RUN) -m tests.browser
	$(RUN) -m tests.browser.api

lint: $(VENV)/.installed
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) build .cache docs/_build docs/rules docs/reference
