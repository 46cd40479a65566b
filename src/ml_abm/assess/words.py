"""What do the tables say, in the words of a ministry? Sentences that change with the result, and say so where it cannot be told.

Nothing is claimed that an interval does not allow. Every number comes from the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..parameters import SECTIONS, declarations
from .answers import NOTICEABLE, first_lever, noticeable

if TYPE_CHECKING:
    from .assessed import Assessed

BINDS = 0.01  # of coverage: a constraint that costs less is not named
NOTHING = 5e-5  # of coverage: what is shown as 0
SEEN = 0.001  # SD a year: learning below it is next to nothing
MOST_NAMED = 3
LIKELY, UNLIKELY = 2 / 3, 1 / 3
ENABLING = ("open policy", "champions", "flexible money", "patient money", "more outside money", "government budget", "fit to government", "principals")  # fmt: skip
DESIGNING = ("ask less", "tools that save time", "less paperwork", "community helpers", "design together", "a clearer core", "more data")  # fmt: skip


# --- numbers -----------------------------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """Return a share in percent, with a decimal where it is small."""
    value = 100 * share
    if 0 < abs(value) < 0.1:
        return "under 0.1 %"
    return f"{value:.1f} %" if 0 < abs(value) < 3 else f"{value:.0f} %"


def points(gain: float, sign: bool = False) -> str:
    """Return a difference between shares in percentage points."""
    value = 100 * gain
    text = f"{abs(value):.1f}" if abs(value) < 9.95 else f"{abs(value):.0f}"
    text = "0" if float(text) == 0 else text
    before = (
        ("−" if value < 0 else "+") if sign and text != "0" else ("−" if value < 0 and text != "0" else "")
    )
    return f"{before}{text} point{'' if text == '1.0' else 's'}"


def between(low: float, high: float, form: Any = points) -> str:
    """Return an interval in words; what both ends share is said once."""
    first, last = form(low), form(high)
    number, _, rest = first.partition(" ")
    shared = rest.rstrip("s") == last.partition(" ")[2].rstrip("s")
    last = f"{last}s" if last.endswith(" point") else last
    return f"{number if shared else first} to {last}"


def dollars(amount: float) -> str:
    """Return an amount of money that can be said aloud."""
    size, sign = abs(amount), "−" if amount < 0 else ""
    if size >= 999_500_000:
        return f"{sign}USD {size / 1e9:.2g} billion"
    if size >= 999_500:
        return f"{sign}USD {significant(size / 1e6)} million"
    if size >= 1000:
        return f"{sign}USD {float(f'{size:.2g}'):,.0f}"
    return f"{sign}USD {size:,.0f}" if size >= 10 else f"{sign}USD {size:,.2f}"


def significant(x: float, digits: int = 2) -> str:
    """Return a number with so many digits that count."""
    return f"{float(f'{x:.{digits}g}'):,.10g}"


def sd(gain: float) -> str:
    """Return learning in standard deviations a year."""
    text = f"{gain:.3f}" if abs(gain) < 0.0995 else f"{gain:.2f}"
    text = text.lstrip("-") if float(text) == 0 else text
    return f"{text} SD a year".replace("-", "−")


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list of a sentence."""
    given = list(words)
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} {last} {given[-1]}" if given else ""


def upper(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """Return a sentence with its first letter small."""
    return text[:1].lower() + text[1:]


# --- the first screen --------------------------------------------------------------------------------------------------


def goal(a: Assessed) -> str:
    """Return the endgame in one sentence."""
    e = a.endgame
    parts = [
        f"by {e.by_year} it is in {percent(e.schools)} of schools",
        f"{percent(e.teachers)} of their teachers use it",
        f"those who use it do so with a fidelity of {percent(e.fidelity)}",
    ]
    if e.government_share > 0:
        parts.append(f"government pays {percent(e.government_share)} of it")
    sustained = (
        f"; and {years_of(e.sustained_years)} after all outside money has left, schools, teachers and fidelity still hold"
        if e.sustained_years
        else ""
    )
    return upper(f"{listed(parts)}{sustained}.")


def odds(a: Assessed) -> str:
    """Return the odds of the endgame, never more exact than the runs allow."""
    row = a.tables["odds"].iloc[0]
    n, hits = int(row.runs), round(row.odds * row.runs)
    interval = f"95 % interval {between(row.low, row.high, percent)}, for so many futures"
    if hits == 0:
        return f"In none of {n} futures is the endgame reached: its odds are below {percent(row.high)}."
    if hits == n:
        return f"In all of {n} futures the endgame is reached: its odds are above {percent(row.low)}."
    if row.low > LIKELY:
        word = "likely"
    elif row.high < UNLIKELY:
        word = "unlikely"
    else:
        word = "open: the futures do not decide it"
    return f"The endgame is reached in {hits} of {n} futures, {percent(row.odds)} ({interval}). That makes it {word}."


def weakest(a: Assessed) -> str:
    """Return the criterion that is met least, and what stands in its way where nothing else could."""
    rows = a.tables["odds"].iloc[1:]
    row = rows.loc[rows["odds"].idxmin()]
    if row.odds >= 1:
        return "Every criterion is met in every future."
    if not any(funder.public for funder in a.scenario.funders) and a.endgame.government_share > 0:
        return (
            "No payer of this scenario is government, so the share that government is to pay cannot be reached: the odds are 0 until "
            "somebody public pays. All that follows holds without that."
        )
    return f"Hardest is: {row.asks}, met in {percent(row.odds)} of futures ({between(row.low, row.high, percent)})."


def binding_names(a: Assessed, when: str = "then") -> list[str]:
    """Return the constraint that costs most in the year of the endgame (`then`) or in the last year, with those that cannot be told from it."""
    table = a.tables["constraints"].sort_values(f"{when}_gain", ascending=False)
    if table.iloc[0][f"{when}_gain"] < BINDS or table.iloc[0][f"{when}_low"] <= 0:
        return []
    near = table[table[f"{when}_as_first"] & (table[f"{when}_low"] > 0) & (table[f"{when}_gain"] >= BINDS)]
    return list(near["constraint"])


def binding(a: Assessed) -> str:
    """Return what holds it back in the year of the endgame, in one sentence."""
    names = binding_names(a)
    if not names:
        return (
            "No single constraint can be named: taking any one of them away changes coverage in the year of the endgame by less than a "
            "point, or by no amount that the futures agree on."
        )
    return bound(a, "then", names)


def bound(a: Assessed, when: str, names: list[str]) -> str:
    """Return the constraints that cost most at one time, the first with its gain."""
    first = a.tables["constraints"].set_index("constraint").loc[names[0]]
    gain, low, high = (first[f"{when}_{what}"] for what in ("gain", "low", "high"))
    said = (
        f"{upper(names[0])}: {first.meaning}. Without it, {points(gain)} more of all teaching would follow the design "
        f"(95 % interval {between(low, high)})."
    )
    if len(names) > 1:
        more = len(names) - 1 - MOST_NAMED
        near = names[1:] if more <= 0 else [*names[1 : 1 + MOST_NAMED], f"{more} more"]
        said += f" It cannot be told from {listed(near)}, which may hold it back as much."
    return said


def binding_after(a: Assessed) -> str:
    """Return what holds it back once outside money has gone; nothing where the endgame asks for no years after it."""
    if not a.clock.after:
        return ""
    when = f"In {a.clock.labels[-1]}, once outside money has gone"
    names, before = binding_names(a, "last"), binding_names(a)
    if not names:
        return f"{when}, no single constraint can be named."
    if names == before:
        gain = a.tables["constraints"].set_index("constraint").loc[names[0], "last_gain"]
        return f"{when}, it is still {listed(names, 'or')} ({points(gain)})."
    return f"{when}, it is {lower(bound(a, 'last', names))}"


def together(a: Assessed) -> str:
    """Return what the model gives without any constraint, and which costs most as the only one left."""
    table = a.tables["constraints"]
    said = f"With none of them, coverage would be {percent(a.ceiling)}."
    left = table.dropna(subset=["alone_costs"])
    if len(left):
        most = left.loc[left["alone_costs"].idxmax()]
        if most.alone_costs >= BINDS:
            said += f" Were all others solved, {most.constraint} alone would still cost {points(most.alone_costs)}."
    return said


def lever_row(a: Assessed) -> Any:
    """Return the row of the lever to pull first, or None."""
    table = a.tables["levers"]
    name = first_lever(table)
    return None if name is None else table.set_index("lever", drop=False).loc[name]


def first_step(a: Assessed) -> str:
    """Return the first lever in one sentence, with gain and price."""
    row = lever_row(a)
    if row is None:
        best = a.tables["levers"].iloc[0]
        return (
            f"None of the {len(a.tables['levers'])} steps surely gains {points(noticeable(a.tables['levers']))} of coverage by itself (the "
            f"most: {best.lever}, {points(best.gain)}, {between(best.low, best.high)}). Larger steps, or several at once, are needed."
        )
    return (
        f"{upper(row.lever)}: {lower(row.does)}. In an average year it adds {points(row.gain)} to a coverage of "
        f"{percent(row.before)} ({between(row.low, row.high)}); {priced(row)}."
    )


def priced(row: Any) -> str:
    """Return what a step costs in words: an amount where it is sure that it costs or saves, else that this cannot be told."""
    if row.cost_low > 0:
        return f"it costs {dollars(row.cost)} over all years ({dollars(row.cost_low)} to {dollars(row.cost_high)})"
    if row.cost_high < 0:
        return f"it saves {dollars(-row.cost)} over all years ({dollars(-row.cost_high)} to {dollars(-row.cost_low)})"
    if row.cost == 0 and row.cost_low == 0 and row.cost_high == 0:
        return "it costs nothing more"
    return (
        f"whether it costs more in all cannot be told ({dollars(row.cost_low)} to {dollars(row.cost_high)})"
    )


def unit(a: Assessed, measure: str, when: str) -> Any:
    """Return one row of unit costs, or None where nobody was taught."""
    table = a.tables["unit_costs"]
    found = table[table["measure"].str.contains(measure) & (table["when"] == when)]
    return found.iloc[0] if len(found) else None


def price(a: Assessed) -> str:
    """Return what it costs at scale, in one sentence."""
    total = a.tables["spending"].set_index("item").loc["all lines", "scale"]
    taught, used = unit(a, "taught with fidelity", "scale"), unit(a, "uses it", "scale")
    said = f"{dollars(total)} in the year of the endgame (mean over futures)"
    if taught is None or used is None:
        return said + "; nobody is taught by then, so there is no price per pupil."
    return (
        f"{said}: {dollars(taught['median'])} a year for each pupil who is taught as designed (9 in 10 futures: {dollars(taught.low)} to "
        f"{dollars(taught.high)}); counted on all whose teacher uses it at all, {dollars(used['median'])}."
    )


# --- constraints and levers --------------------------------------------------------------------------------------------


def binding_by_year(a: Assessed) -> list[tuple[int, str]]:
    """Return the constraint that costs most in each year, '' where none surely costs a point."""
    table = a.tables["constraint_years"]
    found = []
    for year, rows in table.groupby("year", sort=True):
        first = rows.loc[rows["gain"].idxmax()]
        named = first.gain >= BINDS and first.low > 0
        found.append((int(year), str(first.constraint) if named else ""))
    return found


def story(a: Assessed) -> str:
    """Return which constraint binds when."""
    parts = []
    for name, years in groupby(binding_by_year(a), key=lambda pair: pair[1]):
        span = [year for year, _ in years]
        when = f"{span[0]} to {span[-1]}" if len(span) > 1 else str(span[0])
        parts.append(f"{when} {name or 'none that can be named'}")
    return f"What costs most, year by year: {'; '.join(parts)}."


FUNNEL_WORDS = {
    "lost_not_reached": "their school is not reached",
    "lost_unaware": "they have not heard of it",
    "lost_untrained": "they had no course",
    "lost_overloaded": "their week is too full",
    "lost_not_convinced": "they are not convinced",
    "lost_lapsed": "they stopped",
    "lost_left": "the trained teacher left",
    "lost_low_fidelity": "they use it, but far from the design",
    "delivering": "they deliver it",
}


def funnel(a: Assessed) -> str:
    """Return where most teachers are lost in the endgame's year."""
    table = a.tables["funnel"]
    year = a.clock.labels[a.clock.by - 1]
    now = table[table["year"] == year].set_index("barrier")["share"]
    lost = now.drop("delivering").sort_values(ascending=False)
    first, second = lost.index[0], lost.index[1]
    return (
        f"In {year}, {percent(now['delivering'])} of teachers deliver it. Of the others, most are lost because {FUNNEL_WORDS[first]} "
        f"({percent(lost[first])}), then because {FUNNEL_WORDS[second]} ({percent(lost[second])})."
    )


def best_pair(a: Assessed) -> str:
    """Return the best pair of levers, and whether it is more than its parts."""
    table = a.tables["pairs"]
    if not len(table):
        return "Pairs of levers were left out to be quick."
    row = table.iloc[0]
    if row.low <= 0:
        return (
            f"No pair surely gains: the best, {row['first']} with {row.second}, {between(row.low, row.high)}."
        )
    if row.interaction_low > 0:
        more = f"{points(row.interaction)} more than the two by themselves: they need each other"
    elif row.interaction_high < 0:
        more = (
            f"{points(-row.interaction)} less than the two by themselves: one does part of the other's work"
        )
    else:
        more = f"whether that is more or less than the two by themselves cannot be told ({between(row.interaction_low, row.interaction_high)})"
    return f"Best of {len(table)} pairs: {row['first']} with {row.second}, {points(row.gain)} ({between(row.low, row.high)}); {more}."


def sequence(a: Assessed) -> str:
    """Return what is needed first, and what next."""
    table = a.tables["pairs"]
    if not len(table):
        return ""
    needs = table[(table["interaction_low"] > 0) & (table["interaction"] >= noticeable(a.tables["levers"]))]
    if len(needs):
        row = needs.iloc[0]
        alone_first = row.gain - row.second_after_first
        first, second = (
            (row["first"], row.second) if alone_first >= row.second_alone else (row.second, row["first"])
        )
        return f"Needed first: {first}. Without it, {second} gives less."
    lead = first_lever(a.tables["levers"])
    after = table[table["first"] == lead].sort_values("second_after_first", ascending=False)
    if lead and len(after) and after.iloc[0].second_after_first_low > 0:
        row = after.iloc[0]
        return f"In order: {lead} first, then {row.second} ({points(row.second_after_first)} on top of it). No step that was run has to wait for another."
    return f"No pair that was run surely needs a step first; what should come after {lead or 'it'} cannot be told."


def of_levers(a: Assessed, names: tuple[str, ...], what: str) -> list[str]:
    """Return in words which levers of a group surely help, which surely harm, and for how many that cannot be told."""
    table = a.tables["levers"]
    rows = table[table["lever"].isin(names)]
    nothing = rows[(rows["low"].abs() < NOTHING) & (rows["high"].abs() < NOTHING)]
    rows = rows.drop(nothing.index)
    helps, harms = rows[rows["low"] > 0], rows[rows["high"] < 0]
    said = []
    if len(helps):
        named = listed(
            f"{r.lever} ({points(r.gain)}, {between(r.low, r.high)})" for r in helps.head(3).itertuples()
        )
        said.append(f"Of {what}, what surely helps most: {named}.")
    else:
        said.append(f"None of {what} surely helps by one step.")
    if len(harms):
        said.append(f"Surely harmful: {listed(harms['lever'])}.")
    if len(nothing):
        said.append(f"Changes nothing here: {listed(nothing['lever'])}.")
    unsure = rows[(rows["low"] <= 0) & (rows["high"] >= 0)]
    if len(unsure):
        said.append(f"Cannot be told: {listed(unsure['lever'])}.")
    at_end = [name for name in names if name not in set(table["lever"])]
    if at_end:
        said.append(f"Nothing to move: {listed(at_end)}.")
    return said


# --- the five questions ------------------------------------------------------------------------------------------------


def adaptation(a: Assessed) -> list[str]:
    """Return how much freedom pays, and whether that depends on the core."""
    table = a.tables["freedom"]
    if not len(table):
        return ["How freedom works was left out to be quick."]
    said = []
    for core, rows in table.groupby("core", sort=False):
        full = rows.iloc[-1]
        best = rows.loc[rows["learning"].idxmax()]
        place = "with the core as it is now" if core == "as it is" else f"with a {core} core"
        if max(abs(full.low), abs(full.high)) < SEEN:
            said.append(f"{upper(place)}, freedom changes next to nothing (less than {sd(SEEN)}).")
            continue
        if full.low > 0:
            said.append(
                f"{upper(place)}, full freedom adds {sd(full.gain)} ({between(full.low, full.high, sd)}) against none."
            )
        elif full.high < 0:
            said.append(
                f"{upper(place)}, full freedom costs {sd(-full.gain)} ({between(-full.high, -full.low, sd)}) against none; best was {percent(best.freedom)}."
            )
        else:
            said.append(
                f"{upper(place)}, whether freedom adds or costs cannot be told ({between(full.low, full.high, sd)})."
            )
    clear = table[table["core"] == "clear"].iloc[-1]
    vague = table[table["core"] == "vague"].iloc[-1]
    if clear.low > vague.high:
        said.append("So say first what must hold; then let go.")
    elif abs(clear.gain) < 0.005 and abs(vague.gain) < 0.005:
        said.append("In this programme freedom is a small matter beside what holds it back.")
    return said


def enabling(a: Assessed) -> list[str]:
    """Return what an enabling environment does, and how long outside money must last."""
    said = of_levers(a, ENABLING, "openness, champions and money")
    table = a.tables["patience"]
    last = table.iloc[-1]
    if not any(not funder.public for funder in a.scenario.funders):
        return [*said, "No outside money pays here, so the question how long it must last does not arise."]
    if last.coverage < BINDS:
        return [*said, "However long outside money lasts, next to nothing is left once it has gone."]
    short = table.iloc[0]
    left = (
        f"{percent(short.coverage)} of coverage is left after {years_of(short.years)} of it, {percent(last.coverage)} after {int(last.years)} "
        f"({between(max(0.0, last.low), last.high, percent)})"
    )
    enough = table[table["coverage"] >= 0.8 * last.coverage].iloc[0].years
    if enough == short.years:
        said.append(f"How long outside money lasts matters little for what is left once it has gone: {left}.")
    elif enough == last.years:
        said.append(
            f"Outside money is needed up to the endgame, and nothing says that it is enough then: {left}."
        )
    else:
        said.append(
            f"Outside money must last some {years_of(enough)} to leave four fifths of what {int(last.years)} years leave: {left}."
        )
    return said


def years_of(n: float) -> str:
    """Return a number of years in words."""
    return f"{n:.0f} year{'s' if n != 1 else ''}"


def designing(a: Assessed) -> list[str]:
    """Return which of the report's principles of design matter here."""
    said = of_levers(a, DESIGNING, "burden, community, participation and data")
    cut = a.tables["stresses"].set_index("stress").loc["expensive parts cut"]
    if cut.high < 0:
        said.append(
            f"Cutting the expensive parts half way costs {points(-cut.change)} of coverage ({between(-cut.high, -cut.low)}): be costed for scale from the start."
        )
    else:
        said.append(
            f"What cutting the expensive parts half way does cannot be told ({between(cut.low, cut.high)})."
        )
    return said


def ready(a: Assessed) -> list[str]:
    """Return which gaps of a checklist matter in the dynamics, and which do not."""
    table = a.tables["readiness"]
    gaps = table[table["gap"].astype(bool)]
    said = [f"A checklist finds {len(gaps)} gaps in {len(table)} criteria."]
    run = gaps.dropna(subset=["gain"])
    if not len(run):
        return [*said, "Which of them matter was left out to be quick."] if len(gaps) else said
    matter = run[(run["low"] > 0) & (run["gain"] >= NOTICEABLE)].sort_values("gain", ascending=False)
    little = run[(run["high"] < 2 * NOTICEABLE) & ~run["criterion"].isin(matter["criterion"])]
    if len(matter):
        said.append(
            f"Closing one alone matters for {listed(f'{r.criterion} ({points(r.gain)})' for r in matter.itertuples())}."
        )
    else:
        said.append("Closing any one alone does not surely matter.")
    if len(little):
        said.append(f"It hardly matters (less than a point) for {listed(little['criterion'])}.")
    return said + untold(run["criterion"], matter["criterion"], little["criterion"])


def innovate(a: Assessed) -> list[str]:
    """Return whether a better design or better execution comes first here."""
    table = a.tables["design_or_execution"]
    if not len(table):
        return ["Design against execution was left out to be quick."]
    design, execution = table.iloc[0], table.iloc[1]
    said = [
        f"On the way from poor to good, the design is at {percent(design.now)} and execution at {percent(execution.now)}."
    ]
    for word, form, what in (("learning", sd, "learning"), ("coverage", points, "coverage")):
        first = design[f"{word}_first"]
        a_, b_ = form(design[word]), form(execution[word])
        if first == "cannot tell":
            said.append(
                f"Counted in {what}, which comes first cannot be told: a fifth of the way adds {a_} by design, {b_} by execution."
            )
        else:
            other = "execution" if first == "design" else "design"
            order = (a_, b_) if first == "design" else (b_, a_)
            said.append(
                f"Counted in {what}, better {first} comes first: a fifth of the way adds {order[0]}, against {order[1]} by {other}."
            )
    said.append("Whether a fifth of the way costs the same on both sides is not known.")
    return said


# --- stresses, cost, honesty -------------------------------------------------------------------------------------------


def stressed(a: Assessed) -> list[str]:
    """Return which shocks surely cost coverage, and which it stands."""
    table = a.tables["stresses"]
    hurts = table[(table["high"] < 0) & (table["change"] <= -NOTICEABLE)]
    stands = table[(table["low"] > -2 * NOTICEABLE) & ~table["stress"].isin(hurts["stress"])]
    said = []
    if len(hurts):
        worst = hurts.iloc[0]
        odds_ = (
            "the endgame is reached in none of these futures, with it or without"
            if worst.odds_without == worst.odds == 0
            else f"the odds of the endgame go from {percent(worst.odds_without)} to {percent(worst.odds)} in the same futures"
        )
        said.append(
            f"Worst is {worst.stress}: coverage falls by {points(-worst.change)} ({between(-worst.high, -worst.low)}), and {odds_}."
        )
        if len(hurts) > 1:
            said.append(
                f"Surely harmful too: {listed(f'{r.stress} ({points(r.change)})' for r in hurts.iloc[1:].itertuples())}."
            )
    else:
        said.append("No shock surely costs half a point of coverage.")
    if len(stands):
        said.append(f"It stands (less than a point): {listed(stands['stress'])}.")
    return said + untold(table["stress"], hurts["stress"], stands["stress"])


def untold(names: Iterable[str], *told: Iterable[str]) -> list[str]:
    """Return the sentence on whatever is in no list of what can be told; none where all is told."""
    known = {name for some in told for name in some}
    rest = [name for name in names if name not in known]
    return [f"Cannot be told: {listed(rest)}."] if rest else []


def costs(a: Assessed) -> list[str]:
    """Return who pays for what, and how that changes from pilot to scale."""
    table = a.tables["spending"]
    total = table.set_index("item").loc["all lines"]
    lines, payers = (
        table[table["kind"] == kind].sort_values("scale", ascending=False) for kind in ("line", "payer")
    )
    said = [
        f"{dollars(total.pilot)} a year in the pilot's years, {dollars(total.scale)} in the year of the endgame."
    ]
    if total.scale > 0:
        top = lines.iloc[0]
        said.append(
            f"The largest line at scale is {top['item']} ({percent(top.scale / total.scale)}); the largest payer {payers.iloc[0]['item']} ({percent(payers.iloc[0].scale / total.scale)})."
        )
    lays = unit(a, "LAYS", "all")
    if lays is not None:
        said.append(
            f"100 USD buy {significant(lays['median'])} learning-adjusted years of schooling over all years (9 in 10 futures: {significant(lays.low)} to {significant(lays.high)})."
        )
    pilot, scale = (unit(a, "taught with fidelity", when) for when in ("pilot", "scale"))
    if pilot is not None and scale is not None:
        said.append(
            f"A pupil taught as designed costs {dollars(pilot['median'])} a year in the pilot and {dollars(scale['median'])} at scale."
        )
    return said


def marks(a: Assessed) -> dict[str, int]:
    """Return how many of the scenario's numbers rest on what: a source seen in its text (A), a secondary one (B), memory (C), assumption (D)."""
    found = dict.fromkeys("ABCD", 0)
    for about in declarations().values():
        if about.section in SECTIONS:
            found[about.mark] += 1
    return found


def what_was_lived(a: Assessed) -> str:
    """Return what part of a large system was lived in its place."""
    part, whole = a.lived.setting, a.scenario.setting
    return (
        f"To be quick, a smaller system was lived: {part.schools:,} schools in {part.districts:,} districts for {whole.schools:,} in {whole.districts:,}, "
        "with pilot, trainers, fixed costs and money in proportion. Shares are those of the smaller system; counts of people and money are told for "
        "the whole one. Option --whole lives all of it (docs/assess.md says what differs)."
    )


def honest(a: Assessed) -> list[str]:
    """Return what the answers rest on, and what they leave out."""
    found = marks(a)
    known, total = found["A"] + found["B"], sum(found.values())
    n, fitted = len(a.ensemble.names), len(a.ensemble.fitted)
    how = f"{n - fitted} uncertain numbers are drawn at once, each from the evidence table or as widely as the convention says"
    if a.ensemble.source == "posterior":
        how = f"{fitted} numbers are drawn from a calibrated posterior ({listed(a.ensemble.fitted)}), {how}"
    part = [what_was_lived(a)] if a.lived is not a.scenario else []
    return [
        f"Of {total} numbers of the model, {known} have a source that was seen, itself or second hand; {total - known} are from memory, derived or assumed.",
        f"The odds hold over {len(a.ensemble)} futures: {how}, and each meets its own luck. Draws are independent, which makes the spread wide.",
        *part,
        "Not in the odds: that the model itself may be wrong, wars, pandemics, and politics beyond the shocks above. The scenario's own choices are taken as they are.",
        "Not identified: counts of schools tell the pace of a rollout, and next to nothing about how teachers respond (docs/calibration.md).",
    ]


def knowing(a: Assessed) -> list[str]:
    """Return what would be most worth knowing."""
    table = a.tables["information"]
    shown = table[table["shown"].astype(bool)]
    said = []
    if len(shown):
        said.append(
            "What would narrow the answer most: "
            + listed(
                f"{lower(r.sentence.rstrip('.'))} ({r.parameter}; {percent(r.share)} of the spread)"
                for r in shown.head(4).itertuples()
            )
            + ". All else that was drawn cannot be told from chance with so few futures."
        )
    else:
        said.append(
            f"No single number explains more of the spread than chance would ({percent(float(table['chance'].iloc[0]))}): many matter a little."
        )
    choice = a.tables["choice"]
    if len(choice):
        worth = points(a.worth_of_knowing_all)
        all_known = f"Knowing everything before choosing a step would add {'next to nothing' if worth == '0 points' else f'{worth} of coverage in an average year'}."
        found = choice[choice["shown"].astype(bool)]
        if len(found):
            said.append(
                f"{all_known} One number that could change the choice: {listed(found['parameter'].head(3))}."
            )
        else:
            said.append(f"{all_known} No single number is shown to change the choice.")
    return said


def sentences(a: Assessed) -> dict[str, list[str]]:
    """Return all sentences by section."""
    return {
        "goal": [goal(a)],
        "odds": [odds(a), weakest(a)],
        "constraint": [
            binding(a),
            *([binding_after(a)] if a.clock.after else []),
            story(a),
            funnel(a),
            together(a),
        ],
        "lever": [first_step(a), best_pair(a), *([sequence(a)] if sequence(a) else [])],
        "price": [price(a)],
        "adaptation": adaptation(a),
        "environment": enabling(a),
        "design": designing(a),
        "readiness": ready(a),
        "innovate": innovate(a),
        "stress": stressed(a),
        "cost": costs(a),
        "honesty": honest(a),
        "information": knowing(a),
    }
