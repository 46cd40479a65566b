"""Every word that the picture and the panels ask for is there, and none is there that no one asks for."""

import re
from pathlib import Path

import pytest

from ml_abm import viz
from ml_abm.outcomes import lost
from ml_abm.viz.cards import SHOWN
from ml_abm.viz.texts import LANGUAGES, Words, texts
from ml_abm.viz.uncertainty import COMPARED

HERE = Path(viz.__file__).parent
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("stage/*.js")))
TEMPLATES = {path.stem: path.read_text(encoding="utf-8") for path in HERE.glob("components/*.vue")}
PYTHON = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.rglob("*.py")))
# Which tables a panel is given, and what their keys begin with there.
GIVEN = {
    "bar": {"bar": "", "take": "take_"},
    "chance": {"compare": ""},
    "levers": {"levers": ""},
    "offers": {"offers": ""},
    "people": {"people": ""},
}
# Tables that test_words.py compares with what they name, and the marks of evidence.
NAMED = {"barrier", "barrier_short", "enrolment", "grant", "mark", "outside"}
WITH_PANELS = {table for tables in GIVEN.values() for table in tables}
ADDED = {"levers": {"as_planned"}, "people": {"close", "pinned"}}  # by the page


def named(pattern, text=SCRIPTS):
    return set(re.findall(pattern, text))


def asked_by_the_picture():
    """Return the keys that the scripts put together from names of cards, charts, shades and barriers."""
    charts = {f"chart_{key}" for key in named(r'(?:super|new \w*Chart)\("([a-z]+)"')} | named(
        r'"(chart_\w+)"'
    )
    shades = named(r'"(\w+)"', re.search(r"SHADES = \[(.*?)\]", SCRIPTS)[1])
    return (
        {f"card_{key}" for key, _, _ in (*SHOWN, *COMPARED)}
        | charts
        | {f"{chart}_unit" for chart in charts - {"chart_map"}}  # what its note says depends on the map
        | {f"{prefix}_{shade}" for prefix in ("shade", "legend") for shade in shades}
        | {f"save_{kind}" for kind in named(r'item\("(\w+)"\)')}
        | {*lost(), "delivering"}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_has_every_word_that_it_asks_for_and_no_other(language):
    there = set(Words(language).table("stage"))
    asked = asked_by_the_picture() | named(r'text\("(\w+)"')
    assert len(asked) > 60
    assert asked - there - {"2d"} == set()
    assert there - asked - named(r'"(\w+)"') - {"source"} == set(), "words that nothing shows"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", GIVEN)
def test_a_panel_has_every_word_that_it_asks_for(panel, language):
    words = Words(language)
    given = {prefix + key for table, prefix in GIVEN[panel].items() for key in words.table(table)}
    assert named(r"\btexts\.(\w+)", TEMPLATES[panel]) - given - ADDED.get(panel, set()) == set()


def shown_by_panels():
    """Return the keys that templates show, as they stand in the texts."""
    return {
        f"{table}.{key.removeprefix(prefix)}"
        for panel, tables in GIVEN.items()
        for table, prefix in tables.items()
        for key in named(r"\btexts\.(\w+)", TEMPLATES[panel]) | named(r"'(\w+)'", TEMPLATES[panel])
        if key.startswith(prefix)
    }


def test_no_word_is_there_that_nothing_shows():
    written = shown_by_panels() | named(r"""["']([a-z_]+(?:\.\w+)*)["']""", PYTHON)
    # f"barrier.{name}" may be any of its table; f"story.{key}{since}" is one of the words in quotes, or of what follows them
    some = {re.sub(r"\{[^}]*\}", r"(\\w*)", text) for text in named(r'f"([a-z_]+\.[a-z_]*\{[^"]*)"', PYTHON)}
    whole = named(r'table\(f?"([a-z_]+)', PYTHON) - {*WITH_PANELS, "stage"} | NAMED
    quoted = {text.replace(" ", "_") for text in named(r'"([\w ]+)"', PYTHON)} | {""}

    def shown(key):
        table, last = key.split(".")[0], key.split(".")[-1]
        if (
            table in {*whole, "stage"}
            or key in written
            or (last in ("one", "other") and key.rsplit(".", 1)[0] in written)
        ):
            return True
        return any(
            (found := re.fullmatch(pattern, key))
            and all(part.removesuffix("_start") in quoted for part in found.groups())
            for pattern in some
        )

    idle = sorted(key for key in texts("en") if not shown(key))
    assert not idle, idle
