"""Ready studies load, are small, and ask what can be asked; their findings are written from whatever the runs say."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from docs.findings import pages
from docs.findings.finding import OPEN, REVERSED, SHOWN
from docs.findings.gaps import crossing, gap
from docs.findings.pictures import apart
from docs.findings.stories import STORIES
from ml_abm.experiments import Study, points, run
from ml_abm.experiments.plan import count
from ml_abm.experiments.ready import study_names
from ml_abm.parameters import find

FOLDER = Path(pages.__file__).parent
# A teacher's month takes some 40 ns: this is a minute and a half on one core.
MOST_TEACHER_MONTHS = 2e9
PNG = b"\x89PNG\r\n"
NAMES = study_names()


def test_every_ready_study_has_a_story_and_every_story_a_study():
    assert set(STORIES) == set(NAMES)
    assert len(NAMES) == 9


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_study_is_small_and_looks_far_enough(name):
    study = Study.preset(name)
    setting = study.scenario.setting
    teachers = setting.schools * setting.teachers_per_school
    assert count(study) * teachers * study.months < MOST_TEACHER_MONTHS
    assert 120 <= study.months <= 180
    assert study.replicates >= 20
    assert study.title
    assert study.question.endswith("?")


@pytest.mark.parametrize("name", NAMES)
def test_every_point_of_a_ready_study_is_within_the_range_of_its_parameters(name):
    for factor, column in points(Study.preset(name)).items():
        about = find(factor)
        assert about is not None
        assert column.between(about.low, about.high).all(), factor


def tiny(name):
    """Return a ready study of two replicates and a little over a year."""
    return Study.preset(name).replace(months=13, replicates=2)


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_is_written_from_a_tiny_version_of_its_study(name, tmp_path):
    experiment = run(tiny(name), tmp_path / name)
    finding = STORIES[name](experiment)
    page = pages.page(finding, experiment)
    assert finding.title in page
    assert all(sentence.endswith(".") and sentence in page for sentence in finding.sentences)
    assert not re.search(r"\bnan\b", page)
    assert "unknown" not in page
    picture = io.BytesIO()
    finding.draw().savefig(picture, dpi=40)
    assert picture.getvalue().startswith(PNG)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_finding_is_there_and_whole(name):
    study, page = Study.preset(name), (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {study.title}\n\n**{study.question}**")
    assert len(re.findall(r"^- .*\.$", page, re.MULTILINE)) == 3
    assert f"ml-abm experiment run {name}\n" in page
    assert f"{count(study):,} runs" in page
    assert (FOLDER / f"{name}.png").read_bytes().startswith(PNG)
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"**{study.question}**" in index
    assert f"]({name}.md)" in index


def test_links_of_findings_lead_somewhere():
    for page in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (FOLDER / target).exists(), f"{page.name} -> {target}"


NONE, MORE = pd.Series([0.1, 0.2, 0.3, 0.4]), pd.Series([0.31, 0.40, 0.50, 0.59])


def test_what_chance_could_be_is_not_called_a_change():
    unsure = gap("adoption", NONE, pd.Series([0.4, 0.1, 0.2, 0.5]))
    assert unsure.turns("raises it", "lowers it", "changes nothing").startswith(
        "changes nothing (95% interval \N{MINUS SIGN}"
    )
    # 0.3 and 0.1 more in two draws, 0.1 less in the two others
    assert unsure.to("it helps", 1) == ("it helps", OPEN.format("50%"))
    mostly = gap("adoption", NONE, pd.Series([0.3, 0.4, 0.5, 0.3]))
    assert mostly.to("it helps", 1)[1] == OPEN.format("75%")
    assert mostly.to("it harms", -1)[1] == OPEN.format("25%")


def test_words_follow_the_sign_of_a_difference():
    better, worse = gap("adoption", NONE, MORE), gap("adoption", MORE, NONE)
    assert better.turns("raises it", "lowers it", "").startswith(
        "raises it by 20 points (95% interval 19 to 21"
    )
    assert worse.turns("raises it", "lowers it", "").startswith(
        "lowers it by 20 points (95% interval 19 to 21"
    )
    assert better.to("it helps", 1)[1] == SHOWN
    assert worse.to("it helps", 1)[1] == REVERSED


def test_a_curve_meets_a_level_between_its_points():
    assert crossing(np.array([1.0, 2, 3]), np.array([0.5, 0.3, 0.1]), 0.2) == pytest.approx(2.5)
    assert crossing(np.array([1.0, 2]), np.array([0.5, 0.3]), 0.6) is None


def test_names_that_would_overlap_are_moved_apart():
    places = apart([0.50, 0.49, 0.1], [0.1, 0.1, 0.1], top=0.6)
    assert places[0] - places[1] == pytest.approx(0.1, abs=1e-6)
    assert places[2] == 0.1
