"""Draw the house from what its files import: rooms on their floors, an arrow for each import that no longer way implies."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from pathlib import Path

from tests.unit.test_house import FLOOR, FLOORS, SOURCE, imports_of, room_of

DRAWING = Path(__file__).parent / "pictures" / "architecture.svg"
ENTRY_POINTS = {"__init__", "__main__"}  # they import all, or the command line
GROUND = FLOORS[0]  # every room stands on it: arrows there would hide the others

WORDS = {
    "errors": "mistakes, in one line",
    "plain_text": "characters that no text may have",
    "draws": "chance as a function",
    "tables": "rows of state",
    "parameters": "every number, once",
    "evidence": "what is known of them",
    "mechanisms": "equations",
    "outcomes": "what is recorded",
    "scenario": "what is simulated",
    "lists": "lists of real schools",
    "networks": "who looks to whom",
    "system": "month 0",
    "foundation": "files, folders, machine",
    "kernels": "a month, swept",
    "simulation": "the waist: simulate()",
    "look": "how pictures look",
    "checkpoint": "a run, to go on from",
    "trials": "studies beside the model",
    "calibration": "cases, fits, forecasts",
    "experiments": "studies and analyses",
    "runs": "many runs, kept and resumed",
    "agents": "Mesa: windows on rows",
    "assess": "odds, barriers, levers",
    "report": "figures, files, maps",
    "viz": "the live view",
    "commands": "what each verb does",
    "cli": "ml-abm",
}
WIDE, TALL, ACROSS, DOWN, MARGIN = 158, 46, 36, 44, 24  # of a room, and between rooms
NARROW = 14  # what an arrow takes where it passes a floor
SWEEPS = 24

Place = tuple[int, str]  # a floor and a room, or an arrow that passes


def imports() -> dict[str, set[str]]:
    """Return which rooms each room imports from."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        room = room_of(path)
        others = {other for other in imports_of(path) if other in FLOOR and other != room}
        found.setdefault(room, set()).update(others - ENTRY_POINTS)
    return {room: others for room, others in sorted(found.items()) if room not in ENTRY_POINTS}


def not_implied(graph: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return the imports that do not follow from a longer way down."""
    below: dict[str, set[str]] = {}
    for room in sorted(graph, key=FLOOR.__getitem__):
        below[room] = graph[room].union(*(below[other] for other in graph[room]))
    return [
        (room, other)
        for room, others in graph.items()
        for other in sorted(others)
        if other not in GROUND and not any(other in below[between] for between in others)
    ]


def drawing() -> str:
    """Return the drawing as SVG."""
    graph = imports()
    floors = {floor: place for place, floor in enumerate(sorted({FLOOR[room] for room in graph}))}
    height = {room: floors[FLOOR[room]] for room in graph}
    ways = [way_down(upper, lower, height) for upper, lower in not_implied(graph)]
    rows = rows_in_order([[(height[room], room) for room in graph], *ways], ways, len(floors))
    middle = spread(rows, ways)
    left = min(middle[p] - half(p) for row in rows for p in row)
    right = max(middle[p] + half(p) for row in rows for p in row)
    width, tall = right - left + 2 * MARGIN, len(rows) * (TALL + DOWN) - DOWN + 2 * MARGIN
    x = {place: at - left + MARGIN for place, at in middle.items()}
    y = {floor: MARGIN + (len(rows) - 1 - floor) * (TALL + DOWN) for floor in range(len(rows))}
    parts = [curve(way, x, y) for way in ways]
    parts += [box(p, x[p], y[p[0]]) for row in rows for p in row if not passes(p)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {tall:.0f}" width="{width:.0f}" height="{tall:.0f}" '
        'font-family="Helvetica, Arial, sans-serif" role="img">\n'
        "<title>The rooms of ml_abm and which imports which</title>\n"
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#6B7280"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{"".join(parts)}</svg>\n'
    )


def passes(place: Place) -> bool:
    return ">" in place[1]


def half(place: Place) -> float:
    return (NARROW if passes(place) else WIDE) / 2


def way_down(upper: str, lower: str, height: dict[str, int]) -> list[Place]:
    """Return the places of an arrow, floor by floor."""
    between = [(floor, f"{upper}>{lower}") for floor in range(height[upper] - 1, height[lower], -1)]
    return [(height[upper], upper), *between, (height[lower], lower)]


def rows_in_order(groups: Iterable[list[Place]], ways: list[list[Place]], floors: int) -> list[list[Place]]:
    """Return the places of each floor from left to right, so that few arrows cross: each goes to the mean of its neighbours."""
    known = sorted({place for group in groups for place in group})
    rows = [[p for p in known if p[0] == floor] for floor in range(floors)]
    best, fewest = rows, crossings(rows, ways)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        at = {p: (k + 0.5) / len(row) for row in rows for k, p in enumerate(row)}
        for floor in range(floors - 2, -1, -1) if down else range(1, floors):
            near = neighbours(ways, above=down)
            rows[floor] = sorted(
                rows[floor],
                key=lambda p: (sum(at[q] for q in near[p]) / len(near[p]) if near.get(p) else at[p], p),
            )
            at |= {p: (k + 0.5) / len(rows[floor]) for k, p in enumerate(rows[floor])}
        if (now := crossings(rows, ways)) < fewest:
            best, fewest = [list(row) for row in rows], now
    return best


def neighbours(ways: list[list[Place]], above: bool) -> dict[Place, list[Place]]:
    """Return the places that arrows come from, or lead to."""
    found: dict[Place, list[Place]] = {}
    for way in ways:
        for upper, lower in pairwise(way):
            found.setdefault(lower if above else upper, []).append(upper if above else lower)
    return found


def crossings(rows: list[list[Place]], ways: list[list[Place]]) -> int:
    """Return how many pairs of arrows cross."""
    order = {p: k for row in rows for k, p in enumerate(row)}
    steps = [pair for way in ways for pair in pairwise(way)]
    return sum(
        (order[a] - order[c]) * (order[b] - order[d]) < 0
        for k, (a, b) in enumerate(steps)
        for c, d in steps[:k]
        if a[0] == c[0]
    )


def spread(rows: list[list[Place]], ways: list[list[Place]]) -> dict[Place, float]:
    """Return the middle of every place: as near to those above and below as the order and the widths allow."""
    middle: dict[Place, float] = {}
    for row in rows:
        at = 0.0
        for p in row:
            middle[p] = at + half(p)
            at += 2 * half(p) + ACROSS
        middle |= {p: middle[p] - (at - ACROSS) / 2 for p in row}
    near: dict[Place, list[Place]] = {}
    for way in ways:
        for a, b in pairwise(way):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    for _ in range(SWEEPS):
        for row in rows:
            wanted = {
                p: sum(middle[q] for q in near[p]) / len(near[p]) if near.get(p) else middle[p] for p in row
            }
            from_left, from_right = dict(wanted), dict(wanted)
            for a, b in pairwise(row):
                from_left[b] = max(wanted[b], from_left[a] + half(a) + half(b) + ACROSS / 2)
            for b, a in pairwise(reversed(row)):
                from_right[a] = min(wanted[a], from_right[b] - half(a) - half(b) - ACROSS / 2)
            middle |= {p: (from_left[p] + from_right[p]) / 2 for p in row}
    return middle


def curve(way: list[Place], x: dict[Place, float], y: dict[int, float]) -> str:
    """Return an arrow: straight where it passes a floor, bent between floors."""
    start, *between, end = way
    at, line = y[start[0]] + TALL, f"M{x[start]:.0f} {y[start[0]] + TALL:.0f}"
    for p in [*between, end]:
        bend = (at + y[p[0]]) / 2
        line += f"C{x[way[way.index(p) - 1]]:.0f} {bend:.0f} {x[p]:.0f} {bend:.0f} {x[p]:.0f} {y[p[0]]:.0f}"
        if p is not end:
            at = y[p[0]] + TALL
            line += f"V{at:.0f}"
    return f'<path d="{line}" fill="none" stroke="#6B7280" stroke-width="1.2" marker-end="url(#a)"/>\n'


def box(place: Place, x: float, y: float) -> str:
    """Return a room with its name and what it holds."""
    name, waist = place[1], place[1] == "simulation"
    colour, ground = ("#0072B2", "#E5F1F8") if waist else ("#374151", "#F9FAFB")
    return (
        f'<rect x="{x - WIDE / 2:.0f}" y="{y:.0f}" width="{WIDE}" height="{TALL}" rx="5" fill="{ground}" stroke="{colour}"/>\n'
        f'<text x="{x:.0f}" y="{y + 19:.0f}" text-anchor="middle" font-size="14" font-weight="bold" fill="#111827">{name}</text>\n'
        f'<text x="{x:.0f}" y="{y + 36:.0f}" text-anchor="middle" font-size="11.5" fill="#374151">{escape(WORDS[name])}</text>\n'
    )
