"""The draws of the package: theirs is this model, and no other file passes for them."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from ml_abm.assess.value import of_figures
from ml_abm.errors import EvidenceError
from ml_abm.evidence.posterior import PATH, behaviour, posterior, read_posterior, write_posterior
from ml_abm.inference.identity import runs_of_trials
from ml_abm.inference.points import asked

MIDDLE = np.array([[(about.low + about.high) / 2 for about in behaviour()]])


@pytest.fixture
def written(tmp_path):
    """Return a function that writes draws with some of the file's words changed."""

    def write(values=MIDDLE, **said):
        path = tmp_path / "draws.parquet"
        write_posterior(path, values, {"T06": np.zeros(len(values))}, said)
        return path

    return write


def test_the_draws_belong_to_this_model():
    # If a formula, a default or a trial changed: `make evidence`.
    assert posterior().said["runs"] == runs_of_trials()


def test_they_are_enough_and_small():
    assert posterior().said["effective"] >= 200
    assert len(posterior()) >= 300
    assert PATH.stat().st_size < 1_000_000
    assert set(posterior().figures) == {figure.name for figure in asked().figures}


def test_what_was_written_is_read_again(written):
    found = read_posterior(written(np.repeat(MIDDLE, 3, axis=0), effective=3))
    assert len(found) == 3
    assert found.draw(4) == found.draw(1) == dict(zip(found.names, MIDDLE[0].tolist(), strict=True))
    assert found.said["effective"] == 3


def refused(path, says):
    with pytest.raises(EvidenceError, match=says) as error:
        read_posterior(path)
    assert "\n" not in str(error.value)


def test_draws_of_another_model_are_refused(written):
    refused(written(parameters="those of another model"), "draws of another model")


def test_draws_of_another_kind_or_version_are_refused(written):
    refused(written(kind="recipe"), "kind and schema")
    refused(written(schema=99), "kind and schema")


def test_draws_out_of_range_are_refused(written):
    wrong = MIDDLE.copy()
    wrong[0, 0] = 1e9
    refused(written(wrong), behaviour()[0].name)
    wrong[0, 0] = np.nan
    refused(written(wrong), behaviour()[0].name)


def test_a_file_without_a_draw_is_refused(written):
    refused(written(MIDDLE[:0]), "no draw")


def test_a_damaged_file_is_refused(written, tmp_path):
    path = written()
    path.write_bytes(path.read_bytes()[:200])
    refused(path, "cannot be read")
    refused(tmp_path / "nowhere.parquet", "cannot be read")
    table = pq.read_table(written())
    pq.write_table(table.replace_schema_metadata({"ml_abm": json.dumps([1])}), path)
    refused(path, "cannot be read")
    pq.write_table(table.replace_schema_metadata({}), path)
    refused(path, "cannot be read")


def test_what_an_answer_is_made_of_explains_it():
    numbers = range(len(posterior()))
    learning = posterior().figures["T30"]
    table = of_figures(numbers, learning + 1e-3 * np.random.default_rng(1).standard_normal(len(learning)))
    first = table.iloc[0]
    assert (first["kind"], first["name"]) == ("figure of a trial", "T30")
    assert first["share"] > 0.8
    assert first["shown"]
    nothing = of_figures(numbers, np.random.default_rng(2).standard_normal(len(learning)))
    assert nothing["shown"].sum() <= 1
