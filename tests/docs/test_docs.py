"""Generated pages are current, and the README's Python runs."""

import re
from pathlib import Path

import pytest

from docs.generate import pages
from ml_abm import cli

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: path.name)
def test_generated_pages_are_current(path):
    assert path.read_text(encoding="utf-8") == pages()[path], f"{path.name} is out of date: run `make docs`"


def test_the_patterns_page_has_no_failing_row():
    page = (ROOT / "docs" / "patterns.md").read_text(encoding="utf-8")
    assert "FAILS" not in page
    assert page.count("| holds |") > 90


@pytest.mark.parametrize(
    "page", ["README.md", "docs/mesa.md", "docs/experiments.md", "docs/from-batch-run.md"]
)
def test_python_on_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / page).read_text(encoding="utf-8")
    for file in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        (tmp_path / file.split()[1]).write_text(
            file, encoding="utf-8"
        )  # its first line is a comment: its name
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    names: dict = {"__name__": "page"}
    for block in blocks:
        exec(compile(block, page, "exec"), names)


def test_the_files_of_the_readme_are_what_its_commands_take(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for file in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL):
        (tmp_path / file.split()[1]).write_text(file, encoding="utf-8")
    made = ["schools", "make", "zambia-like", "--schools", "60", "--out", "schools.csv"]
    for command in (
        ["scenarios", "copy", "base"],
        made,
        ["run", "ours.toml", "--months", "2", "--out", "results"],
        ["experiment", "run", "hours.toml", "--dry-run"],
    ):
        assert cli.main(command) == 0
    assert "768 runs (96 points x 1 scenario x 8 replicates)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "page",
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]),
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_links_between_pages_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
