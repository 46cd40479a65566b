# Each verb does all of its own set-up in .venv, and does it again only when Python, pyproject.toml or constraints.txt changed.
# PYTHON=/path/to/python chooses the interpreter; otherwise the first of CANDIDATES that runs and is 3.11 or newer.
.DEFAULT_GOAL := help
PY := .venv/bin/python
BENCH := .venv-bench/bin/python
TOOLS := .venv-release/bin/python
PYTHONS = $(PY)
# Last is 3.15, for which not all that is used has been built yet.
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python3.15
# The import of ensurepip leaves out a Python that could not make a virtual environment.
USABLE := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))
VERSION := import sys; print(*sys.version_info[:3], sep=".")

help:  ## show these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

demo: setup  ## run Catch Up Zambia over what really happened, and beside it with relief and organised helpers
	$(PY) -m ml_abm run catch-up-zambia --runs 20 --beside innovation.tool_hours=1.7 --beside programme.community_mobilisation=1 --plot --out demo

test: setup  ## run all tests (ARGS=... is handed to pytest)
	$(PY) -m pytest -q -n auto --maxprocesses 4 --dist loadfile $(ARGS)

browser:  ## install Chromium from Debian's package, for the tests of the live view (already there: nothing)
	@for name in chromium chromium-browser google-chrome; do if command -v $$name >/dev/null; then exit 0; fi; done; \
	as=; if [ "$$(id -u)" != 0 ]; then as="sudo -n"; fi; \
	if ! command -v apt-get >/dev/null; then echo "make: no apt-get here: install Chromium in this machine's own way" >&2; exit 2; fi; \
	if [ -n "$$as" ] && ! $$as true 2>/dev/null; then echo "make: installing Chromium needs root: sudo apt-get install chromium" >&2; exit 2; fi; \
	echo "Installing Chromium (once, a minute) ..."; \
	if ! { $$as apt-get update -qq && $$as apt-get install -qq -y --no-install-recommends chromium; } >/dev/null; then \
	  echo "make: apt-get could not install chromium (see above)" >&2; exit 2; \
	fi

check: setup stage fast  ## format, lint, types, the picture's scripts, fast tests (two minutes on two cores)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

fast: setup  ## run the tests that take no long runs (a minute on two cores)
	$(PY) -m pytest -q -n auto --maxprocesses 4 -m "not slow and not patterns" $(ARGS)

# Versions are exact, so that what passed once passes again.
stage:  ## type-check and lint the scripts of the live view's picture (skipped, in words, without node)
	@if ! command -v npx >/dev/null; then echo "stage: SKIPPED, as there is no node"; exit 0; fi; \
	npx --yes --package typescript@5.9.3 tsc --project jsconfig.json && npx --yes @biomejs/biome@2.2.4 lint --diagnostic-level=error

fuzz: setup  ## try many spoilt files on every reader (FUZZ=3000 of each kind; ten minutes)
	FUZZ=$(or $(FUZZ),3000) $(PY) -m pytest -q tests/fuzz/test_readers.py $(ARGS)

mutants: mutation-tools  ## mutate formulas, rules and outcomes with Cosmic Ray and print the survivors (ARGS=mechanisms/funding.py narrows it to files; hours for all)
	$(PY) -m tests.mutants.every $(ARGS)

listed-mutants: setup  ## break the rules of tests/mutants/listed.toml one at a time and see a test fail (ARGS=scenario narrows it to files; twenty minutes)
	$(PY) -m tests.mutants $(ARGS)

patterns: setup  ## measure every pattern and write docs/patterns.md
	$(PY) -m tests.patterns.make_table

findings: setup  ## run the ready studies, write docs/findings/ (five minutes; what is in findings/ is not run again)
	$(PY) -m docs.findings

evidence: setup  ## put all trials to the model, write the draws of the package and docs/evidence.md (hours on two cores, resumable; ARGS=--reduced shows in minutes that it runs)
	$(PY) -m docs.posterior $(ARGS)

relief: setup  ## split the effect of relief and helpers by how it comes about, write docs/relief.md (a minute)
	$(PY) -m docs.relief

levers: setup  ## move every lever over its range on every preset, write docs/levers.md (half an hour on two cores; what is in build/levers/ is not run again)
	$(PY) -m docs.levers $(ARGS)

small-enough: setup  ## measure how small each preset may be simulated, write it into docs/performance.md (five minutes)
	$(PY) -m docs.small_enough

golden: setup  ## renew the golden run (say so in the changelog)
	$(PY) -m tests.golden.renew

bench: peers  ## time everything beside what one would use instead, write docs/benchmarks.md (five minutes)
	$(BENCH) -m pytest -q benchmarks/test_peers.py
	$(BENCH) -m pytest -q benchmarks --benchmark-only $(ARGS)

calibration-report: setup  ## fit every case and score every forecast, write docs/calibration.md (40 minutes on two cores)
	$(PY) -m docs.calibration $(ARGS)

docs: setup  ## write the generated pages of docs/, run its notebooks
	$(PY) -m docs.generate
	$(PY) -m docs.notebook

gallery: setup  ## run what the gallery shows, keep its pictures, write docs/gallery.md (a minute)
	$(PY) -m docs.gallery

site: setup  ## build the documentation into build/site/, for a browser without network
	@$(PY) -c 'import furo, myst_nb, sphinx_copybutton, sphinx_design' 2>/dev/null || \
	  $(PY) -m pip install --quiet --disable-pip-version-check --editable '.[docs]' --constraint constraints.txt
	$(PY) -m docs.site

dist: release-tools  ## build sdist and wheel into dist/
	rm -rf dist
	$(TOOLS) -m build --outdir dist .

wheel-smoke: release-tools  ## install the wheel with each extra in a clean environment and try it (PYTHONS="python3.11 python3.14"; ten minutes)
	$(TOOLS) tests/wheel/smoke.py $(foreach python,$(PYTHONS),--python $(python)) $(ARGS)

audit: release-tools  ## ask whether the pinned dependencies have known holes (skipped, in words, without a network)
	@$(TOOLS) tests/release/audit.py || { [ $$? = 3 ] && echo "audit: SKIPPED"; }

release-check: setup  ## all that has to hold before a release, from a clean clone (half an hour)
	$(PY) tests/release/check.py

clean:  ## remove the virtual environment, caches and the demo's results
	find src -name __pycache__ -prune -exec rm -rf {} +
	rm -rf .venv .venv-bench .venv-release .venv-mutants build dist demo findings .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

# .venv/stamp is written last, so a set-up that failed or was interrupted is done again. It records the interpreter, a
# hash of what was asked for, and the folder: a virtual environment that was moved or copied still points to the old one.
setup:
	@set -e; found=; \
	stamp() { echo "$$("$$1" -c '$(VERSION)' 2>/dev/null) $$(cat pyproject.toml constraints.txt | cksum) $$(pwd)"; }; \
	if $(PY) -c '' 2>/dev/null && [ "$$(cat .venv/stamp 2>/dev/null)" = "$$(stamp "$(or $(PYTHON),$(PY))")" ]; then exit 0; fi; \
	for python in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
	  if "$$python" -c '$(USABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "make: $(if $(PYTHON),PYTHON=$(PYTHON) is not a,found no) Python 3.11 or newer that runs and can make virtual environments$(if $(PYTHON),,; set PYTHON=/path/to/python)" >&2; exit 2; \
	fi; \
	echo "Setting up .venv with $$("$$found" --version) (once, a few minutes) ..."; \
	rm -rf .venv; \
	"$$found" -m venv .venv; \
	$(PY) tests/set_up.py; \
	stamp $(PY) > .venv/stamp

# What is timed beside ours has an environment of its own, so that it cannot disturb the tests'.
peers: setup
	@set -e; stamp="$$(cat .venv/stamp) $$(cat benchmarks/requirements.txt benchmarks/install_peers.py | cksum)"; \
	if $(BENCH) -c '' 2>/dev/null && [ "$$(cat .venv-bench/stamp 2>/dev/null)" = "$$stamp" ]; then exit 0; fi; \
	echo "Setting up .venv-bench (once, a few minutes) ..."; \
	rm -rf .venv-bench; \
	$(PY) -m venv .venv-bench; \
	$(BENCH) tests/set_up.py; \
	$(BENCH) benchmarks/install_peers.py; \
	echo "$$stamp" > .venv-bench/stamp

# What builds and audits has an environment of its own: it is no part of what is tested.
release-tools: setup
	@if $(TOOLS) -c 'import build, pip_audit' 2>/dev/null; then exit 0; fi; set -e; \
	echo "Setting up .venv-release (once, a minute) ..."; \
	rm -rf .venv-release; \
	$(PY) -m venv .venv-release; \
	$(TOOLS) -m pip install --quiet --disable-pip-version-check 'build>=1.2' 'pip-audit>=2.7'

# What mutates has an environment of its own; the tests of a mutation run in .venv.
mutation-tools: setup
	@if .venv-mutants/bin/cosmic-ray --version >/dev/null 2>&1; then exit 0; fi; set -e; \
	echo "Setting up .venv-mutants (once, a minute) ..."; \
	rm -rf .venv-mutants; \
	$(PY) -m venv .venv-mutants; \
	.venv-mutants/bin/python -m pip install --quiet --disable-pip-version-check 'cosmic-ray>=8.4,<9'

.PHONY: evidence browser fast stage mutants listed-mutants mutation-tools gallery site dist wheel-smoke audit release-check release-tools help demo test check fuzz patterns findings levers relief golden bench calibration-report docs clean setup peers
