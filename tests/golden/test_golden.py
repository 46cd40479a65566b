"""Results change only on purpose: then `make golden`, and a line in the changelog marked "changes results"."""

import pytest

from tests.golden.run import golden, written


def test_the_golden_run_is_what_it_was():
    now, then = golden(), written()
    assert now["last month"] == pytest.approx(then["last month"], rel=1e-8)
    assert now["sha256"] == then["sha256"]
