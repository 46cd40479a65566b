# Each verb does all of its own set-up, in .venv, from the first Python 3.11 to 3.13 that runs.
.DEFAULT_GOAL := help
PY := .venv/bin/python
STAMP := .venv/ready

help:  ## show these verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(STAMP)  ## run Catch Up Zambia beside what really happened, and draw it
	$(PY) -m ml_abm run catch-up-zambia --runs 20 --plot --out demo

test: $(STAMP)  ## run all tests (ARGS=... is handed to pytest)
	$(PY) -m pytest -q $(ARGS)

check: $(STAMP)  ## format, lint, types
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

patterns: $(STAMP)  ## measure every pattern and write docs/patterns.md
	$(PY) -m tests.patterns.make_table

golden: $(STAMP)  ## renew the golden run (say so in the changelog)
	$(PY) -m tests.golden.renew

bench: $(STAMP)  ## time the kernels against the plain-Mesa reference
	$(PY) -m pytest benchmarks --benchmark-only -q

docs: $(STAMP)  ## write the generated pages of docs/
	$(PY) -m docs.generate

clean:  ## remove the virtual environment and results
	rm -rf .venv demo

# The stamp is made last, so a set-up that failed is tried again.
$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "make: no Python 3.11, 3.12 or 3.13 found; set PYTHON=/path/to/python" >&2; exit 2; fi; \
	echo "Setting up .venv with $$($$found --version) (once, a few minutes) ..."; \
	rm -rf .venv; \
	$$found -m venv .venv; \
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt; \
	touch $(STAMP)

.PHONY: help demo test check patterns golden bench docs clean
