"""Notebooks run, and say what they said when they were kept."""

import json

import pytest

from docs.notebook import NOTEBOOKS, code_cells, run, text_of

MOST_BYTES = 300_000


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_says_what_it_said(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell, outputs in zip(code_cells(notebook), run(notebook), strict=True):
        assert text_of(outputs) == text_of(cell["outputs"]), "run `python -m docs.notebook`"
        assert len(outputs) == len(cell["outputs"])  # as many pictures


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_light(path):
    assert path.stat().st_size < MOST_BYTES
