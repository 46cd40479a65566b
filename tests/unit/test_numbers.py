"""Numbers of behaviour: each has a study, a row of the evidence table, or says that it is assumed; none hides in a formula."""

import ast
import re
from pathlib import Path

import pytest

from ml_abm import kernels, mechanisms
from ml_abm.evidence import table
from ml_abm.parameters import Behaviour, declarations

# What has to come from somewhere: how people and organisations respond, and what is not known of a setting.
ANSWERABLE = [
    about
    for about in declarations().values()
    if about.section == "behaviour" or (about.section == "setting" and about.role == "uncertainty")
]
STUDY = re.compile(r"[A-Z][\w.'&/-]*(?:[ ,][\w.,'&/() -]*)? ?(?:19|20)\d\d")  # a name and a year
OWN = re.compile(r"\b(assumed|tuned|definition)\b")

# Numbers that need no reason: nothing, one, two, a half, months of a year, and what only keeps a division from zero.
FREE = {0, 1, 2, 12, 0.5}
TINY = 1e-5
# Every other number in formulas and kernels, by file, with what it is. Those in `CHOICES` say how people respond, as parameters do.
LITERALS = {
    ("capacity", 100): "a unit: coaches for 100 schools",
    ("capacity", 4): "arithmetic: 4 g (1 - g) is 1 at its highest",
    ("cost", 100): "a unit: prices are those of 100 schools",
    ("cost", 5): "a unit: the price of a course is that of five days",
    ("skill", 5): "a unit: what a course teaches is said of five days",
    ("funding", 1e9): "arithmetic: more schools than there are",
    ("chance", 1024): "the exponential: rounds to the nearest whole number", ("chance", 1024.5): "the exponential: the same",
    ("chance", 1023): "the exponential: bias of a float's exponent", ("chance", 52): "the exponential: bits of a float's fraction",
    ("chance", 0.00833326607422801): "the exponential: its polynomial", ("chance", 0.49999999999810135): "the exponential: its polynomial",
    ("chance", 0.00138888225045): "the exponential: its polynomial", ("chance", 0.166666668911656): "the exponential: its polynomial",
    ("chance", 0.9999999999797703): "the exponential: its polynomial", ("chance", 0.0001991588006974427): "the exponential: its polynomial",
    ("chance", 0.04166666688525819): "the exponential: its polynomial", ("chance", 2.487579458216305e-05): "the exponential: its polynomial",
    ("chance", 30): "arithmetic: log-odds that are never or always", ("chance", 5): "arithmetic: a log-hazard that is always",
    ("chance", 0.99): "arithmetic: a chance in a year that has a rate",
    ("practice", 127): "a code: skill in seven bits", ("teachers", 127): "a code: skill in seven bits",
    ("block", 256): "speed: teachers in a block", ("block", 8): "speed: numbers that one instruction moves",
    ("census", 5): "what is recorded: fifths", ("census", 100): "what is recorded: per 100 USD",
    ("programme", 100): "a unit: coaches for 100 schools",
    ("spread", 100): "what is recorded: hundredths", ("spread", 4096): "what is recorded: rows of a sample",
    ("spread", 0.1): "what is recorded: the lower tenth", ("spread", 0.9): "what is recorded: the upper tenth",
    ("spread", 3): "a code: commitment's place", ("spread", 4): "a code: places",
}  # fmt: skip
CHOICES = {
    ("institutionalisation", 5): "how sharply reported fidelity counts (modelling choice)",
    ("turnover", 3): "standard deviations of exhaustion beyond which no more leave (modelling choice)",
    ("chances", 4): "months of a term, in which a teacher's commitment differs by the same (definition)",
}
# The first version had 129 parameters of behaviour, and of literals, by the same search, the slope of 5 of institutionalisation, the 3
# of turnover, and in what colleagues saw of practice 0.3 and 0.7.
FIRST_VERSION = 129 + 4


@pytest.mark.parametrize("about", ANSWERABLE, ids=lambda about: about.dotted)
def test_a_number_of_behaviour_says_where_it_comes_from(about):
    if about.evidence:
        assert about.evidence in table().index
    else:
        assert STUDY.search(about.source) or OWN.search(about.source), f"{about.dotted}: {about.source!r}"


@pytest.mark.parametrize(
    "source",
    ["", "contested", "prototype", "half-life 12 months", "Tusome: system routines", "2018", "in 2018"],
)
def test_words_that_name_nothing_are_no_source(source):
    assert not STUDY.search(source)
    assert not OWN.search(source)


@pytest.mark.parametrize(
    "source",
    ["Ennett et al. 2011: 55% teach all lessons", "Beg, Fitzpatrick & Lucas 2024", "OECD TALIS 2018: 38.3"],
)
def test_a_name_and_a_year_are_a_study(source):
    assert STUDY.search(source)


def literals(path: Path) -> set[tuple[str, float]]:
    """Return the numbers in a file that need a reason, each once."""
    numbers = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    }
    return {(path.stem, number) for number in numbers if number not in FREE and number >= TINY}


def found() -> set[tuple[str, float]]:
    """Return the numbers of all formulas and kernels that need a reason."""
    rooms = [Path(next(iter(room.__path__))) for room in (mechanisms, kernels)]
    return {literal for room in rooms for path in room.glob("*.py") for literal in literals(path)}


def test_numbers_in_formulas_and_kernels_have_reasons_and_reasons_numbers():
    assert not set(LITERALS) & set(CHOICES)
    assert found() == set(LITERALS) | set(CHOICES)


def test_a_number_that_hides_in_a_formula_is_found(tmp_path):
    path = tmp_path / "hidden.py"
    path.write_text(
        "def f(x, p):\n    return -0.3 * x + p.base * 12.0 + max(x, 1e-9) + 7 * 0.5\n", encoding="utf-8"
    )
    assert literals(path) == {("hidden", 0.3), ("hidden", 7)}


def test_there_are_no_more_numbers_of_behaviour_than_in_the_first_version():
    assert len(Behaviour.model_fields) + len(CHOICES) <= FIRST_VERSION
