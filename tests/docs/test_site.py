"""The site: every page is in its table of contents, the interface page has every door, and what is fetched from outside is seen."""

import importlib
import re
import shlex
from pathlib import Path

import pytest

from docs import gallery
from docs.conf import pages_of_folder
from ml_abm import cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LISTS = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)


def listed():
    """Return the pages that the first page lists, with those of folders."""
    found = []
    for block in LISTS.findall((DOCS / "index.md").read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line and not line.startswith(":"):
                found.append((DOCS / line).resolve())
                if line.endswith("/README"):
                    readme = found[-1].with_suffix(".md").read_text(encoding="utf-8")
                    found += [found[-1].with_name(name) for name in pages_of_folder(readme)]
    return found


def pages():
    return [
        path.with_suffix("")
        for path in sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")])
        if path not in (DOCS / "index.md", ROOT / "README.md")
    ]


def test_every_page_is_in_the_table_of_contents_once():
    found = listed()
    assert set(pages()) <= set(found), (
        "add a line to a list of docs/index.md, or a link to its folder's README"
    )
    assert len(found) == len(set(found))


def test_what_is_listed_is_there():
    for page in listed():
        assert page.with_suffix(".md").exists() or page.with_suffix(".ipynb").exists(), page


@pytest.mark.parametrize(
    "room", ["ml_abm", "ml_abm.agents", "ml_abm.experiments", "ml_abm.report", "ml_abm.system"]
)
def test_the_interface_page_has_every_door(room):
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in importlib.import_module(room).__all__:
        if not name.startswith("__"):
            assert re.search(rf"auto\w+:: {room}\.{name}\b", page, re.MULTILINE), name


def test_what_the_interface_page_shows_exists():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in re.findall(r"auto(?:function|class):: ([\w.]+)", page):
        module, _, attribute = name.rpartition(".")
        assert getattr(importlib.import_module(module), attribute).__doc__, name


def test_the_gallery_is_what_its_commands_make():
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(), "run `make gallery`"
    assert {path.stem for path in gallery.PICTURES.glob("*.png")} == {piece.name for piece in gallery.PIECES}
    for piece in gallery.PIECES:
        for command in piece.commands:
            cli.parser().parse_args(shlex.split(command)[1:])


def test_pictures_are_light():
    pictures = [path for path in DOCS.rglob("*") if path.suffix in (".png", ".svg")]
    assert sum(path.stat().st_size for path in pictures) < 3_000_000
