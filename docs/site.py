"""Build the site into build/site/ without the network, and hold it to need none when it is read: `make site`."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
FIRST = "docs/index.html"

# what a browser fetches by itself: an outside link that a reader may follow is none of these
FETCHED = [
    re.compile(r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=["'](?:https?:)?//[^"']+"""),
    re.compile(
        r"""<link\b(?=[^>]*\brel=["'](?:stylesheet|preload|icon|preconnect|modulepreload)["'])[^>]*\bhref=["'](?:https?:)?//[^"']+"""
    ),
    re.compile(r"""@import\s+(?:url\()?["']?(?:https?:)?//[^"');]+"""),
    re.compile(r"""url\(\s*["']?(?:https?:)?//[^"')]+"""),
]


def build() -> int:
    """Build anew; a warning is an error. Return the exit code of Sphinx."""
    shutil.rmtree(SITE, ignore_errors=True)
    options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(ROOT / "build" / "doctrees")]
    return build_main([*options, "-c", str(ROOT / "docs"), str(ROOT), str(SITE)])


def fetched_from_outside(site: Path) -> Iterator[str]:
    """Yield 'page: what' for everything that a page would fetch from elsewhere."""
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".css"}:
            text = path.read_text(encoding="utf-8")
            for pattern in FETCHED:
                yield from (f"{path.relative_to(site)}: {found[0][:120]}" for found in pattern.finditer(text))


def open_at_the_top(site: Path) -> None:
    """Let the folder itself lead to the first page."""
    page = f'<!doctype html><meta charset="utf-8"><title>ml_abm</title><meta http-equiv="refresh" content="0; url={FIRST}">'
    (site / "index.html").write_text(f'{page}<a href="{FIRST}">ml_abm</a>\n', encoding="utf-8")


def main() -> int:
    if code := build():
        return code
    open_at_the_top(SITE)
    outside = list(fetched_from_outside(SITE))
    for line in outside:
        print(f"site: fetched from outside: {line}", file=sys.stderr)
    if not outside:
        print(f"wrote {SITE.relative_to(ROOT)}/index.html")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
