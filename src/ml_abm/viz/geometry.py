"""Places on the map: real ones where a list has coordinates, otherwise a stable layout.

The layout packs districts as discs, in whose middle is the bubble and around it the schools. Districts that look to each other
are near each other as far as a plane allows. It depends on the tables alone, so every run of a scenario has the same map.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..agents.model import SchoolSystemModel
from ..lists.school_list import school_list
from ..report.maps import middles

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
ASPECT = 1.45  # width of the layout over its height
SMALLEST = 0.3  # radius of the smallest disc, of the largest
BUBBLE = 0.5  # radius of a bubble, of its disc
EDGE = 0.94  # how far out in a disc schools are
NEIGHBOURS = 14  # how many discs are kept from overlapping one
RELAXED = 2500  # above so many districts, discs are too small to be seen overlapping


@dataclass(frozen=True, eq=False)
class Geometry:
    """The map; x and y are 0..1 and y grows downwards.

    Attributes
    ----------
    districts : float32 (n, 3), x, y and radius of each bubble.
    schools : float32 (m, 2).
    real : whether these are coordinates of the real system.
    """

    districts: np.ndarray
    schools: np.ndarray
    real: bool


def geometry(model: SchoolSystemModel) -> Geometry:
    """Return the map of a model's system."""
    system = model.system
    first = system.districts["first_school"]
    teachers = np.add.reduceat(system.schools["staff"], first).astype(np.int64)
    schools = system.districts["schools"].astype(np.int64)
    listed = model.simulation.scenario.system
    if listed.schools and "latitude" in school_list(listed).schools:
        places = school_list(listed).schools[["longitude", "latitude"]].to_numpy(float)
        if np.isfinite(places).all(axis=1).any():
            return _real(places, middles(model.simulation), teachers, schools)
    ties = system.district_ties
    return _packed(
        *(np.asarray(a, np.int64).tobytes() for a in (teachers, schools, ties.start, ties.neighbour))
    )


@lru_cache(maxsize=16)
def _packed(*tables: bytes) -> Geometry:
    """Return the layout of a generated system; all who look at the same one share it."""
    teachers, schools, start, neighbour = (np.frombuffer(table, np.int64) for table in tables)
    radius = np.sqrt(np.maximum(teachers, 1))
    radius = np.maximum(radius / radius.max(), SMALLEST)
    near = spectral(start, neighbour)
    place = matched(near, slots(len(radius)) * np.sqrt((radius**2).sum()))
    if len(radius) <= RELAXED:
        place = relaxed(place, radius)
    districts, scale = in_a_unit(place, radius)
    around = around_bubbles(schools, districts, radius * scale)
    return Geometry(np.column_stack([districts, BUBBLE * radius * scale]).astype(np.float32), around, False)


def spectral(start: np.ndarray, neighbour: np.ndarray) -> np.ndarray:
    """Return two coordinates of each district in which those tied to each other are near: the slow modes of a random walk."""
    n = len(start) - 1
    tied = np.repeat(np.arange(n), np.diff(start))
    a, b = np.concatenate([tied, neighbour]), np.concatenate([neighbour, tied])
    degree = np.maximum(np.bincount(a, minlength=n), 1)
    order = np.arange(n)
    x = np.column_stack([np.cos(order * 2.0), np.sin(order * 3.0 + 1)])
    for _ in range(60):
        moved = np.column_stack([np.bincount(a, x[b, k], minlength=n) / degree for k in (0, 1)])
        x = x + moved
        x = x - np.average(x, axis=0, weights=degree)
        x, _ = np.linalg.qr(x)
    return np.asarray(x)


def slots(n: int) -> np.ndarray:
    """Return n places spread evenly over an oval."""
    k = np.arange(n)
    r = np.sqrt((k + 0.5) / n)
    return np.column_stack([r * np.cos(k * GOLDEN_ANGLE) * ASPECT, r * np.sin(k * GOLDEN_ANGLE)])


def matched(near: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return a place for each district so that near ones get near places: both are halved again and again, in turn by x and y."""
    result = np.empty_like(places)
    waiting = [(np.arange(len(near)), np.arange(len(places)), 0)]
    while waiting:
        mine, theirs, axis = waiting.pop()
        if len(mine) == 1:
            result[mine] = places[theirs]
        elif len(mine):
            mine = mine[np.argsort(near[mine, axis], kind="stable")]
            theirs = theirs[np.argsort(places[theirs, axis], kind="stable")]
            half = len(mine) // 2
            waiting += [(mine[:half], theirs[:half], 1 - axis), (mine[half:], theirs[half:], 1 - axis)]
    return result


def relaxed(place: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Return places at which discs hardly overlap, pulled softly together."""
    n = len(place)
    k = min(NEIGHBOURS, n - 1)
    if k < 1:
        return place
    place = place.copy()
    for turn in range(90):
        if turn % 15 == 0:
            square = (place**2).sum(axis=1)
            apart = square[:, None] + square[None, :] - 2 * place @ place.T
            np.fill_diagonal(apart, np.inf)
            others = np.argpartition(apart, k - 1, axis=1)[:, :k]
        way = place[:, None] - place[others]
        distance = np.sqrt((way**2).sum(axis=2)) + 1e-9
        overlap = np.maximum(radius[:, None] + radius[others] - distance, 0)
        share = radius[others] / (radius[:, None] + radius[others])
        place += 0.5 * (way * (overlap * share / distance)[:, :, None]).sum(axis=1)
        if turn < 60:  # the last rounds only part those that overlap
            place *= 0.994
    return place


def in_a_unit(place: np.ndarray, margin: np.ndarray) -> tuple[np.ndarray, float]:
    """Return places within 0..1, those of the shorter side in its middle, and by what lengths were multiplied."""
    low = (place - margin[:, None]).min(axis=0)
    high = (place + margin[:, None]).max(axis=0)
    scale = 1 / max(float((high - low).max()), 1e-9)
    return (place - (low + high) / 2) * scale + 0.5, scale


def around_bubbles(schools: np.ndarray, middle: np.ndarray, disc: np.ndarray) -> np.ndarray:
    """Return a place for each school in the ring between its district's bubble and the edge of the disc: float32 (m, 2)."""
    district = np.repeat(np.arange(len(schools)), schools)
    k = np.arange(len(district)) - np.repeat(np.cumsum(schools) - schools, schools)
    inner, outer = (1.16 * BUBBLE) ** 2, EDGE**2
    r = disc[district] * np.sqrt(inner + (outer - inner) * (k + 0.5) / schools[district])
    angle = k * GOLDEN_ANGLE + district
    return (middle[district] + np.column_stack([r * np.cos(angle), r * np.sin(angle)])).astype(np.float32)


def _real(places: np.ndarray, middle: dict[str, Any], teachers: np.ndarray, schools: np.ndarray) -> Geometry:
    """Return the map of a list with coordinates. What has none is put around its district, or below the map."""
    district = np.repeat(np.arange(len(schools)), schools)
    centre = np.column_stack([middle["longitude"], middle["latitude"]])
    known = np.isfinite(places).all(axis=1)
    centre, points = flat(centre, places, places[known])
    size = np.sqrt(np.maximum(teachers, 1))
    placed = np.isfinite(centre).all(axis=1)
    radius = size * bubble_scale(centre[placed], size[placed], np.ptp(points[known], axis=0).max())
    if not placed.all():
        low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
        k = np.arange((~placed).sum())
        step = max(3 * radius.max(), (high[0] - low[0]) / max(len(k), 1))
        centre[~placed] = np.column_stack(
            [low[0] + step * (k + 0.5), np.full(len(k), high[1] + 4 * radius.max())]
        )
    points[~known] = around_bubbles(schools, centre, radius / BUBBLE)[~known]
    both, scale = in_a_unit(np.vstack([centre, points]), np.concatenate([radius, np.zeros(len(points))]))
    n = len(schools)
    shown = np.column_stack([both[:n], radius * scale]).astype(np.float32)
    assert len(points) == len(district)
    return Geometry(shown, both[n:].astype(np.float32), True)


def flat(centre: np.ndarray, places: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return degrees as places on a plane, equally long in both directions at the middle latitude; longitudes go round."""
    east = np.radians(known[:, 0])
    middle = np.degrees(np.arctan2(np.sin(east).mean(), np.cos(east).mean()))
    narrower = np.cos(np.radians(known[:, 1].mean()))

    def on_plane(degrees: np.ndarray) -> np.ndarray:
        x = (degrees[:, 0] - middle + 180) % 360 - 180
        return np.column_stack([x * narrower, -degrees[:, 1]])

    return on_plane(centre), on_plane(places)


def bubble_scale(centre: np.ndarray, size: np.ndarray, width: float) -> float:
    """Return by what to multiply sizes so that few bubbles overlap, and none is wider than a seventh of the map."""
    most = (width or 1.0) / 14 / size.max()
    if not 2 <= len(centre) <= RELAXED:
        return float(most / 2)
    way = centre[:, None] - centre[None, :]
    room = np.sqrt((way**2).sum(axis=2)) / (size[:, None] + size[None, :])
    np.fill_diagonal(room, np.inf)
    return float(min(most, max(np.quantile(room.min(axis=1), 0.3), most / 8)))
