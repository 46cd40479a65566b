"""The picture itself: one widget that draws what it is sent, in the browser, on canvases.

To mount it, make a `Stage` and a `Frames(texts["stage"], lang)`, and on each `Player.show`::

    for header, buffers in frames.messages(player, words):
        stage.send(header, buffers)

`words(life)` returns {"story": one or two sentences, "cards": [...], "marks": [...]}, see `frame.py`. Hear it with `stage.on_msg`:
on "ready" call `frames.forget()` and show again; on "drawn" call `player.drawn()`; on "pick" open or close the panel of a
district or school, and answer a district with `names_of_schools(life, district)`. With two plans the first is A, the second B.
`stage.shade` is what the map is coloured by. When the language changes, set `frames.texts` and `frames.lang`, forget, and show.
Where a run cannot be drawn in time, frames may be skipped: the next has all months that are missing.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
# One module in the browser: later files use what earlier ones declare.
SCRIPTS = tuple(
    f"{name}.js"
    for name in [
        "theme",
        "words",
        "pen",
        "chart",
        "charts",
        "funnel",
        "map",
        "plan",
        "save",
        "panel",
        "stage",
    ]
)


class Stage(anywidget.AnyWidget):
    """The picture. Python sends messages (`frame.py`); it answers {"kind": "ready" | "drawn" | "pick", ...}."""

    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    _css = (HERE / "stage.css").read_text(encoding="utf-8")
    shade = traitlets.Unicode("adoption").tag(sync=True)
