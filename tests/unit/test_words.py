"""The dictionary of CONTRIBUTING.md is kept: words not to use do not occur, and the first line of a file names what is in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ml_abm"
# Data and quotations of sources, and a log of what was.
NOT_OURS = {"cases.csv", "parameters.csv", "CHANGELOG.md", "walkthroughs.md"}
# True meanings.
TRUE = ("short-lived", "long-lived", "longlived")


def words_not_to_use():
    """Return the first column of the table."""
    section = (
        (ROOT / "CONTRIBUTING.md")
        .read_text(encoding="utf-8")
        .partition("\n## Words\n")[2]
        .partition("\n## ")[0]
    )
    rows = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    return [row for row in rows if row not in ("not", "---") and not set(row) <= {"-"}]


WORDS = words_not_to_use()
MODULES = sorted(PACKAGE.rglob("*.py"))
TEXTS = [
    *MODULES,
    *(path for kind in ("js", "vue", "css", "toml") for path in sorted(PACKAGE.rglob(f"*.{kind}"))),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "SECURITY.md")),
]


def test_there_is_a_dictionary():
    assert {"luck", "lived", "whoever", "a row a run"} <= set(WORDS)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_words_of_a_private_dialect_do_not_occur(path):
    if path.name in NOT_OURS or path.name == "es.toml":
        return
    text = path.read_text(encoding="utf-8")
    for word in TRUE:
        text = text.replace(word, "")
    pattern = re.compile(rf"(?<![\w-])({'|'.join(WORDS)})(?![\w-])", re.IGNORECASE)
    found = [f"line {text.count(chr(10), 0, hit.start()) + 1}: {hit[0]}" for hit in pattern.finditer(text)]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_first_line_of_a_module_names_what_is_in_it(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.removeprefix("r").startswith('"""')
    assert len(first) > 10
    assert "?" not in first
