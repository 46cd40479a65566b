"""An assessment: its numbers are those of its tables, it is resumed, and what cannot be assessed is told what to add."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest

from ml_abm.assess.variants import QUICK, SMALLEST
from ml_abm.cli import main
from ml_abm.report import assess, svg
from ml_abm.scenario import Scenario
from ml_abm.system import settled
from ml_abm.system.smaller import large_and_real

MINUS = "\N{MINUS SIGN}"
SMALL = {
    "setting.schools": 40,
    "setting.districts": 4,
    "programme.pilot_schools": 4,
    "programme.training_capacity": 12,
}


def small():
    return Scenario.preset("base").replace(SMALL)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def found(kept):
    return assess(small(), size=SMALLEST, workers=2, keep=kept)


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assessed") / "report"
    found.write(folder)
    return folder


class Page(HTMLParser):
    """Collects what a page says, what it asks a network for, and pictures without words."""

    def __init__(self, text):
        super().__init__()
        self.said, self.asked, self.mute, self.ids, self.links = [], [], 0, set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.asked += [
            v for k, v in attributes if k in ("src", "href", "data") and v and not v.startswith("#")
        ]
        self.links += [v[1:] for k, v in attributes if k == "href" and v and v.startswith("#")]
        self.ids.add(given.get("id"))
        if tag == "svg" and not (
            given.get("role") == "img" and (given.get("aria-label") or given.get("aria-labelledby"))
        ):
            self.mute += 1

    def handle_data(self, data):
        self.said.append(data)


def test_the_page_stands_alone_and_every_picture_has_words(found):
    page = Page(found.html())
    assert page.asked == []
    assert page.mute == 0
    assert set(page.links) <= page.ids
    assert not re.search(r"url\((?!#)|@import", found.html())


def test_the_odds_on_the_page_are_those_of_the_table(found, folder):
    odds = pd.read_csv(folder / "odds.csv").iloc[0]
    behind = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
    reached, n = round(odds.odds * behind["draws"]), behind["draws"]
    assert behind["tables"]["odds"][0]["odds"] == odds.odds == found.odds[0]
    assert f"{reached} of {n} futures" in " ".join(
        Page((folder / "report.html").read_text(encoding="utf-8")).said
    )
    assert odds.low <= odds.odds <= odds.high


def test_every_table_is_a_file_and_in_the_json(found, folder):
    behind = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
    for name, table in found.tables.items():
        assert len(pd.read_csv(folder / f"{name}.csv")) == len(table) == len(behind["tables"][name]), name


def test_the_scenario_beside_the_report_is_the_one_assessed(found, folder):
    assert Scenario.load(folder / "scenario.toml") == found.scenario


def test_constraints_and_levers_come_with_the_largest_first(found):
    for table in (found.constraints, found.levers):
        assert list(table.gain) == sorted(table.gain, reverse=True)
        assert (table.low <= table.gain).all()
        assert (table.gain <= table.high).all()


def test_a_kept_assessment_runs_nothing_twice(found, kept):
    parts = {path.name for path in kept.rglob("*.parquet")}
    again = assess(small(), size=SMALLEST, workers=1, keep=kept)
    assert {path.name for path in kept.rglob("*.parquet")} == parts
    assert again.behind()["tables"] == found.behind()["tables"]


def test_without_an_endgame_or_a_programme_it_says_what_to_add(tmp_path, capsys):
    for changes, says in (
        ({"endgame": None}, "add a table [endgame]"),
        (
            {"programme.pilot_schools": 0, "programme.pilot_districts": 0, "programme.training_capacity": 0},
            "has no programme",
        ),
    ):
        path = tmp_path / "mine.toml"
        path.write_text(small().replace(changes).to_toml(), encoding="utf-8")
        assert main(["assess", str(path), "--quick"]) == 2
        said = capsys.readouterr().err
        assert says in said
        assert said.count("\n") == 1


def test_money_by_line_is_money_by_payer(found):
    totals = found.tables["spending"].groupby("kind")[["pilot", "scale"]].sum()
    assert set(totals.index) == {"line", "payer", "total"}
    assert totals.loc["line"].to_list() == pytest.approx(totals.loc["total"].to_list())
    assert totals.loc["line"].to_list() == pytest.approx(totals.loc["payer"].to_list())


def luminance(colour):
    """Return the relative luminance of a colour such as #1b1f24 (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [svg.LIGHT, svg.DARK], ids=["light", "dark"])
def test_words_stand_out_from_what_they_are_on(scheme):
    colours = dict(re.findall(r"--(\w+):(#\w{6})", scheme))
    for name in ("ink", "soft", "mark", "harm"):
        for ground in ("ground", "card"):
            dark, bright = sorted([luminance(colours[name]), luminance(colours[ground])])
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


def test_no_zero_on_the_page_has_a_sign(found):
    said = " ".join(Page(found.html()).said)
    assert not re.search(rf"[-{MINUS}](US\$)?0(\.0*)?(?![\d.])", said)


def test_a_list_of_many_teachers_is_simulated_whole_and_that_is_said_before(tmp_path, capsys):
    rows = "\n".join(f"s{k},d{k % 4},30" for k in range(300))
    (tmp_path / "schools.csv").write_text(f"id,district,teachers\n{rows}\n", encoding="utf-8")
    listed = tmp_path / "mine.toml"
    listed.write_text(
        'system.schools = "schools.csv"\nprogramme.pilot_schools = 4\nprogramme.pilot_districts = 1\n'
        "endgame.schools = 0.5\nendgame.fidelity = 0.4\nendgame.government_share = 0\nendgame.by_year = 2021\nendgame.sustained_years = 0\n",
        encoding="utf-8",
    )
    assert main(["assess", str(listed), "--quick"]) == 0
    said = capsys.readouterr().out
    assert "all 9,000 teachers are simulated" in " ".join(said.split())
    assert large_and_real(settled(Scenario.load(listed)), QUICK.teachers)


KEYS = {"unit_costs": ["measure", "when"], "pairs": ["first", "second"], "spending": ["item"]}


def test_every_number_of_the_pages_tables_is_that_of_the_table_it_names(found):
    shown = re.findall(r'<data value="([^"]+)" data-from="([^"]+)"', found.html())
    assert len(shown) > 150
    for value, source in shown:
        name, rest = unescape(source).split("/", 1)
        key, column = rest.rsplit("/", 1)
        table = found.tables[name]
        heads = table[KEYS.get(name, [table.columns[0]])].astype(str).agg("|".join, axis=1)
        assert float(value) == table.loc[heads == key, column].item(), source


def test_the_page_opens_with_what_to_decide_by_and_the_annex_comes_after_it(found):
    """Every step and risk of the first pages stands in the tables behind them, with the same numbers."""
    page = found.html()
    first, annex = page.split('id="annex"')
    for heading in ('id="why"', 'id="steps"', 'id="risks"', 'id="who"', 'id="unknown"'):
        assert heading in first
    cited = set(re.findall(r'data-from="([^"]+)"', first))
    steps = {name.split("/")[1] for name in cited if name.startswith("levers/")}
    assert steps == set(found.levers[found.levers["rank"].between(1, 3)]["lever"])
    for source in cited:
        assert source.split("/")[0] in found.tables, source
    assert 'data-from="odds/endgame/odds"' in annex
    assert set(re.findall(r'data-from="(levers/[^"]+)"', first)) <= set(
        re.findall(r'data-from="(levers/[^"]+)"', annex)
    )
