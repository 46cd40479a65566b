"""Generated networks between schools, for ties that are not drawn one by one: small-world, homophilous, preferential.

One construction serves all three. A share of the ties comes in *circles*: a few teachers of as many schools who all look to each other
(a subject meeting, a course); the rest are single ties. Circles give the clustering: a network of circles of q teachers and single ties
has transitivity x / (x + c m), x = s (q - 2), with s the share of ties in circles, c the mean number of ties, and m = E[w^2] of how
much teachers differ in popularity w (Newman 2009, Physical Review Letters 103: 058701, for q = 3; m = 1 where all are alike). So q is
the smallest size, and s the share, that give the clustering asked for. Who meets is what makes the kinds differ:

- *small-world*: anyone of the district, and with `1 - near_tie_share` people of other districts: clustered, and a few steps wide
  (Watts & Strogatz 1998, Nature 393: 440-442).
- *homophilous*: with chance `tie_homophily` people alike (in experience, subject or place), else anyone: that chance is then the
  assortativity of the network (McPherson, Smith-Lovin & Cook 2001, Annual Review of Sociology 27: 415-444).
- *preferential*: the r-th most popular of N in a district is chosen with probability sqrt(r/N) - sqrt((r-1)/N), which gives the degrees of
  preferential attachment, a power law of exponent 3 (Goh, Kahng & Kim 2001, Physical Review Letters 87: 278701; Barabasi & Albert 1999,
  Science 286: 509-512), without making the first to come popular.

Popularity by rank is not quite w, as no two of a school are in a circle and no one is in one twice, so a preferential network is drawn
again with another m while its clustering is off by more than 0.02, at most three times.

All ties are seen from both ends. A tie drawn twice counts once, so small districts with many ties fall a little short. People meet near or far as
the ties so far have too few or too many near ones; a circle that is not of one district is spread over as many as there are. So the targets are met
(500 schools of 8 in 10 districts, mean 3 and 8, clustering 0.25 and 0.5, near 0.2 to 0.8: degree within 3%, clustering within 0.06, near
within 0.02) but for what cannot be: circles of q over f < q districts keep ties near, however far they are to be. With 2 districts and a
near share of 0.2 it is 0.33 (mean 3, clustering 0.25) to 0.48 (mean 8, clustering 0.5), clustering being as asked. With few ties in all
(some hundreds) clustering is a matter of chance.
"""

from __future__ import annotations

from math import ceil, log
from typing import NamedTuple

import numpy as np

from ..draws import Decision, key, uniforms
from ..foundation.compiled import entry_point, inlined
from ..parameters import Setting
from .graph import compressed, next_number
from .statistics import transitivity

EVENLY, POPULAR, IN_GROUP, IN_RANK, IN_PLACE = range(5)
HOW = {"experience": IN_RANK, "subject": IN_GROUP, "distance": IN_PLACE}
WINDOW = 0.1  # those alike in a number are within so much of the ranks of a district, all in all
LARGEST_CIRCLE = 64
TRIES = 24  # to find one more member of another school
MOST = 65_535  # ties of a teacher, what the column holds
CORRECTIONS, CLOSE_ENOUGH = 3, 0.02  # of the clustering of a preferential network
EXACT = 1_000  # popularities added up one by one


class Map(NamedTuple):
    """Where everyone is, and in which order those of a district stand for a kind of network.

    `school` of teachers int32 (n,), `district` of schools int32, `first` teacher of districts int64 (n_districts + 1,); `order` lists
    the rows of each district by popularity, group or rank, `rank` is where a row stands in it (int32, or empty); `group` of teachers
    and `group_first` in `order` int64 (n_districts x n_groups + 1,); `along` lists districts from one end to the other, `stands` is where
    each is in it.
    """

    school: np.ndarray
    district: np.ndarray
    first: np.ndarray
    order: np.ndarray
    rank: np.ndarray
    group: np.ndarray
    group_first: np.ndarray
    along: np.ndarray
    stands: np.ndarray


class Circles(NamedTuple):
    """How many ties are drawn: in all, in circles, and in circles of which size (2 is a single tie)."""

    ties: int
    in_circles: int
    size: int


def generated_ties(
    setting: Setting,
    network: str,
    alike: str,
    seed: int,
    begin: np.ndarray,
    district: np.ndarray,
    places: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return ties between teachers of different schools: how many each has, and where they go, row by row.

    Parameters
    ----------
    setting : `cross_ties`, `near_tie_share`, `tie_clustering`, `tie_homophily` and `subjects` are the targets.
    network : "small-world", "homophilous" or "preferential".
    alike : "experience", "subject" or "distance"; what people of a homophilous network have in common.
    begin : int64 (n_schools + 1,), the row at which each school's teachers begin.
    district : int (n_schools,), ascending.
    places : float (n_schools, 2), where schools are, for distance; without, schools lie along the order of their rows.

    Returns
    -------
    uint16 (n,) and int32 (n_ties,).
    """
    n = int(begin[-1])
    if setting.cross_ties <= 0 or len(begin) <= 2:
        return np.zeros(n, np.uint16), np.zeros(0, np.int32)
    how = {"small-world": EVENLY, "preferential": POPULAR}.get(network, HOW[alike])
    people = mapped(how, setting, seed, begin, district, places)
    spread = spread_of_popularity(how, people.first)
    counts, goes_to = drawn_ties(how, people, setting, seed, spread)
    for _ in range(CORRECTIONS if how == POPULAR and setting.tie_clustering > 0 else 0):
        found = transitivity(compressed(counts, goes_to), simple=True)
        if abs(found - setting.tie_clustering) < CLOSE_ENOUGH or not 0 < found < 1:
            break
        spread *= _odds(setting.tie_clustering) / _odds(found)
        counts, goes_to = drawn_ties(how, people, setting, seed, spread)
    return counts, goes_to


def drawn_ties(
    how: int, people: Map, setting: Setting, seed: int, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return ties of people whose popularity spreads by E[w^2], as `generated_ties` does."""
    n = len(people.school)
    circles = planned(n, setting.cross_ties, setting.tie_clustering, spread)
    homophily = setting.tie_homophily if how >= IN_GROUP else 0.0
    edges = np.empty((circles.ties + 2 * circles.size**2, 2), np.int32)
    drawn = _draw(how, people, circles, setting.near_tie_share, homophily, np.uint64(seed), edges)
    return rows_of(n, edges[:drawn])


def _odds(share: float) -> float:
    return share / (1 - share)


def experience(seed: int, n: int) -> np.ndarray:
    """Return how far teachers are in their career at month 0, evenly between 0 and 1: float64 (n,)."""
    return uniforms(seed, Decision.EXPERIENCE, n)


def subject(seed: int, n: int, subjects: int) -> np.ndarray:
    """Return what teachers teach, evenly one of so many subjects: int32 (n,)."""
    return (uniforms(seed, Decision.SUBJECT, n) * subjects).astype(np.int32)


def planned(n: int, mean: float, clustering: float, spread: float = 1.0) -> Circles:
    """Return the circles that give n people a mean number of ties and a clustering, where popularity spreads by E[w^2]."""
    ties = max(1, round(n * mean / 2))
    wanted = mean * spread * clustering / (1 - clustering)
    size = min(LARGEST_CIRCLE, 2 + ceil(wanted))
    share = min(1.0, wanted / (size - 2)) if size > 2 else 0.0
    return Circles(ties, round(share * ties), size)


def spread_of_popularity(how: int, first: np.ndarray) -> float:
    """Return E[w^2] over teachers of how often they are chosen, relative to the mean of their district."""
    if how != POPULAR:
        return 1.0
    sizes, districts = np.unique(np.diff(first), return_counts=True)
    squares = np.array([_sum_of_squares(int(size)) for size in sizes])
    return float((sizes * squares * districts).sum() / (sizes * districts).sum())


def _sum_of_squares(size: int) -> float:
    """Return the sum over ranks r of (sqrt(r + 1) - sqrt(r))^2, beyond `EXACT` by its integral."""
    steps = np.diff(np.sqrt(np.arange(min(size, EXACT) + 1)))
    return float((steps**2).sum()) + 0.25 * log(max(size, EXACT) / EXACT)


def mapped(
    how: int,
    setting: Setting,
    seed: int,
    begin: np.ndarray,
    district: np.ndarray,
    places: np.ndarray | None,
) -> Map:
    """Return where everyone is, with districts put in the order that this kind of network looks people up in."""
    people = unordered(begin, np.asarray(district, np.int32))
    n = len(people.school)
    if how == POPULAR:
        return people._replace(order=_in_order(people, uniforms(seed, Decision.POPULARITY, n)))
    if how == IN_GROUP:
        return grouped(people, subject(seed, n, setting.subjects), setting.subjects)
    if how == IN_RANK:
        return ranked(people, experience(seed, n))
    if how == IN_PLACE:
        place = np.arange(len(district)) if places is None else along_a_curve(places)
        middle = np.bincount(district, weights=place) / np.bincount(district)
        along = np.argsort(middle, kind="stable").astype(np.int32)
        people = people._replace(along=along, stands=_ranks(along))
        return ranked(people, place[people.school] / len(district))
    return people


def unordered(begin: np.ndarray, district: np.ndarray) -> Map:
    """Return where everyone is, with no one in any order yet."""
    school = np.repeat(np.arange(len(begin) - 1, dtype=np.int32), np.diff(begin))
    n_districts = int(district[-1]) + 1
    first = np.append(begin[np.searchsorted(district, np.arange(n_districts))], begin[-1])
    empty, along = np.zeros(0, np.int32), np.arange(n_districts, dtype=np.int32)
    return Map(school, district, first, empty, empty, empty, np.zeros(0, np.int64), along, along)


def grouped(people: Map, group: np.ndarray, n_groups: int) -> Map:
    """Return the map with the teachers of each district by group."""
    cell = people.district[people.school].astype(np.int64) * n_groups + group
    sizes = np.bincount(cell, minlength=(len(people.first) - 1) * n_groups)
    order = np.argsort(cell, kind="stable").astype(np.int32)
    return people._replace(order=order, group=group, group_first=np.append(0, np.cumsum(sizes)))


def ranked(people: Map, share: np.ndarray) -> Map:
    """Return the map with the teachers of each district by a number within [0, 1), and where each stands."""
    order = _in_order(people, share)
    return people._replace(order=order, rank=_ranks(order))


def along_a_curve(places: np.ndarray) -> np.ndarray:
    """Return the rank of each place along a curve through the plane on which neighbours are near: int64 (n,).

    The curve is Morton's (1966): the bits of both coordinates in turn. Now and then it leaps, so nearness is kept on the whole, and
    not for every pair.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    cells = ((places - low) / np.where(high > low, high - low, 1) * 65_535).astype(np.int64)
    code = np.zeros(len(places), np.int64)
    for bit in range(16):
        code |= ((cells[:, 0] >> bit) & 1) << (2 * bit) | ((cells[:, 1] >> bit) & 1) << (2 * bit + 1)
    return _ranks(np.argsort(code, kind="stable")).astype(np.int64)


def _in_order(people: Map, share: np.ndarray) -> np.ndarray:
    """Return the rows by district, and in it by a number within [0, 1): int32 (n,)."""
    return np.argsort(people.district[people.school] + share, kind="stable").astype(np.int32)


def _ranks(order: np.ndarray) -> np.ndarray:
    """Return where each row stands in an order: int32 (n,)."""
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank


def rows_of(n: int, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return undirected pairs as rows that both ends look along, each neighbour once: uint16 (n,) and int32 (n_ties,)."""
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(edges.ravel(), minlength=n), out=start[1:])
    mixed, neighbour = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
    _fill_rows(edges, start[:-1].copy(), mixed)
    _turn_over(start, mixed, start[:-1].copy(), neighbour)
    counts = np.zeros(n, np.uint16)
    return counts, neighbour[: _drop_repeats(start, neighbour, counts)]


@entry_point
def _draw(how, people, circles, near_share, homophily, seed, edges):
    """Write the pairs of all circles, then of single ties, district by district; return how many.

    What could not be drawn in a district, or was too much, is made up for in the next. People meet in their district while too few of the
    ties so far stay in one, so that circles that cannot be near, or not wholly far, are made up for too.
    """
    chance = (key(seed, Decision.TIE_CIRCLE, 0), np.zeros(1, np.int64))
    members = np.empty(LARGEST_CIRCLE, np.int64)
    degree = np.zeros(len(people.school), np.int32)
    n, drawn, stay = len(people.school), 0, 0
    for size, wanted in ((circles.size, circles.in_circles), (2, circles.ties - circles.in_circles)):
        before = drawn
        for d in range(len(people.first) - 1):
            goal = before + np.int64(wanted * (people.first[d + 1] / n))
            tries = 10 + 4 * (goal - drawn)
            while drawn < goal and tries > 0:
                tries -= 1
                met = _meet(how, people, d, size, stay < near_share * (drawn + 1), homophily, chance, members)
                before_circle = drawn
                drawn = _tie_all(members, met, degree, edges, drawn)
                stay += _near_pairs(people, edges[before_circle:drawn])
    return drawn


@inlined
def _tie_all(members, met, degree, edges, drawn):
    """Write every pair of a circle, but for those who can have no more; return how many pairs there are now."""
    for a in range(met):
        for b in range(a):
            if degree[members[a]] < MOST and degree[members[b]] < MOST:
                degree[members[a]] += 1
                degree[members[b]] += 1
                edges[drawn, 0], edges[drawn, 1] = members[a], members[b]
                drawn += 1
    return drawn


@inlined
def _near_pairs(people, pairs):
    """Return how many pairs are of one district."""
    stay = 0
    for k in range(len(pairs)):
        a, b = people.school[pairs[k, 0]], people.school[pairs[k, 1]]
        stay += people.district[a] == people.district[b]
    return stay


@inlined
def _meet(how, people, own, size, near, homophily, chance, members):
    """Find the members of a circle of someone of a district: no two of a school, in this district or spread over several as evenly as can be.

    Returns how many there are.
    """
    first, n_districts = people.first[own], len(people.first) - 1
    alone = people.school[first] == people.school[people.first[own + 1] - 1]
    near = (near or n_districts == 1) and not alone
    alike = next_number(chance) < homophily
    anchor = _somebody(how, people, first, own, False, chance)
    members[0] = anchor
    met = 1
    within_reach = _within_reach(how, people, own, alike)
    for tried in range(TRIES * (size - 1)):
        if met == size:
            break
        district = own if near else _elsewhere(how, people, own, alike, chance)
        other = _somebody(how, people, anchor, district, alike, chance)
        # where it takes long to find someone of another district, one more of each may come, and later two
        most = size if near else ceil(size / within_reach) + tried // (TRIES * (size - 1) // 3)
        if other >= 0 and _is_new(people, members, met, other, most):
            members[met] = other
            met += 1
    return met


@inlined
def _within_reach(how, people, own, alike):
    """Return how many districts those of a circle can come from, the own one included."""
    n_districts, stands = len(people.along), people.stands[own]
    if how == IN_PLACE and alike:
        return min(stands + 2, n_districts - 1) - max(stands - 2, 0) + 1
    return n_districts


@inlined
def _elsewhere(how, people, own, alike, chance):
    """Return a district by lot, larger ones more often; one of the two next on either side where nearness counts."""
    if how == IN_PLACE and alike:
        stands = people.stands[own] + np.int64(next_number(chance) * 5) - 2
        return people.along[min(max(stands, 0), len(people.along) - 1)]
    return people.district[people.school[np.int64(next_number(chance) * len(people.school))]]


@inlined
def _somebody(how, people, anchor, district, alike, chance):
    """Return a row of a district by lot: anyone, by popularity, or like the anchor; -1 where there is no one like that."""
    first, size = people.first[district], people.first[district + 1] - people.first[district]
    drawn = next_number(chance)
    if how == POPULAR:
        return np.int64(people.order[first + np.int64(drawn * drawn * size)])
    if not alike:
        return first + np.int64(drawn * size)
    if how == IN_GROUP:
        n_groups = (len(people.group_first) - 1) // (len(people.first) - 1)
        cell = district * n_groups + people.group[anchor]
        begin, end = people.group_first[cell], people.group_first[cell + 1]
        return (
            np.int64(people.order[begin + np.int64(drawn * (end - begin))]) if end > begin else np.int64(-1)
        )
    own = people.district[people.school[anchor]]
    if how == IN_PLACE and district != own:
        return first + np.int64(drawn * size)
    return _near_in_rank(people, anchor, own, first, size, drawn, how == IN_PLACE)


@inlined
def _near_in_rank(people, anchor, own, first, size, drawn, by_school):
    """Return a row of a district that stands about where the anchor stands in its own; ends reflect."""
    before = people.first[own]
    own_size = people.first[own + 1] - before
    stands = (people.rank[anchor] - before + 0.5) / own_size
    window = WINDOW
    if by_school:  # no one of the own school, which stands together, is looked for
        window = max(window, 4.0 * _staff_around(people, people.rank[anchor], before, own_size) / own_size)
    share = abs(stands + window * (drawn - 0.5))
    if share >= 1.0:
        share = max(0.0, 2.0 - share)
    return np.int64(people.order[first + min(size - 1, np.int64(share * size))])


@inlined
def _staff_around(people, place, first, size):
    """Return how many of one school stand together at a place in the order of a district."""
    school = people.school[people.order[place]]
    low = high = place
    while low > first and people.school[people.order[low - 1]] == school:
        low -= 1
    while high < first + size - 1 and people.school[people.order[high + 1]] == school:
        high += 1
    return high - low + 1


@inlined
def _is_new(people, members, met, other, most):
    """Return whether someone is of a school that no member is of, and fewer than so many members are of the same district."""
    school, of_district = people.school[other], 0
    for k in range(met):
        theirs = people.school[members[k]]
        if theirs == school:
            return False
        of_district += people.district[theirs] == people.district[school]
    return of_district < most


@entry_point
def _fill_rows(edges, place, neighbour):
    """Write each pair into the rows of both ends."""
    for k in range(len(edges)):
        a, b = edges[k, 0], edges[k, 1]
        neighbour[place[a]] = b
        neighbour[place[b]] = a
        place[a] += 1
        place[b] += 1


@entry_point
def _turn_over(start, mixed, place, neighbour):
    """Write every row's ties into the rows they go to: as ties go both ways, these are the same rows, now sorted."""
    for i in range(len(start) - 1):
        for tie in range(start[i], start[i + 1]):
            j = mixed[tie]
            neighbour[place[j]] = i
            place[j] += 1


@entry_point
def _drop_repeats(start, neighbour, counts):
    """Close up sorted rows so that no one is in one twice, and count them; return how many ties are left."""
    kept = 0
    for i in range(len(start) - 1):
        last = -1
        for tie in range(start[i], start[i + 1]):
            if neighbour[tie] != last:
                last = neighbour[tie]
                neighbour[kept] = last
                kept += 1
                counts[i] += 1
    return kept
