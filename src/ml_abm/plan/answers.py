"""Answers of a plan in words: nothing is said more exactly than its runs allow."""

from __future__ import annotations

from ..assess.estimates import paired
from ..foundation.numbers_in_words import between, counted, listed, lower, money, percent, points, sd
from .found import LEVER, PAIR, PROGRAMME, Plan

FREE = 1e-9


def sentences(plan: Plan) -> dict[str, list[str]]:
    """Return the answers by section."""
    return {
        "goal": goal(plan),
        "cheapest": cheapest(plan),
        "better": better(plan),
        "when": when(plan),
        "money": who_pays(plan),
        "fair": fair(plan),
        "never": never(plan),
        "trust": trust(plan),
    }


def goal(plan: Plan) -> list[str]:
    """Return what is to be reached, under which budget."""
    e, clock = plan.asked.endgame, plan.asked.clock
    parts = [
        f"{percent(e.schools)} of schools on the list",
        f"{percent(e.teachers)} of their teachers using it",
        f"a fidelity of {percent(e.fidelity)}",
    ]
    parts += [f"{percent(e.government_share)} of spending paid by government"] if e.government_share else []
    after = f", held for {counted(clock.after, 'year')} after outside money has left" if clock.after else ""
    said = [f"The goal: by {e.by_year} {listed(parts)}{after}."]
    if plan.asked.budget is not None:
        said.append(f"The budget: {money(plan.asked.budget)} in all, on average over futures.")
    if plan.asked.budget_a_year is not None:
        said.append(f"In no year more than {money(plan.asked.budget_a_year)}, on average over futures.")
    return said


def cheapest(plan: Plan) -> list[str]:
    """Return the cheapest package for each level of odds, one sentence a package."""
    levels = plan.tables["levels"]
    found = levels[levels["name"] != ""]
    said = []
    for name, rows in found.groupby("name", sort=False):
        row = rows.iloc[-1]
        what = "The programme as it is" if name == PROGRAMME else f"{name} ({plan.said(str(name))})"
        said.append(
            f"For odds of {listed(percent(level) for level in rows['level'])}: {what}. It reaches the goal in {percent(row.odds)} of "
            f"{int(row.draws)} futures (95% interval {between(row.odds_low, row.odds_high, percent)}) and costs {money(row.cost)} in all."
        )
    missed = levels[levels["name"] == ""]
    if len(missed):
        best = plan.packages.set_index("name").loc[plan.best()]
        said.append(
            f"No package that was tried reaches the goal with odds of {percent(missed['level'].min())} or more; the best odds are "
            f"{percent(best.odds)} ({between(best.odds_low, best.odds_high, percent)}), with {plan.best()} ({plan.said(plan.best())})."
        )
    return said


def better(plan: Plan) -> list[str]:
    """Return how the package of the best odds and that of most coverage stand beside the programme as it is, the best lever and the best pair."""
    said = []
    for name, what in {plan.best(): "has the best odds of the goal", plan.widest(): "covers most"}.items():
        said.append(f"{name} ({plan.said(name)}) {what}.")
        said += [
            beside(plan, name, other)
            for other in (PROGRAMME, LEVER, PAIR)
            if other in plan.finalists and plan.finalists[other] != plan.finalists[name]
        ]
    return said


def beside(plan: Plan, name: str, other: str) -> str:
    """Return how one finalist stands beside another in the same draws."""
    own, its = plan.measured[name], plan.measured[other]
    gain, won = paired(own["coverage"], its["coverage"]), float((own["odds"] - its["odds"]).mean())
    called = "the programme as it is" if other == PROGRAMME else f"the {other} ({plan.said(other)})"
    if gain.sure < 0:
        covers = f"covers {points(-gain.mean)} less ({between(-gain.high, -gain.low)})"
    elif gain.sure:
        covers = f"covers {points(gain.mean)} more ({between(gain.low, gain.high)})"
    else:
        covers = f"covers about as much: the difference is too close to call ({between(gain.low, gain.high)})"
    return f"Beside {called}, {name} {covers}; its odds differ by {points(won, sign=True)}."


def when(plan: Plan) -> list[str]:
    """Return when to do what in the best package, and what that adds."""
    rows = plan.tables["steps"]
    rows = rows[rows["name"] == plan.best()]
    said = []
    for row in rows.itertuples():
        if row.adds_low > 0:
            adds = f"adds {points(row.adds)} of coverage within the package ({between(row.adds_low, row.adds_high)})"
        elif row.adds_high < 0:
            adds = f"takes {points(-row.adds)} of coverage within the package ({between(-row.adds_high, -row.adds_low)})"
        else:
            adds = f"what it adds in coverage is too close to call ({between(row.adds_low, row.adds_high)})"
        adds += f", and {points(row.adds_odds, sign=True)} of odds (in {row.draws} draws)"
        where = (
            f"{row.year}, month {row.month}: {row.lever}"
            if row.month >= 0
            else "Taking the steps in these months"
        )
        said.append(
            f"{where}. {row.does}; {adds}." if row.month >= 0 else f"{where}, not all from the start: {adds}."
        )
    return said


def who_pays(plan: Plan) -> list[str]:
    """Return what the best package costs and who pays."""
    row = plan.packages.set_index("name").loc[plan.best()]
    payers = plan.tables["payers"]
    paid = payers[(payers["name"] == plan.best()) & (payers["usd"] > FREE)].sort_values(
        "usd", ascending=False
    )
    said = [
        f"{plan.best()} costs {money(row.cost)} in all ({between(row.cost_low, row.cost_high, money)} for the mean)."
    ]
    if row.extra_low > 0 or row.extra_high < 0:
        more = "more" if row.extra_cost > 0 else "less"
        said.append(f"That is {money(abs(row.extra_cost))} {more} than the programme as it is.")
    else:
        said.append("Whether that is more than the programme as it is costs is too close to call.")
    said.append(
        f"Who pays: {listed(f'{p.payer} {money(p.usd)} ({percent(p.share)})' for p in paid.itertuples())}."
    )
    return said


def fair(plan: Plan) -> list[str]:
    """Return what the best package does to the gap between the least and the most disadvantaged schools, and in bad futures."""
    row = plan.packages.set_index("name").loc[plan.best()]
    before = plan.packages.set_index("name").loc[PROGRAMME]
    if row.gap_low > 0 or row.gap_high < 0:
        gap = f"{'widens' if row.gap_change > 0 else 'narrows'} the gap in learning between the least and the most disadvantaged fifth by {sd(abs(row.gap_change))}"
    else:
        gap = "does not clearly change the gap in learning between the least and the most disadvantaged fifth"
    return [
        f"{plan.best()} {gap} (from {sd(before.gap)} a year).",
        f"In the worst tenth of futures it covers {percent(row.worst_tenth)}, the programme as it is {percent(before.worst_tenth)}.",
        f"On average over futures it covers {points(row.regret)} less than the best finalist of each future (its regret).",
    ]


def never(plan: Plan) -> list[str]:
    """Return which criteria no finalist meets in most futures."""
    best = plan.tables["criteria"].groupby("criterion", sort=False)["odds"].max()
    short = [f"{name} (at best in {percent(odds)} of futures)" for name, odds in best.items() if odds < 0.5]
    if not short:
        return ["Every criterion by itself is met by some finalist in half of the futures or more."]
    return [f"What none of these packages reaches in half of the futures: {listed(short)}."]


def trust(plan: Plan) -> list[str]:
    """Return how far the answer can be trusted."""
    s = plan.sizes
    made_smaller = s.search_schools < s.schools
    last = (
        "whole" if s.final_schools == s.schools else f"with {s.final_schools:,} of its {s.schools:,} schools"
    )
    assumed = sorted(
        {
            step.lever
            for p in plan.finalists.values()
            for step in p
            if plan.asked.choices.called[step.lever].basis.startswith("assumed")
        }
    )
    said = [
        f"{s.tried:,} packages were tried in {s.runs:,} runs, in up to {s.search_draws} draws of what is not known"
        + (f", with {s.search_schools:,} schools in proportion for {s.schools:,}" if made_smaller else "")
        + f". Finalists were judged in {s.final_draws} fresh draws, which the search did not see, with the system {last}.",
        "A search finds good packages; it does not prove that there is no better one. What each lever adds is measured by leaving it out, in the smaller system.",
        "The model explores what follows from its assumptions. It is not a forecast.",
    ]
    if assumed:
        said.append(f"The prices of {lower(listed(assumed))} are assumed, in months of a coach.")
    return said
