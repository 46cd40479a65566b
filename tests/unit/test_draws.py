"""Chance is a pure function, the same bits in Python and in a kernel, and evenly spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_abm.draws import Decision, key, key_in_python, uniform, uniform_in_python, uniforms

SEEDS = st.integers(0, 2**63 - 1)


@given(SEEDS, st.sampled_from(Decision), st.integers(0, 1200), st.integers(0, 2**31))
def test_python_and_kernel_draw_the_same(seed, decision, month, row):
    compiled = uniform(np.uint64(key(np.uint64(seed), int(decision), month)), row)
    assert compiled == uniform_in_python(key_in_python(seed, int(decision), month), row)
    assert 0 <= compiled < 1


@pytest.mark.parametrize(
    ("row", "published"),
    [(1, 0xE220A8397B1DCDAF), (2, 0x6E789E6AA1B965F4), (3, 0x06C45D188009454F)],
)
def test_numbers_are_those_published_for_splitmix64_with_seed_0(row, published):
    assert uniform_in_python(0, row) == uniform(np.uint64(0), row) == (published >> 11) / 2**53


def test_streams_months_and_seeds_are_independent():
    from scipy.stats import kstest

    first = uniforms(1, Decision.ADAPTS, 20_000, 5)
    assert kstest(first, "uniform").pvalue > 1e-3
    for other in (
        uniforms(1, Decision.STAGE_CHANGES, 20_000, 5),
        uniforms(1, Decision.ADAPTS, 20_000, 6),
        uniforms(2, Decision.ADAPTS, 20_000, 5),
        np.roll(first, 1),
    ):
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.03


def test_every_decision_has_its_own_stream():
    assert len({d.value for d in Decision}) == len(Decision)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_as_many_numbers_as_asked_for(n):
    assert len(uniforms(1, Decision.ADAPTS, n)) == n
