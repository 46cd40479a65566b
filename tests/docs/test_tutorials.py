"""The tutorials, and the page of short answers, do what they say: their files are written, their commands and Python run, and their outputs are those printed."""

import io
import re
import shlex
from contextlib import chdir, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

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


def as_it_runs(text):
    """Return a page in which each block of output holds what the commands before it print, after all of its blocks were run here."""
    printed, names = "", {"__name__": "page"}

    def run(found):
        nonlocal printed
        language, block = found.groups()
        if language == "bash":
            with redirect_stdout(io.StringIO()) as out:
                codes = [cli.main(arguments) for arguments in commands(block)]
            printed = out.getvalue()
            assert set(codes) == {2 if "Not clean" in printed else 0}, block
        elif language == "toml":
            Path(re.match(r"# (\S+)\n", block)[1]).write_text(block, encoding="utf-8")
        elif language == "csv":
            Path(name_of_csv(text[: found.start()])).write_text(block, encoding="utf-8")
        elif language == "python":
            with redirect_stdout(io.StringIO()):
                exec(compile(block, "page", "exec"), names)
        else:
            return "\n".join([f"```{language}", *lines(printed), "```"])
        return found[0]

    return BLOCK.sub(run, text)


@pytest.mark.parametrize("page", map(marked, PAGES))
def test_a_tutorial_does_what_it_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    assert lines(as_it_runs(text)) == lines(text), "renew it: python -m tests.docs.test_tutorials"


if __name__ == "__main__":
    for page in PAGES:
        with TemporaryDirectory() as folder, chdir(folder):
            page.write_text(as_it_runs(page.read_text(encoding="utf-8")), encoding="utf-8")
