"""The listed mutations can still be made: their texts stand once in their files, and their tests are there."""

import pytest

from tests.mutants.__main__ import ROOT, listed


@pytest.mark.parametrize("mutation", listed(), ids=lambda m: m["says"])
def test_a_listed_mutation_can_be_made(mutation):
    text = (ROOT / "src" / "ml_abm" / mutation["file"]).read_text(encoding="utf-8")
    assert text.count(mutation["before"]) == 1
    assert all((ROOT / test).exists() for test in mutation["tests"])
