"""Every word of the page in every language, and numbers as people write them."""

import string

import pytest

from ml_abm.outcomes import lost
from ml_abm.scenario import Scenario, preset_names
from ml_abm.system.outside import BY_SCHOOL
from ml_abm.tables import Enrolment, GrantStatus, Stage
from ml_abm.viz.levers import GROUPS, levers
from ml_abm.viz.texts import LANGUAGES, Words, language_of, said, texts

OTHERS = [language for language in LANGUAGES if language != "en"]


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_key_with_the_same_blanks(language):
    english, other = texts("en"), texts(language)
    assert set(other) == set(english)
    assert {key for key in english if blanks(english[key]) != blanks(other[key])} == set()
    assert not [key for key, text in other.items() if not text.strip()]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_can_say_what_the_presets_say(language):
    spoken = set()
    for name in preset_names():
        scenario = Scenario.preset(name)
        spoken |= {scenario.title, scenario.sentence}
        spoken |= {event.says for event in scenario.timeline} | {funder.name for funder in scenario.funders}
    assert spoken <= set(said(language))
    assert set(said(language)) <= spoken, "words for what no preset says any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_levers_barriers_and_states_have_words(language):
    words = Words(language)
    for name in levers():
        assert {"name", "about", "value", "low", "high"} <= set(words.table(f"lever.{name}"))
    assert set(words.table("group")) == set(GROUPS)
    assert set(words.table("barrier")) == set(lost())
    assert set(words.table("barrier_short")) == {*lost(), "delivering"}
    for prefix, kind in (("stage_of", Stage), ("enrolment", Enrolment), ("grant", GrantStatus)):
        assert set(words.table(prefix)) == {member.name for member in kind}
    assert set(words.table("outside")) == {"funders", *BY_SCHOOL}
    assert set(words.table("country")) == set(preset_names())


def test_numbers_are_written_as_the_language_does():
    english, spanish = Words("en"), Words("es")
    assert english.number(1234567.25, 1) == "1,234,567.3"
    assert spanish.number(1234567.25, 1) == "1.234.567,3"
    assert (english.number(1234), spanish.number(1234)) == ("1,234", "1234")
    assert english.number(-0.04, 1) == "0"
    assert english.number(-2.5, 1) == "\u22122.5"
    assert (english.percent(0.125), spanish.percent(0.5)) == ("13%", "50\u00a0%")


def test_months_count_from_the_start_year_with_its_fraction():
    words = Words("en")
    assert words.date(2020, 0) == "January 2020"
    assert words.date(1986.7, 0) == "September 1986"
    assert Words("es").date(2020, 14) == "marzo de 2021"


def test_one_month_is_not_many():
    assert Words("en").plural("ago", 1) == "a month ago"
    assert (Words("en").points(0.01), Words("en").points(0.02)) == ("1 point", "2 points")
    assert Words("es").plural("ago", 12) == "hace 12 meses"


@pytest.mark.parametrize(
    ("accepted", "language"), [("es-AR,es;q=0.9", "es"), ("fr,es;q=0.4", "es"), ("de", "en"), ("", "en")]
)
def test_the_language_is_the_first_that_the_browser_and_the_page_share(accepted, language):
    assert language_of(accepted) == language
