"""No damage goes unnoticed: after any flipped bit, cut, doubling or exchange, a folder is refused or gives the same numbers.

`DAMAGE=10000` tries as many, as `make fuzz` does; the suite tries a few hundred with a fixed seed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from ml_abm.errors import InputError
from ml_abm.experiments import load, run, status
from ml_abm.runs import Kept
from tests.experiments.conftest import small  # noqa: F401 - a fixture

TRIES = int(os.environ.get("DAMAGE", "300"))


def damage(rng: np.random.Generator, files: list[Path]) -> None:
    """Damage one file in one of the ways of a bad disk or a careless copy."""
    path = files[rng.integers(len(files))]
    content = path.read_bytes()
    match rng.integers(6):
        case 0 | 1 | 2:
            bit = int(rng.integers(8 * len(content)))
            spoilt = bytearray(content)
            spoilt[bit // 8] ^= 1 << (bit % 8)
            path.write_bytes(spoilt)
        case 3:
            path.write_bytes(content[: rng.integers(len(content))])
        case 4:
            path.write_bytes(content + content)
        case 5:
            other = files[rng.integers(len(files))]
            path.write_bytes(other.read_bytes())
            other.write_bytes(content)


def tables(folder: Path) -> tuple[object, ...]:
    found = load(folder)
    return (
        *(table.to_json() for table in (found.runs, found.months, found.points)),
        found.study.to_toml(),
        status(folder),
    )


def test_no_damage_to_a_study_gives_other_numbers(small, tmp_path):  # noqa: F811
    whole, other, rng = tmp_path / "whole", tmp_path / "other", np.random.default_rng(1)
    run(small, whole, workers=1)
    run(small.replace(seed=99), other, workers=1)
    (other / "months").rename(tmp_path / "theirs")
    truth = tables(whole)
    refused = 0
    for _ in range(TRIES):
        shutil.rmtree(tmp_path / "try", ignore_errors=True)
        shutil.copytree(whole, tmp_path / "try")
        files = sorted(
            path for path in (tmp_path / "try").rglob("*") if path.is_file() and path.name != ".lock"
        )
        theirs = tmp_path / "try" / "months" / "stray.parquet"
        shutil.copy(next((tmp_path / "theirs").iterdir()), theirs)
        damage(rng, [*files, theirs])
        theirs.unlink()
        try:
            found = tables(tmp_path / "try")
        except InputError:
            refused += 1
        else:
            assert found == truth
    assert refused > TRIES / 2


def test_no_damage_to_kept_results_gives_other_numbers(tmp_path):
    whole, rng = tmp_path / "whole", np.random.default_rng(2)
    kept = Kept(whole)
    for k in range(4):
        kept.add({f"key-{k}-{j}": {"a": rng.normal(size=60), "b": rng.normal(size=3)} for j in range(5)})
    truth = kept.read()
    refused = 0
    for _ in range(TRIES):
        shutil.rmtree(tmp_path / "try", ignore_errors=True)
        shutil.copytree(whole, tmp_path / "try")
        damage(rng, sorted((tmp_path / "try").iterdir()))
        try:
            found = Kept(tmp_path / "try").read()
        except InputError:
            refused += 1
        else:
            assert found.keys() == truth.keys()
            assert all((found[key][name] == truth[key][name]).all() for key in truth for name in truth[key])
    assert refused > TRIES / 2
