"""The site: every page is in its table of contents, the interface page has every door, and what is fetched from outside is seen."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LISTS = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)


def listed():
    """Return the pages that the first page lists."""
    found = []
    for block in LISTS.findall((DOCS / "index.md").read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line and not line.startswith(":"):
                entries = sorted(DOCS.glob(f"{line}.*")) if "*" in line else [DOCS / line]
                found += [entry.resolve().with_suffix("") for entry in entries if entry.suffix in ("", ".md")]
    return found


def pages():
    return [
        path.with_suffix("")
        for path in sorted([*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")])
        if path != DOCS / "index.md"
    ]


def test_every_page_is_in_the_table_of_contents_once():
    found = listed()
    assert set(pages()) <= set(found), "add a line to a list of docs/index.md"
    assert len(found) == len(set(found))


def test_what_is_listed_is_there():
    for page in listed():
        assert page.with_suffix(".md").exists() or page.with_suffix(".ipynb").exists(), page


@pytest.mark.parametrize("room", ["ml_abm", "ml_abm.agents", "ml_abm.experiments", "ml_abm.system"])
def test_the_interface_page_has_every_door(room):
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in importlib.import_module(room).__all__:
        if not name.startswith("__"):
            assert re.search(rf"auto\w+:: {room}\.{name}$", page, re.MULTILINE), name


def test_what_the_interface_page_shows_exists():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in re.findall(r"auto(?:function|class):: (\S+)", page):
        module, _, attribute = name.rpartition(".")
        assert getattr(importlib.import_module(module), attribute).__doc__, name
