"""Made-up lists of schools, for trying things out: no school in them exists, and every row says so.

The shapes are like those of a country; the counts, places and sizes are drawn, and are no data about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from ..draws import normals, uniforms
from ..errors import ListError, suggestion

if TYPE_CHECKING:
    import pandas as pd


class Draw(IntEnum):
    """One stream of chance per thing that is drawn."""

    PLACE = 101
    NORTH = 102
    EAST = 103
    SIZE = 104
    CLASSES = 105
    DISTRICT = 106
    FAULT = 107
    HOURS = 108


@dataclass(frozen=True)
class Country:
    """The shape of a made-up country: how many places there are in what box, and how schools are named and staffed."""

    top: str  # what the districts lie in
    tops: int
    districts: int
    south: float
    north: float
    west: float
    east: float
    teachers: float  # mean of a school
    pupils: float  # per teacher
    code: str  # of a school, from district and number


COUNTRIES = {
    "zambia-like": Country("Province", 10, 116, -17.5, -8.8, 22.5, 33.2, 9.0, 42.0, "{d:03d}{k:04d}"),
    "india-like": Country("State", 36, 780, 9.5, 33.0, 70.0, 92.0, 6.4, 27.0, "{t:02d}{d:03d}{k:06d}"),
}


def make_schools(country: str, schools: int, seed: int = 1) -> pd.DataFrame:
    """Return a made-up list of schools; the same country, number and seed give the same list."""
    import pandas as pd

    if country not in COUNTRIES:
        raise ListError(
            f"there is no list {country!r} to make: allowed are {', '.join(COUNTRIES)}.{suggestion(country, COUNTRIES)}"
        )
    about = COUNTRIES[country]
    if schools < 1 or schools > 10_000_000:
        raise ListError(f"--schools {schools}: allowed 1 to 10,000,000")
    n_districts = min(about.districts, schools)
    district = np.sort(places(seed, schools, n_districts))
    top = district * about.tops // n_districts
    latitude, longitude, remoteness = positions(about, seed, district, n_districts)
    size = normals(seed, Draw.SIZE, schools)
    teachers = np.maximum(1, np.rint(about.teachers * (1.3 - 0.6 * remoteness) * np.exp(0.6 * size - 0.18)))
    teachers = np.minimum(teachers, 120).astype(np.int64)
    crowded = about.pupils * np.exp(0.3 * normals(seed, Draw.CLASSES, schools) - 0.045)
    first = np.searchsorted(district, district)
    number = np.arange(schools) - first + 1
    codes = zip(top.tolist(), district.tolist(), number.tolist(), strict=True)
    return pd.DataFrame(
        {
            "made up": f"synthetic {country} list, no real school",
            "id": [about.code.format(t=t + 1, d=d + 1, k=k) for t, d, k in codes],
            "name": [f"Synthetic Primary School {k + 1}" for k in range(schools)],
            about.top.lower(): [f"{about.top} {t + 1}" for t in top.tolist()],
            "district": [f"District {d + 1:03d}" for d in district.tolist()],
            "teachers": teachers,
            "pupils": np.maximum(5, np.rint(teachers * crowded)).astype(np.int64),
            "latitude": latitude.round(5),
            "longitude": longitude.round(5),
            "remoteness": remoteness.round(3),
        }
    )


def places(seed: int, schools: int, districts: int) -> np.ndarray:
    """Return the district of each school: one each, and the others by lot, more in some than in others."""
    weights = np.exp(0.5 * normals(seed, Draw.DISTRICT, districts))
    edges = np.cumsum(weights) / weights.sum()
    drawn = np.searchsorted(edges, uniforms(seed, Draw.PLACE, schools - districts), side="right")
    return np.concatenate([np.arange(districts), np.minimum(drawn, districts - 1)])


def positions(
    about: Country, seed: int, district: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return latitude, longitude and remoteness of schools that lie in a cloud around the centre of their district."""
    size = np.sqrt((about.north - about.south) * (about.east - about.west) / n)  # of a district, degrees
    south = uniforms(seed, Draw.NORTH, n)[district]
    west = uniforms(seed, Draw.EAST, n)[district]
    up = 0.35 * size * normals(seed, Draw.NORTH, len(district), month=2)
    right = 0.35 * size * normals(seed, Draw.EAST, len(district), month=2)
    latitude = np.clip(about.south + (about.north - about.south) * south + up, about.south, about.north)
    longitude = np.clip(about.west + (about.east - about.west) * west + right, about.west, about.east)
    return latitude, longitude, 1 - np.exp(-np.hypot(up, right) / (0.5 * size))


def make_teachers(schools: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """Return a made-up list of teachers for a list of schools."""
    import pandas as pd

    staff = schools["teachers"].to_numpy()
    post = np.arange(staff.sum()) - np.repeat(np.cumsum(staff) - staff, staff) + 1
    ids = np.repeat(schools["id"].to_numpy(object), staff)
    return pd.DataFrame(
        {
            "made up": "synthetic list, no real teacher",
            "id": [f"{school}-T{k}" for school, k in zip(ids, post.tolist(), strict=True)],
            "school": ids,
            "weekly_hours": (30 + 20 * uniforms(seed, Draw.HOURS, len(post))).round(1),
        }
    )
