"""The tutorials, and the page of short answers, do what they say: their files are written, their commands and Python run, and their outputs are those printed."""

import re
import shlex
from pathlib import Path

import pytest

from ml_abm import cli
from tests.needs import needs_calibrate

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [*sorted((DOCS / "tutorials").glob("*.md")), DOCS / "how-to.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def commands(block):
    """Yield the arguments of each command of a block."""
    for line in block.replace("\\\n", " ").splitlines():
        program, *arguments = shlex.split(line)
        assert program == "ml-abm", line
        yield arguments


def name_of_csv(before):
    """Return the name of a table: the last that was named in code font before it."""
    return re.findall(r"`([\w-]+\.csv)`", before)[-1]


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]


def marked(page):
    """Return a page as a test's parameter, with what it needs."""
    fits = "\nml-abm calibrate" in page.read_text(encoding="utf-8")
    return pytest.param(page, marks=needs_calibrate if fits else (), id=page.stem)


@pytest.mark.parametrize("page", map(marked, PAGES))
def test_a_tutorial_does_what_it_says(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    printed, names = "", {"__name__": "page"}
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        language, block = found.groups()
        if language == "bash":
            codes = [cli.main(arguments) for arguments in commands(block)]
            printed = capsys.readouterr().out
            assert set(codes) == {2 if "Not clean" in printed else 0}, block
        elif language == "toml":
            Path(re.match(r"# (\S+)\n", block)[1]).write_text(block, encoding="utf-8")
        elif language == "csv":
            Path(name_of_csv(text[: found.start()])).write_text(block, encoding="utf-8")
        elif language == "python":
            exec(compile(block, page.name, "exec"), names)
            capsys.readouterr()
        else:
            assert lines(block) == lines(printed)
