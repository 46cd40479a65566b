"""The picture itself: one widget that draws what it is sent, in the browser, on canvases."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
# One module in the browser: later files use what earlier ones declare.
SCRIPTS = ("theme.js", "words.js", "chart.js", "map.js", "funnel.js", "stage.js")


class Stage(anywidget.AnyWidget):
    """The picture. Python sends messages (`frame.py`); it answers {"kind": "ready" | "drawn" | "pick", ...}."""

    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    _css = (HERE / "stage.css").read_text(encoding="utf-8")
    shade = traitlets.Unicode("adoption").tag(sync=True)
