"""Trials are read strictly, their statistics say what one works out by hand, and arms that are shared are run once."""

import math
import tomllib

import numpy as np
import pytest

from ml_abm.errors import InputError, TrialError
from ml_abm.trials import Portfolio, Trial, as_table, find_trial, run_trial, run_trials
from ml_abm.trials import run as running
from ml_abm.trials.advice import MEASURES, gini, of_school
from ml_abm.trials.observed import Need, Observed
from ml_abm.trials.result import jackknife
from ml_abm.trials.statistic import Evaluation, Words, read

FILE = """
id = "X1"
question = "What does a coach add?"
study = "Someone 2020"
source = "Someone 2020, a journal"
country = "Nowhere"
grade = "A"
use = "fit"
why = "The arms do what the study did."
months = 6
seeds = 3

[intervention]
name = "Lessons"
effect_size = 0.5
low = 0.2
high = 1.0
source = "assumed"

[design]
funders = [{ name = "Trial", stage = "system", annual_budget = 1_000_000_000, horizon_months = 0 }]

[design.setting]
schools = 6
districts = 2
teachers_per_school = 3

[design.innovation]
design_months = 0

[design.programme]
pilot_schools = 6
pilot_districts = 2

[arms.trained.programme]
coaches_per_100_schools = 0

[arms.coached.programme]
coaches_per_100_schools = 10

[[found]]
what = "learning, coached less trained"
statistic = "mean(coached.learning_sd[0:6]) - mean(trained.learning_sd[0:6])"
value = 0.1
low = 0.0
high = 0.2
interval = "95 %"
unit = "SD"
"""


def trial(old="", new=""):
    """Return the trial above with a piece of its file replaced."""
    assert old in FILE
    return Trial.from_values(tomllib.loads(FILE.replace(old, new)), "x1.toml")


def refused(make):
    """Return the one line in which something is refused."""
    with pytest.raises(InputError) as caught:
        make()
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 1000
    assert "pydantic" not in message
    return message


# --- statistics, by hand --------------------------------------------------------------------------------------------------
# Two runs of one arm: an outcome over three months; four teachers in two schools of two a run, in month 2.

OUTCOME = [[0.0, 0.2, 0.4], [0.0, 0.4, 0.8]]
FIDELITY = [[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]
STRAIN = [[0.8, 0.7, 0.6, 0.5], [0.4, 0.3, 0.2, 0.1]]
STAGE = [[3, 3, 2, 3], [4, 3, 3, 1]]
LEADERSHIP = [[0.0, 1.0], [0.5, 0.5]]


def runs():
    def one(k):
        return Observed(
            {
                Need("runs", "fidelity"): np.array(OUTCOME[k]),
                Need("teacher", "fidelity", 2): np.array(FIDELITY[k]),
                Need("teacher", "strain", 2): np.array(STRAIN[k]),
                Need("teacher", "stage", 2): np.array(STAGE[k], dtype=float),
                Need("teacher.school", "leadership", 2): np.repeat(LEADERSHIP[k], 2),
                Need("school", "leadership", 2): np.array(LEADERSHIP[k]),
                Need("school", "leadership", 1): np.array([1.0, 1.0]),
            }
        )

    return {"arm": [one(0), one(1)]}


def worked_out(text, **let):
    words = Words(("arm",), 3, ("effect_size",), {})
    named = {}
    for name, expression in let.items():
        named[name] = read(expression, Words(("arm",), 3, ("effect_size",), dict(named)))
    words = Words(("arm",), 3, ("effect_size",), named)
    return Evaluation(runs(), {"effect_size": 0.5}, named, 3).number(read(text, words))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4 / 8", 6.5),
        ("-effect_size", -0.5),
        ("mean(arm.fidelity[1:3])", 0.45),  # of 0.2, 0.4, 0.4, 0.8
        ("mean(arm.fidelity[2])", 0.6),
        ("mean(arm.fidelity)", 0.3),
        ("mean(arm.fidelity[1:3] * arm.fidelity[1:3])", 0.25),
        ("share(arm.fidelity[2] >= 0.5)", 0.5),  # the second run only
        ("mean(arm.teacher.fidelity)", 0.45),  # without months: at the end
        ("mean(arm.teacher.fidelity[2], arm.teacher.stage[2] == USING)", 2.0 / 5),  # 0.1 0.2 0.4 0.6 0.7
        (
            "share(arm.teacher.fidelity[2] > 0.35, arm.teacher.stage[2] == USING)",
            0.6,
        ),
        ("share(0.2 < arm.teacher.fidelity[2] <= 0.4)", 0.25),
        (
            "share(arm.teacher.stage[2] == USING and not arm.teacher.fidelity[2] > 0.5)",
            3 / 8,
        ),
        (
            "share(arm.teacher.stage[2] == TRAINED or arm.teacher.stage[2] == LAPSED)",
            2 / 8,
        ),
        ("corr(arm.teacher.strain, arm.teacher.fidelity)", -1.0),  # strain is 0.9 - fidelity
        ("slope(arm.teacher.strain, arm.teacher.fidelity)", -1.0),
        (
            "slope(arm.teacher.strain, arm.teacher.fidelity, arm.teacher.school.leadership)",
            -1.0,
        ),
        ("sd(arm.school.leadership[2])", math.sqrt(0.125)),  # of 0, 1, 0.5, 0.5
        ("quantile(arm.teacher.fidelity[2], 0.5)", 0.45),
        ("total(arm.school.leadership[2])", 1.0),  # of a run, mean over runs
        ("mean(average(arm.school.leadership[1:3]))", 0.75),
        ("share(average(arm.school.leadership[1:3]) > 0.75)", 0.25),  # of 0.5, 1, 0.75, 0.75
        ("exp(log(2 + 3))", 5.0),
    ],
)
def test_a_statistic_is_what_one_works_out_by_hand(text, value):
    assert worked_out(text) == pytest.approx(value)


def test_named_expressions_may_name_those_above_them():
    using = "arm.teacher.stage[2] == USING"
    assert worked_out("mean(arm.teacher.fidelity[2], high)", using=using, high="using and (arm.teacher.fidelity[2] > 0.5)") == pytest.approx(0.65)  # fmt: skip


def test_a_logistic_is_found_and_a_step_is_not_one():
    months = np.arange(60)
    curve = 0.8 / (1 + np.exp(-0.2 * (months - 30)))
    zigzag = np.where(months % 2, 0.8, 0.1)
    words = Words(("arm",), 60, (), {})
    expression = read("share(logistic_r2(arm.fidelity[0:60]) > 0.95)", words)
    pair = [Observed({Need("runs", "fidelity"): series}) for series in (curve, zigzag)]
    assert Evaluation({"arm": pair}, {}, {}, 60).number(expression) == 0.5


def test_a_series_that_never_moves_is_no_logistic():
    flat = [Observed({Need("runs", "fidelity"): np.full(10, 0.2)})] * 2
    expression = read("mean(logistic_r2(arm.fidelity))", Words(("arm",), 10, (), {}))
    assert Evaluation({"arm": flat}, {}, {}, 10).number(expression) == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 / (mean(arm.fidelity[0]))", "divides by nothing: mean(arm.fidelity[0]) is 0"),
        ("mean(arm.teacher.fidelity[2], arm.teacher.stage[2] == UNAWARE and arm.teacher.stage[2] == USING)", "no row is left"),
        ("corr(arm.teacher.fidelity, arm.teacher.fidelity * 0)", "is the same for all"),
        ("slope(arm.teacher.strain, arm.teacher.fidelity, 2 * arm.teacher.fidelity)", "do not vary independently"),
        ("log(0 - 1)", "not above 0"),
        ("quantile(arm.teacher.fidelity, 2)", "allowed 0 to 1"),
        ("exp(1e9)", "not a finite number"),
    ],
)  # fmt: skip
def test_a_statistic_that_has_no_value_says_why(text, says):
    assert says in refused(lambda: worked_out(text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mean(arm.fidelty[0:3])", "fidelty is not an outcome. Did you mean 'fidelity'?"),
        ("mean(arm.teacher.strian)", "strian is not a column of teacher. Did you mean 'strain'?"),
        ("mean(amr.fidelity)", "there is no arm amr. Did you mean 'arm'?"),
        ("mean(arm.fidelity[0:4])", "allowed are months 0 to 2"),
        ("mean(arm.fidelity[2:2])", "allowed are months 0 to 2"),
        ("mean(arm.fidelity[-1])", "allowed are months 0 to 2"),
        ("mean(arm.fidelity[0:3:2])", "allowed are months 0 to 2"),
        ("mean(arm.teacher.fidelity * arm.school.leadership)", "mixes school and teacher"),
        ("median(arm.fidelity)", "median is not a function: allowed are mean"),
        ("mean(arm.fidelity, arm.fidelity)", "write mean(values) or mean(values, condition)"),
        ("share(arm.fidelity)", "write share(condition)"),
        ("mean(arm.fidelity > 0.5)", "write mean(values)"),
        ("(arm.fidelity > 0) + 1", "its parts have to be numbers"),
        ("arm.fidelity and 1", "its parts have to be conditions"),
        ("1 / 0", "divides by nothing"),
        ("arm", "arm is an arm: say what of it"),
        ("effect", "effect is not known."),
        ("mean(arm.fidelity", "is not an expression"),
        ("", "is not an expression"),
        ("1; 2", "is not an expression"),
        ("2 ** 9", "cannot be in a statistic"),
        ("'text'", "cannot be in a statistic"),
        ("True", "cannot be in a statistic"),
        ("[1]", "cannot be in a statistic"),
        ("(lambda: 1)()", "is not a function"),
        ("__import__('os').system('ls')", "is not a function"),
        ("arm.__class__", "is not an outcome"),
        ("arm.teacher.school.__init__", "is not a column"),
        ("mean.__globals__", "there is no arm mean"),
        ("arm.a.b.c", "is nothing that can be read"),
        ("1" + "0" * 400, "cannot be in a statistic"),
        ("-" * 1900 + "1", "is not an expression"),
        ("(" * 900 + "1" + ")" * 900, "is not an expression"),
        ("1 + " * 900 + "1", "longer than 2,000 characters"),
        ("1if 2else 3", "cannot be in a statistic"),
    ],
)  # fmt: skip
def test_an_expression_that_cannot_be_read_is_refused_in_one_line(text, says):
    assert says in refused(lambda: read(text, Words(("arm",), 3, ("effect_size",), {})))


def test_the_chance_error_of_a_mean_is_the_one_of_the_textbook():
    values = np.array([1.0, 2.0, 4.0, 7.0])
    left_out = [np.delete(values, k).mean() for k in range(4)]
    assert jackknife(left_out) == pytest.approx(values.std(ddof=1) / 2)


# --- advice ---------------------------------------------------------------------------------------------------------------


def test_advice_of_a_school_of_four():
    """1 and 2 ask each other, 3 asks 2, 4 asks 2 and 1; no one asks 3 and 4; {1, 2, 4} is the only triangle."""
    asks, to = np.array([0, 1, 2, 3, 3]), np.array([1, 0, 1, 1, 0])
    found = dict(zip(MEASURES, of_school(asks, to, 4), strict=True))
    assert found == pytest.approx(
        {
            "asked": 5 / 4,
            "reciprocity": 2 / 5,
            "gini": (-3 * 0 - 1 * 0 + 1 * 2 + 3 * 3) / (4 * 5),
            "closed": 6 / 10,  # of undirected paths, both ways: degrees 2, 3, 1, 2
            "top_three": 1.0,
            "asked_by_no_one": 0.5,
        }
    )


def test_gini_is_0_of_equals_and_grows_towards_1():
    assert gini(np.array([2, 2, 2])) == 0
    assert gini(np.array([0, 0, 0])) == 0
    assert gini(np.array([0, 0, 9])) == pytest.approx(2 / 3)


# --- what a file may say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('low = 0.0\nhigh = 0.2', 'low = 0.2\nhigh = 0.0', "found.1: low = 0.2, high = 0 is no interval"),
        ('value = 0.1', 'value = 0.5', "found.1: value = 0.5 is outside its interval"),
        ('value = 0.1\n', '', "found.1: value: missing"),
        ('interval = "95 %"', 'interval = "42 %"', "found.1.interval = '42 %': allowed '95 %'"),
        ('unit = "SD"', 'unit = "sd"', "found.1: unit = 'sd': allowed 'SD'"),
        ('unit = "SD"', 'unit = "share"\nse = 0', "found.1.se = 0: allowed a number above 0"),
        ('value = 0.1\nlow = 0.0\nhigh = 0.2\ninterval = "95 %"\nunit = "SD"', 'value = 1.5\nlow = 0.5\nhigh = 2\ninterval = "95 %"\nunit = "share"', "a share is between 0 and 1"),
        ('value = 0.1\nlow = 0.0\nhigh = 0.2\ninterval = "95 %"\nunit = "SD"', 'value = 1.5\nlow = -0.5\nhigh = 2\ninterval = "95 %"\nunit = "ratio"', "a ratio is above 0"),
        ('value = 0.1\nlow = 0.0\nhigh = 0.2\ninterval = "95 %"\n', '', "there is nothing to compare with"),
        ('use = "fit"', 'use = "sign"', "use = 'sign' goes with found.direction"),
        ('use = "fit"', 'use = "fits"', "x1.toml: use = 'fits': allowed 'fit', 'sign'"),
        ('unit = "SD"', 'unit = "SD"\ndirection = "up"', "direction = 'up': allowed >, <, >= or <= and a number"),
        ('months = 6', 'months = 0', "months = 0: allowed whole numbers 1 to 1200"),
        ('seeds = 3', 'seeds = 1', "seeds = 1: allowed whole numbers 2 to 10,000"),
        ('grade = "A"', 'grade = "E"', "grade = 'E': allowed text that begins with A, B, C or D"),
        ('months = 6', 'months = 5', "found.1.statistic: coached.learning_sd[0:6]: allowed are months 0 to 4"),
        ('months = 6', 'month = 6', "month is not known. Did you mean 'months'?"),
        ('why = "The arms do what the study did."\n', '', "why is missing: text: why the arms stand"),
        ('mean(coached.learning_sd[0:6]) - mean(trained.learning_sd[0:6])', 'coached.learning_sd[0:6]', "is not one number: write mean(...)"),
        ('mean(coached.learning_sd[0:6]) - mean(trained.learning_sd[0:6])', '1', "found: no statistic reads an arm"),
        ('mean(coached.learning_sd[0:6])', 'mean(coached.learning[0:6])', "found.1.statistic: coached.learning: learning is not an outcome"),
        ('[arms.coached.programme]\ncoaches_per_100_schools = 10', '[arms.coached.programme]\ncoaches_per_100_schools = 100', "x1.toml: arms.coached: programme.coaches_per_100_schools = 100: allowed 0 to 50"),
        ('[arms.coached.programme]\n', '[arms.coached.programme]\npilot_schools = 7\n', "arms.coached: programme.pilot_schools = 7 is more than setting.schools = 6"),
        ('[arms.coached.programme]\n', '[arms.coached.behaviour]\ndilution = 0.1\n[arms.coached.programme]\n', "behaviour.dilution is how people behave, and no arm can set it"),
        ('[arms.coached.programme]\n', '[arms.coached]\ntimeline = [{ month = 2, says = "change", set = { dilution = 0.1 } }]\n[arms.coached.programme]\n', "behaviour.dilution is how people behave"),
        ('[arms.coached.programme]\n', '[arms.coached]\ntimeline = [{ month = 2, says = "change", set = { dilutoin = 0.1 } }]\n[arms.coached.programme]\n', "dilutoin is not known. Did you mean 'dilution'?"),
        ('[arms.coached.programme]\n', '[arms.coached.system]\nschools = "/etc/passwd"\n[arms.coached.programme]\n', "system.schools is not known: allowed are setting"),
        ('design_months = 0\n', 'design_months = 0\neffect_size = 1\n', "innovation.effect_size stands in [intervention]"),
        ('low = 0.2\nhigh = 1.0', 'low = 0.6\nhigh = 1.0', "intervention: 0.5 is outside its range"),
        ('[arms.coached.programme]', '[arms.Coached.programme]', "arms.Coached: a name has small letters"),
        ('[arms.coached.programme]', '[arms.effect_size.programme]', "arms.effect_size: the name is taken by the effect size"),
        ('[[found]]', '[let]\ncoached = "1"\n[[found]]', "let.coached: the name is taken by arms"),
        ('[[found]]', '[let]\nlater = "sooner"\nsooner = "1"\n[[found]]', "let.later: sooner is not known"),
        ('[arms.trained.programme]\n', '[arms.trained]\nportfolio = true\n[arms.trained.programme]\n', "portfolio goes with an arm that says portfolio = true and nothing else"),
    ],
)  # fmt: skip
def test_what_cannot_be_of_a_trial_is_refused_in_one_line(old, new, says):
    message = refused(lambda: trial(old, new))
    assert message.startswith("x1.toml: ")
    assert says in message


def test_an_arm_that_no_statistic_reads_is_not_run():
    assert set(trial().needs) == {"trained", "coached"}
    assert set(trial(" - mean(trained.learning_sd[0:6])").needs) == {"coached"}


def test_a_file_takes_over_what_it_is_based_on_and_its_own_goes_first(tmp_path):
    (tmp_path / "designs").mkdir()
    top, below = FILE.split("[design]\n")
    assert "months" in top
    (tmp_path / "designs" / "shared.toml").write_text(
        'assumed = ["Schools are small."]\nmonths = 9\n[design]\n' + below.split("[[found]]")[0]
    )
    own = 'base = "designs/shared.toml"\nassumed = ["Coaches come weekly."]\n' + top
    file = tmp_path / "own.toml"
    file.write_text(own + "[design.setting]\nschools = 8\n[[found]]" + FILE.split("[[found]]")[1])
    found = find_trial(str(file))
    assert found.months == 6
    assert found.assumed == ("Schools are small.", "Coaches come weekly.")
    assert found.scenario("coached").setting.schools == 8
    assert found.scenario("coached").setting.districts == 2
    assert found.scenario("coached").innovation.effect_size == 0.5


@pytest.mark.parametrize(
    ("base", "says"),
    [
        ('"../x.toml"', "allowed a .toml file in its folder"),
        ('"/etc/x.toml"', "allowed a .toml file in its folder"),
        ('"nowhere.toml"', "there is no such file beside it"),
        ("3", "allowed the name of a .toml file"),
        ('"own.toml"', "more than 5 designs are based on one another"),
        ('"other.toml"', "other.toml: question is not for a design that trials share"),
    ],
)
def test_a_base_that_cannot_be_is_refused_in_one_line(tmp_path, base, says):
    (tmp_path / "other.toml").write_text('question = "?"')
    (tmp_path / "own.toml").write_text(f"base = {base}")
    assert says in refused(lambda: Trial.load(tmp_path / "own.toml"))


def test_a_trial_that_is_not_there_is_refused_with_the_nearest():
    assert "there is no trial 'T3'" in refused(lambda: find_trial("T3"))


# --- the study's side -----------------------------------------------------------------------------------------------------


def found(**values):
    given = {
        "what": "it",
        "statistic": "mean(coached.learning_sd)",
        "unit": "SD",
        "interval": "95 %",
        **values,
    }
    return trial().found[0].model_copy(update={"se": None, **given})


def test_standard_errors_follow_from_the_interval_on_the_scale_of_comparison():
    assert found(value=0.1, low=0.0, high=0.2).error == pytest.approx(0.1 / 1.959964)
    assert found(value=0.1, low=0.0, high=0.2, interval="68 %, assumed").error == pytest.approx(0.1)
    assert found(value=2.0, low=1.0, high=4.0, unit="ratio", interval="68 %").error == pytest.approx(
        math.log(2)
    )
    assert found(value=0.5, low=0.2, high=0.8, unit="share", interval="68 %").error == pytest.approx(
        math.log(4)
    )


def test_an_end_at_the_edge_of_the_scale_says_nothing():
    half_open = found(value=0.5, low=0.2, high=1.0, unit="share", interval="68 %")
    assert half_open.error == pytest.approx(math.log(4))


def test_a_standard_error_that_was_reported_goes_before_the_interval():
    assert found(value=0.1, low=0.0, high=0.2, se=0.03).error == 0.03
    assert found(value=0.5, low=0.2, high=0.8, unit="share", se=0.05).error == pytest.approx(0.2)
    assert found(value=2.0, low=1.0, high=4.0, unit="ratio", se=0.5).error == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("direction", "value", "holds"),
    [("> 0", 0.1, True), ("> 0", 0.0, False), (">= 0", 0.0, True), ("<1", 0.9, True), ("<= -0.5", 0.0, False)],
)  # fmt: skip
def test_a_direction_holds_or_not(direction, value, holds):
    assert found(direction=direction).holds(value) is holds


# --- runs -----------------------------------------------------------------------------------------------------------------


def test_a_trial_is_run_and_compared():
    result = run_trial(trial())
    (compared,) = result.compared
    assert compared.fault == ""
    assert compared.chance > 0
    assert compared.distance == pytest.approx((compared.model - 0.1) / (0.1 / 1.959964))
    row = as_table([result]).iloc[0]
    assert (row.trial, row.what, row.model) == ("X1", "learning, coached less trained", compared.model)


def test_the_same_trial_gives_the_same_bits_on_any_number_of_threads():
    assert run_trial(trial(), workers=1).compared == run_trial(trial(), workers=2).compared


def test_what_is_not_defined_in_the_runs_is_said_and_spares_the_others():
    one = trial(
        "[[found]]",
        '[[found]]\nwhat = "nothing"\nstatistic = "mean(coached.fidelity) / mean(coached.schools_left[0])"\n'
        'direction = "> 0"\nunit = "ratio"\n\n[[found]]',
    )
    nothing, something = run_trial(one).compared
    assert math.isnan(nothing.model)
    assert "divides by nothing" in nothing.fault
    assert something.fault == ""


def test_shared_arms_are_run_once_and_cut_to_what_each_trial_needs(monkeypatch):
    short = trial()
    later = FILE.replace("months = 6", "months = 12").replace(
        "mean(coached.learning_sd[0:6]) - mean(trained.learning_sd[0:6])", "mean(coached.teacher.skill[11])"
    )
    long = Trial.from_values(tomllib.loads(later))
    alone = [run_trial(short), run_trial(long)]
    runs = []
    observe = running.observe
    monkeypatch.setattr(running, "observe", lambda *job: runs.append(job) or observe(*job))
    together = run_trials([short, long])
    assert [r.compared for r in together] == [r.compared for r in alone]
    assert len(runs) == 2 * 3  # two different arms, three seeds


def test_a_draw_of_behaviour_stands_below_the_designs():
    changed = trial().scenario("coached", {"behaviour.dilution": 0.1, "setting.schools": 99})
    assert changed.behaviour.dilution == 0.1
    assert changed.setting.schools == 6


def test_an_intervention_may_have_another_effect_in_all_its_arms():
    low = run_trial(trial(), effects={"Lessons": 0.25}).compared[0].model
    high = run_trial(trial(), effects={"Lessons": 0.5}).compared[0].model
    assert 0 < low < high


# --- the portfolio --------------------------------------------------------------------------------------------------------

PORTFOLIO = """
title = "Some programmes"
months = 24

[scale]
statement = "half of the schools"
outcome = "reach_schools"
month = 24
at_least = 0.5
no_effect_below = 0.05

[design.setting]
schools = 50

[[design.funders]]
name = "Donor"
stage = "pilot"

[draws."innovation.effect_size"]
low = 0
high = 0.6
source = "assumed"

[draws."programme.pilot_schools"]
low = 5
high = 40
distribution = "loguniform"
source = "assumed"

[draws."funders.Donor.horizon_months"]
values = [24, 36]
source = "assumed"

[draws."funders.Donor.annual_budget"]
low = 1000
mode = 2000
high = 9000
distribution = "triangular"
source = "assumed"
"""


def portfolio(old="", new=""):
    assert old in PORTFOLIO
    return Portfolio(**tomllib.loads(PORTFOLIO.replace(old, new)))


def test_programmes_are_drawn_within_what_the_portfolio_says():
    drawn = portfolio().draw(200)
    effects = np.array([programme.innovation.effect_size for programme in drawn])
    pilots = np.array([programme.programme.pilot_schools for programme in drawn])
    budgets = np.array([programme.funders[0].annual_budget for programme in drawn])
    assert 0 <= effects.min() < 0.05 < 0.55 < effects.max() <= 0.6
    assert abs(effects.mean() - 0.3) < 4 * 0.6 / math.sqrt(12 * 200)
    assert 5 <= pilots.min() < pilots.max() <= 40
    assert (
        abs(np.median(pilots) - math.sqrt(5 * 40)) < 3
    )  # a log-uniform one has its median in the geometric middle
    assert 1000 <= budgets.min() < budgets.max() <= 9000
    assert {programme.funders[0].horizon_months for programme in drawn} == {24, 36}
    assert {programme.setting.schools for programme in drawn} == {50}


def test_a_longer_draw_begins_with_a_shorter_one_and_another_seed_is_another_one():
    assert portfolio().draw(5)[:3] == portfolio().draw(3)
    assert portfolio().draw(3, seed=2) != portfolio().draw(3)


def test_one_more_number_to_draw_changes_no_other():
    effect = '[draws."innovation.effect_size"]'
    hours = '[draws."innovation.added_hours"]\nlow = 1\nhigh = 5\nsource = "assumed"\n\n'
    more = portfolio(effect, hours + effect)
    for with_it, without in zip(more.draw(5), portfolio().draw(5), strict=True):
        assert with_it.replace({"added_hours": 3.0}) == without


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('low = 0\nhigh = 0.6', 'low = 0.6\nhigh = 0', "draws.innovation.effect_size: low = 0.6, high = 0 is an empty range"),
        ('low = 0\nhigh = 0.6', 'low = 0\nhigh = 3', "draws.innovation.effect_size: 0 to 3: allowed 0 to 2"),
        ('innovation.effect_size', 'innovation.effect', "draws.innovation.effect: is not a parameter"),
        ('funders.Donor.horizon_months', 'funders.Bank.horizon_months', "allowed funders.NAME.KEY"),
        ('funders.Donor.horizon_months', 'funders.Donor.stage', "allowed funders.NAME.KEY"),
        ('low = 5\n', 'low = 0\n', "low = 0: allowed above 0 with distribution = 'loguniform'"),
        ('mode = 2000', 'mode = 10', "mode = 10: allowed 1000 to 9000"),
        ('mode = 2000\n', '', "mode goes with distribution = 'triangular'"),
        ('source = "assumed"\n\n[draws."programme', '\n[draws."programme', "draws.innovation.effect_size.source is missing"),
        ('outcome = "reach_schools"', 'outcome = "reach"', "scale.outcome = 'reach' is not an outcome."),
        ('month = 24', 'month = 25', "scale.month = 25: allowed 1 to months = 24"),
        ('high = 40', 'high = 400', "programme.pilot_schools"),
        ('values = [24, 36]', 'values = [24, 36]\nlow = 1', "give either values or low and high"),
    ],
)  # fmt: skip
def test_what_cannot_be_of_a_portfolio_is_refused_in_one_line(old, new, says):
    def many():
        portfolio(old, new).draw(50)

    assert says in refused(many)


def test_a_portfolio_file_is_named_in_what_is_wrong_with_it(tmp_path):
    (tmp_path / "mine.toml").write_text(PORTFOLIO.replace("months = 24", "months = 0"))
    with pytest.raises(TrialError, match=r"mine\.toml: months = 0: allowed whole numbers 1 to 1200"):
        Portfolio.load(tmp_path / "mine.toml")


def test_a_trial_of_one_run_has_a_value_and_no_chance_error():
    [compared] = run_trial(find_trial("T48"), seeds=1).compared
    assert np.isfinite(compared.model)
    assert np.isnan(compared.chance)
