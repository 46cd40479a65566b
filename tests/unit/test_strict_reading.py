"""Every kind of file that users write in TOML is read as strictly, and every fault is worded alike."""

import numpy as np
import pytest

from ml_abm.errors import InputError
from ml_abm.experiments import Study
from ml_abm.scenario import Scenario
from tests.fuzz.readers import TEXTS

# What is written wrong in a good file of each kind, and what is said of it after the file's name.
MISSPELT = {
    "scenario": ("months =", "month =", "month is not known. Did you mean 'months'?"),
    "study": ("replicates =", "replicate =", "replicate is not known. Did you mean 'replicates'?"),
    "case": ("metric =", "metrics =", "metrics is not known. Did you mean 'metric'?; metric is missing: text: "),
    "priors": ("low = 1\n", "lo = 1\n", "priors.programme.training_capacity: lo is not known. Did you mean 'low'?"),
    "trial": ("seeds =", "seed =", "seed is not known. Did you mean 'seeds'?"),
    "portfolio": ("months =", "month =", "month is not known. Did you mean 'months'?"),
}  # fmt: skip
OF_ANOTHER_KIND = {
    "scenario": ("months = 60", "months = [60]", "months = [60]: allowed whole numbers 1 to 1200 months."),
    "study": ("replicates = 2", "replicates = true", "replicates = true: allowed whole numbers 1 to 100,000"),
    "case": ('"schools"', "3", "metric = 3: allowed text: the metric"),
    "priors": ("low = 1\n", "low = 2001-01-01\n", "priors.programme.training_capacity: low = datetime.date(2001, 1, 1): allowed a number"),
    "trial": ("seeds = 2", "seeds = 2.5", "seeds = 2.5: allowed whole numbers 2 to 10,000"),
    "portfolio": ("months = 12\n", 'months = "x"\n', "months = 'x': allowed whole numbers 1 to 1200"),
}  # fmt: skip
WITH_A_COMMA = {
    "scenario": ("tool_hours = 2.5", 'tool_hours = "2,5"', "innovation.tool_hours = '2,5': allowed 0 to 20 h/week."),
    "study": ("mean = 1.0", 'mean = "1,0"', "factors.innovation.tool_hours.mean = '1,0': allowed a number"),
    "priors": ("high = 20", 'high = "20,5"', "priors.programme.training_capacity: high = '20,5': allowed a number"),
    "trial": ("low = 0.1", 'low = "0,1"', "nuisance.cut.low = '0,1': allowed a number"),
    "portfolio": ("low = 0\n", 'low = "0,5"\n', "draws.innovation.effect_size.low = '0,5': allowed a number"),
}  # fmt: skip
WHOLE = {
    "scenario": ("months = 60", "months = 60.0"),
    "study": ("size = 8", "size = 8.0"),
    "trial": ("seeds = 2", "seeds = 2.0"),
    "portfolio": ("month = 12", "month = 12.0"),
}


def read(kind, old, new, folder):
    reader = TEXTS[kind]
    for name, content in reader.beside.items():
        (folder / name).write_bytes(content)
    good = reader.good[0].decode()
    assert old in good
    (folder / reader.file).write_text(good.replace(old, new, 1), encoding="utf-8")
    reader.read(folder / reader.file)


def refused(kind, old, new, folder):
    with pytest.raises(InputError) as caught:
        read(kind, old, new, folder)
    message = str(caught.value)
    assert message.isprintable()
    return message.removeprefix(f"{TEXTS[kind].file}: ")


@pytest.mark.parametrize("kind", MISSPELT)
def test_a_misspelt_key_is_named_with_the_nearest_one(kind, tmp_path):
    old, new, said = MISSPELT[kind]
    assert refused(kind, old, new, tmp_path).startswith(said)


@pytest.mark.parametrize("kind", OF_ANOTHER_KIND)
def test_a_value_of_another_kind_is_quoted_with_what_is_allowed(kind, tmp_path):
    old, new, said = OF_ANOTHER_KIND[kind]
    assert refused(kind, old, new, tmp_path).startswith(said)


@pytest.mark.parametrize("kind", WITH_A_COMMA)
def test_a_decimal_comma_is_recognised(kind, tmp_path):
    old, new, said = WITH_A_COMMA[kind]
    message = refused(kind, old, new, tmp_path)
    assert message.startswith(said)
    assert "Write it with a point." in message


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_number_may_have_a_decimal_point(kind, tmp_path):
    read(kind, *WHOLE[kind], tmp_path)


def test_python_users_may_give_numpys_numbers_and_rows():
    assert Scenario(months=np.int64(24)).months == 24
    study = Study(factors={"tool_hours": {"values": np.array([0.0, 2.0])}}, outcomes=["adoption"])
    assert study.factors["innovation.tool_hours"].values == (0.0, 2.0)
    assert study.outcomes == ("adoption",)
