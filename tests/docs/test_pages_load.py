"""Scripts that write pages can at least be loaded: some of them take too long to run here."""

import importlib

import pytest

SCRIPTS = (
    "calibration",
    "findings",
    "gallery",
    "levers",
    "network_case",
    "notebook",
    "plan_margins",
    "posterior",
    "relief",
    "small_enough",
    "wider",
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_writes_a_page_loads(name):
    assert importlib.import_module(f"docs.{name}").__doc__
