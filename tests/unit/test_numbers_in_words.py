"""Numbers in words: one rule for each kind, the same strings in Python and in the picture's JavaScript, worked out by hand."""

import doctest
import json
import subprocess
from pathlib import Path
from shutil import which

import pytest

from ml_abm import viz
from ml_abm.foundation import numbers_in_words as words
from ml_abm.foundation.numbers_in_words import LANGUAGES, between, language_table

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"

# What is said of a number, in English and Spanish, worked out by hand from the rules in the module's docstring.
SAID = [
    ("percent", 0.0, "0%", f"0{SPACE}%"),
    ("percent", 1e-14, "0%", f"0{SPACE}%"),
    ("percent", 0.0003, "<0.1%", f"<0,1{SPACE}%"),
    ("percent", 0.004, "0.4%", f"0,4{SPACE}%"),
    ("percent", 0.016, "1.6%", f"1,6{SPACE}%"),
    ("percent", 0.0199, "2%", f"2{SPACE}%"),
    ("percent", 0.0204, "2%", f"2{SPACE}%"),
    ("percent", 0.125, "13%", f"13{SPACE}%"),
    ("percent", 0.285, "29%", f"29{SPACE}%"),
    ("percent", 0.983, "98.3%", f"98,3{SPACE}%"),
    ("percent", 0.9997, ">99.9%", f">99,9{SPACE}%"),
    ("percent", 1.0, "100%", f"100{SPACE}%"),
    ("percent", -0.016, f"{MINUS}1.6%", f"{MINUS}1,6{SPACE}%"),
    ("percent", 12.5, "1,250%", f"1250{SPACE}%"),
    ("points", 0.0, "0 points", "0 puntos"),
    ("points", -1e-12, "0 points", "0 puntos"),
    ("points", 0.01, "1 point", "1 punto"),
    ("points", -0.01, f"{MINUS}1 point", f"{MINUS}1 punto"),
    ("points", 0.0421, "4.2 points", "4,2 puntos"),
    ("points", 0.0995, "10 points", "10 puntos"),
    ("points", 0.125, "13 points", "13 puntos"),
    ("money", 0.0, "US$0", f"US${SPACE}0"),
    ("money", -0.004, "US$0", f"US${SPACE}0"),
    ("money", -0.006, f"{MINUS}US$0.01", f"{MINUS}US${SPACE}0,01"),
    ("money", 8.0, "US$8", f"US${SPACE}8"),
    ("money", 8.5, "US$8.50", f"US${SPACE}8,50"),
    ("money", 8.79, "US$8.79", f"US${SPACE}8,79"),
    ("money", 99.996, "US$100", f"US${SPACE}100"),
    ("money", 812.4, "US$812", f"US${SPACE}812"),
    ("money", 6543.0, "US$6,540", f"US${SPACE}6540"),
    ("money", 10300.0, "US$10,300", f"US${SPACE}10.300"),
    ("money", -918400.0, f"{MINUS}US$918,000", f"{MINUS}US${SPACE}918.000"),
    ("money", 999600.0, "US$1 million", f"US${SPACE}1 millón"),
    ("money", 7040000.0, "US$7.04 million", f"US${SPACE}7,04 millones"),
    ("money", 31234567.0, "US$31.2 million", f"US${SPACE}31,2 millones"),
    ("money", 1999999999.0, "US$2 billion", f"US${SPACE}2 mil millones"),
    ("money", 123.4e9, "US$123 billion", f"US${SPACE}123 mil millones"),
    ("number", 0.5, "1", "1"),
    ("number", 2.5, "3", "3"),
    ("number", -0.4, "0", "0"),
    ("number", 1234.0, "1,234", "1234"),
    ("number", 9999.5, "10,000", "10.000"),
    ("number", 1234567.0, "1,234,567", "1.234.567"),
    ("significant", 0.000034, "0.000034", "0,000034"),
    ("significant", 0.0305, "0.031", "0,031"),
    ("significant", 4.25, "4.3", "4,3"),
    ("significant", 9.96, "10", "10"),
    ("significant", 42.4, "42", "42"),
    ("significant", -425.0, f"{MINUS}430", f"{MINUS}430"),
    ("significant", 12420.0, "12,400", "12.400"),
    ("short", 9999.0, "10K", f"10{SPACE}mil"),
    ("short", 5000.0, "5,000", "5000"),
    ("short", 450000.0, "450K", f"450{SPACE}mil"),
    ("short", 1200000.0, "1.2M", f"1,2{SPACE}M"),
    ("short", 3e9, "3B", f"3000{SPACE}M"),
]
SIGNED = [
    ("points", 0.0421, "+4.2 points", "+4,2 puntos"),
    ("points", 0.0, "0 points", "0 puntos"),
    ("points", -0.0421, f"{MINUS}4.2 points", f"{MINUS}4,2 puntos"),
    ("money", 812.0, "+US$812", f"+US${SPACE}812"),
    ("money", 0.001, "US$0", f"US${SPACE}0"),
    ("significant", 0.031, "+0.031", "+0,031"),
    ("significant", 0.0, "0", "0"),
]
PLACE = {"en": 2, "es": 3}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_by_one_rule_for_each_kind(language):
    for kind, value, *said in SAID:
        assert getattr(words, kind)(value, language=language) == said[PLACE[language] - 2], (kind, value)
    for kind, value, *said in SIGNED:
        signed = getattr(words, kind)(value, language=language, sign=True)
        assert signed == said[PLACE[language] - 2], (kind, value)


@pytest.mark.skipif(which("node") is None, reason="no node to run the picture's JavaScript with")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_writes_numbers_as_python_does(language):
    script = (Path(viz.__file__).parent / "stage" / "words.js").read_text(encoding="utf-8")
    asked = [(kind, value, False) for kind, value, *_ in SAID] + [
        (kind, value, True) for kind, value, *_ in SIGNED
    ]
    script += f"""
        const words = new Words({json.dumps({"texts": {}, "numbers": language_table(language)})});
        const said = {json.dumps(asked)}.map(([kind, value, sign]) =>
          kind === "number" ? words.number(value, 0, sign) : sign ? words[kind](value, sign) : words[kind](value));
        console.log(JSON.stringify(said));
    """
    ran = subprocess.run(["node", "-e", script], capture_output=True, encoding="utf-8", check=True)
    by_hand = [row[PLACE[language]] for row in (*SAID, *SIGNED)]
    assert list(zip(asked, json.loads(ran.stdout), strict=True)) == list(zip(asked, by_hand, strict=True))


@pytest.mark.parametrize("form", [words.number, words.percent, words.points, words.money, words.significant])
def test_what_is_unknown_is_a_dash(form):
    assert form(float("nan")) == words.NOTHING


def test_what_has_no_end_has_its_sign():
    assert words.significant(-float("inf")) == f"{MINUS}∞"


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        (words.size, 0, "1 KiB"),
        (words.size, 205 * 2**20, "205 MiB"),
        (words.size, 1.25 * 2**30, "1.3 GiB"),
        (words.duration, 0.2, "1 second"),
        (words.duration, 119, "119 seconds"),
        (words.duration, 120, "2 minutes"),
        (words.duration, 9000, "2.5 hours"),
        (words.learning, 1e-5, "0"),
        (words.learning, 0.0312, "0.031"),
        (words.sd, -0.0312, f"{MINUS}0.031 SD per year"),
        (words.listed, [], ""),
        (words.listed, ["a"], "a"),
        (words.listed, ["a", "b"], "a and b"),
        (words.listed, iter("abc"), "a, b and c"),
        (words.capital, "LAYS, then more", "LAYS, then more"),
        (words.capital, "école", "École"),
        (words.lower, "More Coaches", "more Coaches"),
    ],
)  # fmt: skip
def test_durations_bytes_lists_and_sentences(form, value, said):
    assert form(value) == said


@pytest.mark.parametrize(
    ("value", "unit", "said", "apart"),
    [
        (0.016, "share", "1.6%", "+1.6 points"),
        (8.79, "USD/pupil/year", "US$8.79 per pupil per year", "+US$8.79 per pupil per year"),
        (10_300, "USD", "US$10,300", "+US$10,300"),
        (0.0312, "SD/year", "0.031 SD/year", "+0.031 SD/year"),
        (12_420, "", "12,400", "+12,400"),
    ],
)
def test_a_quantity_is_written_in_its_unit_and_a_difference_of_shares_in_points(value, unit, said, apart):
    assert words.quantity(value, unit) == said
    assert words.difference(value, unit, sign=True) == apart


def test_an_interval_says_once_what_both_ends_share():
    assert between(0.001, 0.035) == "0.1 to 3.5 points"
    assert between(0.01, 0.01) == "1 to 1 point"
    assert between(0.0, 0.01) == "0 to 1 point"
    assert between(46e6, 190e6, words.money) == "US$46 million to US$190 million"
    assert between(-12.0, 300.0, words.money) == f"{MINUS}US$12 to US$300"
    assert between(0.0, 0.06, words.percent) == "0% to 6%"
    assert between(3.4e-5, 0.0057, words.significant) == "0.000034 to 0.0057"
    assert between(0.01, 0.02, words.sd) == "0.01 to 0.02 SD per year"


def test_the_examples_of_the_module_hold():
    assert doctest.testmod(words).attempted >= 3
    assert doctest.testmod(words).failed == 0
