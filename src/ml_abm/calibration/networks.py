"""Real networks with times of adoption: who looked to whom, when they adopted, and who gave it up again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..errors import CaseError, suggestion
from ..networks.edges import read_ties
from ..networks.graph import ties_from_edges
from ..tables import Ties
from .data import data_file

if TYPE_CHECKING:
    import pandas as pd

PAJEK = "Pajek data of de Nooy, Mrvar & Batagelj 2004 (bavla/Nets, commit 7ec138b)"
NO_LICENCE = "none stated, the author was not traced: treat as research use and cite both"
USED = 2  # how `pract*` and `cur*` of the farmers say yes


@dataclass(frozen=True)
class About:
    """Where a network is from: its files, whether ties have a direction, the column of adoption times and its code for never."""

    edges: str
    nodes: str
    directed: bool
    time: str
    never: float
    innovation: str
    source: str
    licence: str
    caution: str


NETWORKS = {
    "modmath": About(
        "modmath_edges_symmetric",
        "modmath_adoption",
        False,
        "adoption_year",
        np.nan,
        "new mathematics, by year",
        f"Carlson 1965; {PAJEK}",
        NO_LICENCE,
        "Only those who adopted by 1963 are in it. The first adopter has no tie: seed it from outside.",
    ),
    "modmath_directed": About(
        "modmath_edges_directed",
        "modmath_adoption",
        True,
        "adoption_year",
        np.nan,
        "new mathematics, by year",
        f"Carlson 1965; {PAJEK}",
        NO_LICENCE,
        "Those who received no choices were left out of the published choices. The first adopter has no tie.",
    ),
    "galesburg": About(
        "galesburg_edges",
        "galesburg_adoption",
        True,
        "adoption_month",
        np.nan,
        "tetracycline, by month",
        f"Coleman, Katz & Menzel; {PAJEK}",
        NO_LICENCE,
        "Ties of friends and of discussion together; 14 of 31 had not adopted when it was asked.",
    ),
    "korea_two_villages": About(
        "korea_two_villages_edges",
        "korea_two_villages_nodes",
        False,
        "",
        np.nan,
        "family planning, without dates",
        f"Rogers & Kincaid; {PAJEK}",
        NO_LICENCE,
        "Who adopted is known, and not when.",
    ),
    "brfarmers": About(
        "brfarmers_edges",
        "brfarmers_nodes",
        True,
        "toa",
        20,
        "hybrid seed, by year, 1 is 1946",
        "Rogers, Ascroft & Roling 1970; R package netdiffuseR",
        "MIT (package)",
        "Time 20 is 1965/66 or never: here it is never, as in the manual of netdiffuseR. All kinds of ties together.",
    ),
}


@dataclass(frozen=True)
class Network:
    """A real network. `edges` and `nodes` are its tables, `about` says where it is from.

    ==================== ========================== ======================================================
    network              a tie                      a person
    ==================== ========================== ======================================================
    modmath              a, b (no direction)        id, adoption_class 1 to 6, adoption_year
    modmath_directed     from, to, tie (its kind)   the same
    galesburg            from, to, tie (its kind)   id, adoption_month (empty: never), adopted
    korea_two_villages   village, a, b              village, id, adopted, mothers_club_member
    brfarmers            from, to, tie (its kind)   id, village, toa (20: late or never), pract*, yr*, cur*
    ==================== ========================== ======================================================

    The ids of korea_two_villages are unique only within a village.
    """

    name: str
    about: About
    edges: pd.DataFrame
    nodes: pd.DataFrame

    @cached_property
    def ties(self) -> Ties:
        """Who looks to whom, in the order of `nodes`; a tie of several kinds counts once."""
        import pandas as pd

        ids, edges = self.nodes.id.astype(str), self.edges
        if "village" in edges:
            ids = self.nodes.village.astype(str) + "/" + ids
            place = edges.village.astype(str) + "/"
            edges = pd.DataFrame({"a": place + edges.a.astype(str), "b": place + edges.b.astype(str)})
        pairs, _, _ = read_ties(edges, pd.Index(ids), self.about.directed)
        return ties_from_edges(len(ids), pairs, directed=True)

    @cached_property
    def adoption(self) -> np.ndarray:
        """When each adopted, nan for never. Raises CaseError where that is not known."""
        if not self.about.time:
            raise CaseError(f"{self.name} has no times of adoption")
        times = self.nodes[self.about.time].to_numpy(np.float64)
        return np.where(times == self.about.never, np.nan, times)


def load_network(name: str) -> Network:
    """Return a real network, one of `NETWORKS`. Raises CaseError for an unknown name."""
    if name not in NETWORKS:
        known = ", ".join(NETWORKS)
        raise CaseError(f"there is no network {name!r}: there are {known}.{suggestion(name, NETWORKS)}")
    about = NETWORKS[name]
    edges, nodes = (data_file(f"networks/{file}").copy() for file in (about.edges, about.nodes))
    return Network(name, about, edges, nodes)


def ever_and_still() -> pd.DataFrame:
    """Return how many of the Brazilian farmers ever used each of twelve practices, still do, and gave it up; and the share of the last.

    A practice that was given up counts as adopted in every adoption curve, so this is what such curves do not show.
    """
    import pandas as pd

    farmers = data_file("networks/brfarmers_nodes")
    practices = sorted(column[-1] for column in farmers.columns if column.startswith("pract"))
    ever = np.array([(farmers[f"pract{letter}"] == USED).sum() for letter in practices])
    still = np.array(
        [
            ((farmers[f"pract{letter}"] == USED) & (farmers[f"cur{letter}"] == USED)).sum()
            for letter in practices
        ]
    )
    columns = {"ever": ever, "still": still, "given_up": ever - still, "share_given_up": 1 - still / ever}
    return pd.DataFrame(columns, index=pd.Index(practices, name="practice"))
