# make setup | test | demo | run | walk | outage | screenshots | format | texts | lock | licences | clean. Works on Linux and macOS with Python 3.11-3.13 and a C compiler.
.PHONY: setup test demo run walk outage screenshots format texts lock licences clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

PY    := .venv/bin/python
# What may not exist yet is not checked.
CODE  := $(wildcard app.py checklists rules storage sopwatch scripts tests bench)
PO    := $(wildcard sopwatch/locale/*/LC_MESSAGES/*.po)
MO    := $(PO:.po=.mo)
READY := .venv/.ready

BROWSER ?= 1
ARGS    ?=
# So many files of tests run at once; auto: one more than there are cores, at most four. JOBS=0: one test after the other.
JOBS    ?= auto
PYTEST  := $(PY) -m pytest -n $(JOBS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

setup: $(READY) $(MO)
	@:

$(READY): requirements-build.txt requirements.txt requirements-dev.txt scripts/setup.sh scripts/try_engine.py
	@scripts/setup.sh
	@touch $@

%.mo: %.po $(READY)
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@ -l $(word 3,$(subst /, ,$<))

# Nothing here waits for an answer. ARGS goes to pytest: make test ARGS="-k chain".
test: setup
	$(PY) -m ruff format --check $(CODE)
	$(PY) -m ruff check $(CODE)
	$(PY) -m mypy $(CODE)
	$(PY) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())' --no-logo
ifeq ($(shell command -v node 2>/dev/null),)
	@echo "test: there is no node: the scripts of the sheet are tried in the browser tests alone"
else
	node --test --test-reporter=dot tests/tablet/*.test.mjs
endif
ifeq ($(BROWSER),0)
	@echo "test: BROWSER=0 leaves out the tests that are marked 'browser': the screens are not tried in a real browser"
	$(PYTEST) -m "not browser" $(ARGS)
else
	CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && $(PYTEST) $(ARGS)
endif

demo: setup
	@exec $(PY) -m sopwatch demo $(ARGS)

run: setup
	@exec $(PY) -m sopwatch serve $(ARGS)

# A picture of each screen in each language and orientation, in build/screenshots. ARGS="shift dashboard": of these alone.
screenshots: setup
	CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && $(PY) -m scripts.screenshots $(ARGS)

# Each screen in each language: foreign words, what is cut, small or hard to see, what goes elsewhere. `make test` does so with those that are used most. ARGS="shift find": of these alone.
walk: setup
	CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && WALK="$(or $(ARGS),all)" $(PY) -m pytest -q -o faulthandler_timeout=3600 tests/test_walk.py

# Ten minutes without network by the wall clock, and ten tablets at once: `make test` turns the clocks instead, and takes four.
outage: setup
	CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && OUTAGE=real $(PY) -m pytest -q -o faulthandler_timeout=1500 tests/test_outage.py tests/test_many_tablets.py -k 'ten_minutes or tablets_at_once' $(ARGS)

format: setup
	$(PY) -m ruff check --fix-only --quiet $(CODE)
	$(PY) -m ruff format $(CODE)

# Interface texts: the catalogues and docs/refusals.md are brought up to date with the code; it fails where a text has no Chinese yet.
texts: setup
	@$(PY) -m scripts.catalogues
	@$(PY) -m scripts.refusals

# Needs uv. To raise every version: ARGS=--upgrade; then make setup licences.
lock:
	@scripts/lock.sh $(ARGS)

licences: setup
	@$(PY) scripts/licences.py

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find . -name node_modules -prune -o -type d -name __pycache__ -exec rm -rf {} +
	find sopwatch -name '*.mo' -delete 2>/dev/null || true
