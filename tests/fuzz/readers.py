"""Which files does the package read, what does a good one look like, and who reads it?"""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml_abm.calibration.own_case import read_own_case
from ml_abm.calibration.priors import prior_table, read_priors
from ml_abm.calibration.problem import target_of
from ml_abm.calibration.rollout import NO_PARAMETERS
from ml_abm.experiments.points_file import read_points
from ml_abm.experiments.ready import study_names
from ml_abm.experiments.study import Study
from ml_abm.lists.school_list import check_schools, check_teachers, school_list
from ml_abm.networks.edges import read_ties
from ml_abm.report.files import check_folder
from ml_abm.scenario import Scenario, System, preset_text
from ml_abm.trials import Portfolio, Trial
from ml_abm.viz.link import VERSION, link_of, linked
from ml_abm.viz.plan import Move, Plan


@dataclass(frozen=True)
class Reader:
    """A kind of file: its name, good contents, words it is made of, who reads it, and what else lies in its folder."""

    file: str
    good: Sequence[bytes]
    words: Sequence[str]
    read: Callable[[Path], Any]
    beside: dict[str, bytes]


SCHOOLS = b"id,district,teachers,pupils,latitude,longitude\nS1,A,3,120,-13.5,28.25\nS2,A,4,160,-13.6,28.3\nS3,B,2,90,-14.0,27.9\n"
TEACHERS = b"id,school,subject,skill\nT1,S1,maths,0.5\nT2,S1,maths,0.25\nT3,S2,arts,0.5\nT4,S3,arts,1\n"
SCENARIO = b'title = "Mine"\nmonths = 60\nsourced = ["a", "b"]\n[setting]\nschools = 100\nstart_year = 2010.0\n[innovation]\ntool_hours = 2.5\n[[funders]]\nname = "A"\nstage = "pilot"\nannual_budget = 1e5\n[[timeline]]\nmonth = 12\nsays = "less"\nscale = {"programme.coaches_per_100_schools" = 0.4}\n[timeline.set]\nprogramme.mandate = 1\n'
LISTED = b'[system]\nschools = "schools.csv"\nteachers = "teachers.csv"\n[system.columns]\nid = "id"\n[[ties]]\nbetween = "teachers"\nfile = "ties.csv"\nwhole = true\n'
STUDY = b'name = "mine"\nscenario = "base"\nmonths = 24\ndesign = "sobol"\nsize = 8\nreplicates = 2\noutcomes = ["adoption", "fidelity"]\n[factors.innovation]\ntool_hours = {low = 0, high = 3, distribution = "normal", mean = 1.0, sd = 0.5}\n[[scenarios]]\nname = "now"\n[[scenarios]]\nname = "helped"\nset = {"programme.community_mobilisation" = 1.0}\n'
LIST_STUDY = (
    b'design = "list"\nfile = "points.csv"\n[scenario]\nmonths = 12\n[scenario.setting]\nschools = 30\n'
)
POINTS = b"tool_hours,added_hours\n0,1\n3,2.5\n1e0,4\n"
CASE = b'case = "mine"\nscenario = "base"\npoints = "case.csv"\nmetric = "schools"\ncounts = "cumulative"\n'
CASE_POINTS = b"year,metric,value,denominator,source,confidence\n2021,schools,20,500,a,A\n2022,schools,80,500,b,B\n2023,schools,150,,c,A\n2024.5,schools,300,500,d,A\n"
PRIORS = b'[priors.behaviour]\njoining_of_peers = {distribution = "lognormal", low = 0.1, central = 0.2, high = 0.9}\n[priors."programme.training_capacity"]\nlow = 1\nhigh = 20\n'
TRIAL = b'id = "X1"\nquestion = "What?"\nstudy = "A"\nsource = "B"\ncountry = "C"\ngrade = "A"\nuse = "fit"\nwhy = "D"\nmonths = 6\nseeds = 2\nbase = "shared.toml"\n[nuisance.cut]\nvalue = 0.5\nlow = 0.1\nhigh = 0.9\nsays = "E"\n[let]\nusers = "one.teacher.stage[5] == USING"\n[arms.one.programme]\ncoaches_per_100_schools = 10\n[[found]]\nwhat = "F"\nstatistic = "share(one.teacher.fidelity[5] > cut, users)"\nvalue = 0.1\nlow = 0.0\nhigh = 0.2\ninterval = "95 %"\nunit = "share"\n'
SHARED_DESIGN = b'months = 6\n[design.setting]\nschools = 30\n[[design.timeline]]\nmonth = 3\nsays = "more"\nset = { mandate = 1 }\n'
PORTFOLIO = b'title = "A"\nmonths = 12\n[scale]\nstatement = "B"\noutcome = "reach_schools"\nmonth = 12\nat_least = 0.5\nno_effect_below = 0.05\n[[design.funders]]\nname = "Donor"\nstage = "pilot"\n[draws."innovation.effect_size"]\nlow = 0\nhigh = 0.6\nsource = "C"\n[draws."funders.Donor.horizon_months"]\nvalues = [24, 36]\nsource = "D"\n'
EDGES = b"from,to,weight\nn0,n1,1\nn1,n2,2.5\nn3,n0,1\n"
GRAPHML = b'<?xml version="1.0"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="w" for="edge" attr.name="weight" attr.type="double"/><key id="l" for="node" attr.name="label" attr.type="string"/><graph edgedefault="directed"><node id="n0"><data key="l">n0</data></node><node id="n1"/><edge source="n0" target="n1"><data key="w">2.0</data></edge></graph></graphml>\n'
GML = b'graph [\n  directed 1\n  node [ id 0 label "n0" ]\n  node [ id 1 label "n1" ]\n  edge [ source 0 target 1 weight 2.0 ]\n]\n'
IDS = [f"n{k}" for k in range(5)]
BASE = Scenario.preset("base")
OWN = BASE.replace({"name": "mine", "title": "Ours", "tool_hours": 3.0, "months": 60})
MOVED = Plan(
    BASE, 7, (Move(0, "innovation.added_hours", 2.5), Move(30, "programme.coaches_per_100_schools", 8.0))
)
LINKS = [link_of(plans, 60) for plans in ((Plan(BASE),), (MOVED, Plan(BASE, 7)), (Plan(OWN),))]
LINK_WORDS = ['"n":', '"d":', '"x":', '"s":', '"m":', '"p":', "[[", "]]", '"base"', '"innovation.added_hours"', '"system":{"schools":"a.csv"}', "{", "}", ":"]  # fmt: skip
STATISTIC_WORDS = ["[arms.two]\n", "[[found]]\n", "[let]\n", "one.", "teacher.", "school.", "[0:6]", "[5]", "mean(", "share(", "corr(", ")", " / ", " and ", " == ", "statistic = ", "base = ", "portfolio = true\n"]  # fmt: skip
TOML_WORDS = ["[setting]\n", "[[funders]]\n", "name = ", "months = ", "schools = ", "set = {", "}", '"a"', "1979-05-27", "[[ties]]\n", "[system]\n", "folder = ", "factors", "low = ", "\n"]  # fmt: skip
CSV_WORDS = ["id", "district", "teachers", "school", "from", "to", "weight", "year", "value", "total", "1", "-", '"', "\n", ",", ";", "\t", "|"]  # fmt: skip
XML_WORDS = ["<graph>", "</graph>", "<node id='n0'/>", "<edge source='n0' target='n1'/>", "<data key='w'>", "graph [", "node [", "id 0", "edge [", "]"]  # fmt: skip


def parquet(table: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    table.to_parquet(stream, index=False)
    return stream.getvalue()


@cache
def workbook() -> bytes:
    stream = io.BytesIO()
    pd.read_csv(io.BytesIO(SCHOOLS)).to_excel(stream, index=False)
    return stream.getvalue()


def scenario(path: Path) -> None:
    read = Scenario.load(path)
    assert Scenario.from_values(read.model_dump()) == read
    read.fingerprints()


def study(path: Path) -> None:
    assert Study.load(path).to_toml()


def schools(path: Path) -> None:
    asked = System(folder=str(path.parent), schools=path.name)
    if check_schools(asked).clean:
        assert (school_list(asked).schools.teachers >= 1).all()


def teachers(path: Path) -> None:
    asked = System(folder=str(path.parent), schools="schools.csv", teachers=path.name)
    if check_teachers(asked).clean:
        school_list(asked)


def ties(path: Path) -> None:
    pairs, weights, report = read_ties(path, IDS)
    assert pairs.min(initial=0) >= 0
    assert pairs.max(initial=0) < len(IDS)
    assert weights is None or np.isfinite(weights).all()
    assert report.text.isprintable()


def own_case(path: Path) -> None:
    target_of(*read_own_case(path if path.suffix == ".toml" else path.with_name("case.toml")))


def priors(path: Path) -> None:
    table = prior_table(list(read_priors(path, NO_PARAMETERS).values()))
    assert np.isfinite(table[["5%", "median", "95%"]].to_numpy(float)).all()


def trial(path: Path) -> None:
    read = Trial.load(path)
    assert read.needs
    for arm in read.needs:
        if not read.is_portfolio(arm):
            read.scenario(arm)


def portfolio(path: Path) -> None:
    read = Portfolio.load(path)
    assert read.scenario(1, seed=2) == read.scenario(1, seed=2)


def folder_of_results(path: Path) -> None:
    """Read a folder that says of itself that it holds a run's results, as `--out` does before it replaces them."""
    try:
        check_folder(path.parent)
    finally:
        assert path.exists()


def link(path: Path) -> None:
    opened(path.read_bytes().decode("utf-8", "replace"))


def inside_of_a_link(path: Path) -> None:
    """Read a file as what a link holds once it is unpacked: a spoilt link would hide it."""
    opened(packed_link(path.read_bytes()))


def opened(text: str) -> None:
    """Read a link; what it restores is linked to again, and read as the same."""
    found = linked(text, {"base": BASE})
    again = linked(link_of(found.plans, found.month), {"base": BASE})
    assert (again.plans, again.month) == (found.plans, found.month)


def packed_link(raw: bytes) -> str:
    return VERSION + base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def unpacked_link(text: str) -> bytes:
    body = text.removeprefix(VERSION)
    return zlib.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


MANIFEST = json.dumps({"ml_abm": "0.1.0", "schema": 1, "seeds": [1]}).encode()

TEXTS = {
    "scenario": Reader("mine.toml", [SCENARIO, LISTED, preset_text("base").encode()], TOML_WORDS, scenario, {"schools.csv": SCHOOLS, "teachers.csv": TEACHERS, "ties.csv": EDGES}),
    "study": Reader("mine.toml", [STUDY, LIST_STUDY], [*TOML_WORDS, *study_names()], study, {"points.csv": POINTS}),
    "points of a study": Reader("points.csv", [POINTS], CSV_WORDS, read_points, {}),
    "schools as text": Reader("any.csv", [SCHOOLS], CSV_WORDS, schools, {}),
    "teachers": Reader("any.csv", [TEACHERS], CSV_WORDS, teachers, {"schools.csv": SCHOOLS}),
    "edge list": Reader("ties.csv", [EDGES], CSV_WORDS, ties, {}),
    "GraphML": Reader("ties.graphml", [GRAPHML], XML_WORDS, ties, {}),
    "GML": Reader("ties.gml", [GML], XML_WORDS, ties, {}),
    "case": Reader("mine.toml", [CASE], TOML_WORDS, own_case, {"case.csv": CASE_POINTS}),
    "points of a case": Reader("case.csv", [CASE_POINTS], CSV_WORDS, own_case, {"case.toml": CASE}),
    "priors": Reader("priors.toml", [PRIORS], [*TOML_WORDS, "distribution = ", "'beta'", "'gamma'", "central = "], priors, {}),
    "trial": Reader("mine.toml", [TRIAL], [*TOML_WORDS, *STATISTIC_WORDS], trial, {"shared.toml": SHARED_DESIGN}),
    "portfolio": Reader("mine.toml", [PORTFOLIO], [*TOML_WORDS, "[draws.", "values = ", "mode = ", "distribution = "], portfolio, {}),
    "link": Reader("link.txt", [text.encode() for text in LINKS], [VERSION, "-", "_", "=", "A"], link, {}),
    "inside of a link": Reader("link.json", [unpacked_link(text) for text in LINKS], LINK_WORDS, inside_of_a_link, {}),
    "manifest of results": Reader("manifest.json", [MANIFEST], ['{"a":', "[", "}"], folder_of_results, {}),
}  # fmt: skip

BINARIES = {
    "schools as Parquet": Reader(
        "any.parquet", [parquet(pd.read_csv(io.BytesIO(SCHOOLS)))], ["PAR1"], schools, {}
    ),
    "schools as Excel": Reader("any.xlsx", [workbook()], ["PK"], schools, {}),
}
