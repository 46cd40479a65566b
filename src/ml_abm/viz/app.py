"""The page: what `solara run ml_abm.viz.app` and `ml-abm view` show."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import solara
import solara.lab
from solara.lab.utils.headers import headers

from ..assess.endgame import check
from ..errors import LinkError, ScenarioError
from ..foundation.numbers_in_words import capital, language_table
from ..report import svg
from ..scenario import Scenario
from .admission import Door
from .assessing import REPORTS, key_of
from .compare import Comparison
from .components import Assessed, Bar, Chance, Levers, Note, Offered, Tabs, Who
from .inspector import People
from .lever_words import changes, shown, standing
from .link import link_of
from .offers import LONGEST_UPLOAD
from .serving import ask_no_one, serving
from .session import PAGES, Visit
from .stage import Stage
from .take_away import PLANS, csv_of, file_name, toml_of
from .texts import LANGUAGES, Words, language_of
from .uncertainty import explained, table

STYLE = Path(__file__).parent / "page.css"

ask_no_one(serving())  # here, because Solara imports the page before it starts to serve and sends its own


@solara.component
def Layout(children: Any = ()) -> Any:
    """Show the page alone, without a frame of Solara's."""
    return solara.v.Html(tag="div", class_="ml-layout", children=list(children))


@solara.component
def Page() -> None:
    """Show the live view."""
    asked = parse_qs(solara.use_router().search or "")
    solara.Style(STYLE)
    with solara.v.Html(tag="div", class_="ml-page"):
        Door(first_language(asked), asked.get("run", [""])[0], Inside)


@solara.component
def Inside(visit: Visit) -> None:
    """Show the page of a visitor who has a place."""
    solara.Title(visit.words("bar.title"))
    with solara.v.Html(tag="div", class_="ml-inside"):
        TopBar(visit)
        with solara.v.Html(tag="main", class_="ml-main", attributes={"id": "main"}):
            Messages(visit)
            Programmes(visit)
            with solara.v.Html(tag="div", class_="ml-columns"):
                with solara.v.Html(tag="div", class_="ml-side"):
                    LeverPanel(visit)
                with solara.v.Html(tag="div", class_="ml-shown"):
                    Pages(visit)


@solara.component
def Pages(visit: Visit) -> None:
    """Show one of the pages. The picture stays where it is while another is looked at."""
    page, words = visit.page.value, visit.words
    Tabs(texts=words.table("pages"), pages=list(PAGES), page=page, event_turn=visit.turn)
    away = "" if page == "watch" else " ml-away"
    about = {"id": "ml-page-watch", "role": "tabpanel", "aria-labelledby": "ml-tab-watch"}
    with solara.v.Html(tag="div", class_=f"ml-picture{away}", attributes=about):
        Picture(visit)
        ChancePanel(visit)
        WhoIsWho(visit)
    if page == "assess":
        AssessPage(visit)


def first_language(asked: dict[str, list[str]]) -> str:
    """Return the language of the address, or the first of ours that the browser asks for."""
    wanted = asked.get("lang", [""])[0]
    sent = headers.value or {}
    accepted = next((value for key, value in sent.items() if key.lower() == "accept-language"), [""])
    return wanted if wanted in LANGUAGES else language_of(",".join(accepted))


def state_of(visit: Visit) -> dict[str, Any]:
    """Return what stands in the bar."""
    player, words = visit.player, visit.words
    scenario = player.plan.scenario
    months = player.lives[0].months
    return {
        "scenario": scenario.name,
        "playing": player.playing,
        "over": player.over,
        "month": player.month,
        "pinned": player.pinned,
        "speed": player.speed,
        "seed": player.plan.seed,
        "date": words.date(scenario.setting.start_year, max(0, player.month - 1)),
        "month_of": words("bar.month_of", month=words.number(player.month), months=words.number(months)),
    }


@solara.component
def TopBar(visit: Visit) -> None:
    """Show the bar, and hand out files and links."""
    visit.clock.value, visit.tick.value  # noqa: B018 - shown anew with each of them
    no_link: dict[str, str] = {}
    no_download: dict[str, Any] = {}
    link, set_link = solara.use_state(no_link)
    download, set_download = solara.use_state(no_download)
    words = visit.words

    def take(what: Any) -> None:
        made = taken(visit, what)
        if made:
            set_download({**made, "n": download.get("n", 0) + 1})

    def share(_: Any) -> None:
        player = visit.player
        try:
            with player.locked():
                text = link_of(tuple(life.plan for life in player.lives), player.month)
            set_link({"text": text, "fault": ""})
        except LinkError as error:
            set_link({"text": "", "fault": words("error.link", why=str(error))})

    def set_theme(dark: Any) -> None:
        if dark in (None, True, False):
            solara.lab.theme.dark = dark

    solara.use_trait_observe(solara.lab.theme, "dark")
    Bar(
        texts={**words.table("bar"), **{f"take_{key}": text for key, text in words.table("take").items()}},
        language=visit.language.value,
        languages=[{"key": key, "name": Words(key)("language.name")} for key in LANGUAGES],
        state=state_of(visit),
        dark=solara.lab.theme.dark,
        takes=takes(visit),
        link=link,
        download=download,
        event_do=lambda wish: visit.do(wish.get("what")),
        event_speed=visit.speed,
        event_speak=visit.speak,
        event_theme=set_theme,
        event_take=take,
        event_share=share,
    )


def takes(visit: Visit) -> list[dict[str, str]]:
    """Return what can be taken away."""
    words = visit.words
    tomls = ["toml_a", "toml_b"] if visit.player.pinned else ["toml"]
    found = [{"key": "csv", "name": words("take.csv"), "about": words("take.csv_about")}]
    return found + [
        {"key": key, "name": words(f"take.{key}"), "about": words("take.toml_about")} for key in tomls
    ]


def taken(visit: Visit, what: Any) -> dict[str, str]:
    """Return a file to save: its name, kind and text."""
    player = visit.player
    with player.locked():
        if what == "csv":
            return {"name": file_name(player.plan, "csv"), "type": "text/csv", "text": csv_of(player.lives)}
        letters = {"toml": (0, ""), "toml_a": (0, PLANS[0]), "toml_b": (len(player.lives) - 1, PLANS[1])}
        if what not in letters:
            return {}
        k, letter = letters[what]
        plan = player.lives[k].plan
        name = file_name(plan, "toml", letter)
        return {"name": name, "type": "application/toml", "text": toml_of(plan, player.month, name)}


@solara.component
def Messages(visit: Visit) -> None:
    """Show what is being done, and what could not be."""
    words, busy, message = visit.words, visit.busy.value, visit.message.value
    with solara.v.Html(tag="div", class_="ml-messages"):
        if busy and busy[1]:
            text = words("bar.busy", month=words.number(busy[0]), months=words.number(busy[1]))
            Note(text=text, kind="busy", label="", event_close=lambda _: None)
        if message:
            Note(
                text=message[1],
                kind=message[0],
                label=words("bar.close"),
                event_close=lambda _: visit.message.set(None),
            )


@solara.component
def Programmes(visit: Visit) -> None:
    """Show the programmes to choose from."""
    visit.tick.value  # noqa: B018
    words = visit.words
    kilobytes = words.number(LONGEST_UPLOAD / 1000)

    def fault(name: Any) -> None:
        visit.message.set(("fault", words("offers.too_long", name=str(name)[:60], kilobytes=kilobytes)))

    Offered(
        texts={**words.table("offers"), "own_about": words("offers.own_about", kilobytes=kilobytes)},
        offers=visit.offers.shown(words, visit.player.plan.scenario),
        longest=LONGEST_UPLOAD,
        event_choose=visit.choose,
        event_open=lambda file: visit.open(file.get("name"), file.get("text")),
        event_fault=fault,
    )


@solara.component
def LeverPanel(visit: Visit) -> None:
    """Show the levers of the plan that is played."""
    visit.tick.value  # noqa: B018
    player, words = visit.player, visit.words
    with player.locked():
        plan, month = player.plan, player.month
        other = player.lives[0].plan if player.pinned else None
    Levers(
        texts={
            **words.table("levers"),
            "as_planned": words("value.as_planned"),
            "seed": words("levers.seed", seed=plan.seed),
        },
        numbers=language_table(visit.language.value),
        levers=solara.use_memo(lambda: shown(plan, words), [plan.scenario, visit.language.value]),
        standing=standing(plan, month, words, other),
        changes=changes(plan, month, words),
        state={"pinned": player.pinned, "month": month, "seed": plan.seed},
        event_move=lambda wish: visit.move(wish.get("lever"), wish.get("value")),
        event_reset=visit.reset,
        event_reseed=visit.reseed,
    )


@solara.component
def ChancePanel(visit: Visit) -> None:
    """Show how far what is seen is chance, and which of two plans is better."""
    visit.tick.value  # noqa: B018
    words, player, chance = visit.words, visit.player, visit.chance
    progress, found = chance.progress.value, chance.comparison.value
    plans = [life.plan for life in player.lives]
    done, of = progress or (0, 0)
    state = {
        "pinned": player.pinned,
        "same": player.pinned and plans[0] == plans[1],
        "working": words("compare.working", done=words.number(done), all=words.number(of))
        if progress
        else "",
        "done": done,
        "all": of,
        "fault": words("compare.failed", why=chance.fault.value) if chance.fault.value else "",
    }
    shown_ = solara.use_memo(lambda: found_said(found, words), [found, visit.language.value])
    keep, texts = visit.do, words.table("compare")
    if visit.offers.fitted:
        texts |= {"title_one": words("fit.chance_title"), "one_about": words("fit.chance_about")}
    Chance(texts=texts, state=state, found=shown_, event_weigh=visit.weigh, event_keep=keep)


def found_said(found: Comparison | None, words: Words) -> dict[str, Any]:
    """Return what a batch found, in words."""
    if found is None:
        return {"n": 0, "shown": ""}
    n = len(found.seeds)
    if len(found.plans) == 1:
        return {"n": n, "shown": words.plural("compare.shown", n)}
    date = words.date(found.plans[0].scenario.setting.start_year, found.months - 1)
    at_end = words("compare.at_end", date=date, n=words.number(n))
    return {
        "n": n,
        "shown": "",
        "at_end": at_end,
        "rows": table(found, words),
        "explained": explained(found, words),
    }


@solara.component
def AssessPage(visit: Visit) -> None:
    """Show what the odds of the plan on screen are, what holds it back, and what to do."""
    visit.tick.value  # noqa: B018
    words, player, assessing = visit.words, visit.player, visit.assessing
    progress, last, fault = assessing.progress.value, assessing.report.value, assessing.fault.value
    plan = player.plan
    key = solara.use_memo(lambda: key_of(plan), [plan])
    report = REPORTS.get(key) or (last if last and last.name == plan.scenario.name else None)
    done, of = progress or (0, 0)
    said = words("assess.working", done=words.number(done), all=words.number(of))
    if minutes := assessing.minutes_left:
        said += words.plural("assess.left", minutes)
    if assessing.key != key:
        said += words("assess.earlier")
    state = {
        "pinned": player.pinned,
        "cannot": cannot_be_assessed(plan.scenario, words),
        "working": "" if progress is None else said if of else words("assess.preparing"),
        "done": done,
        "all": of,
        "fault": words("assess.failed", why=fault) if fault else "",
        "stale": bool(report and report.key != key),
    }
    texts = words.table("assess")
    if visit.offers.fitted:
        texts |= {"about": words("fit.assess_about")}
    Assessed(
        texts=texts,
        language=visit.language.value,
        state=state,
        html=report.html if report else "",
        name=f"{plan.scenario.name}-assessment.html",
        palette={"light": svg.LIGHT, "dark": svg.DARK},
        event_assess=visit.assess,
    )


def cannot_be_assessed(scenario: Scenario, words: Words) -> str:
    """Return in a line what a scenario lacks; nothing where it can be assessed."""
    try:
        check(scenario)
    except ScenarioError as error:
        if scenario.endgame is not None:
            return words("assess.failed", why=str(error))
        return words("assess.no_endgame", year=int(scenario.setting.start_year + scenario.months / 12))
    return ""


@solara.component
def Picture(visit: Visit) -> None:
    """Show the picture."""
    stage = Stage.element()
    solara.use_effect(lambda: visit.connect(solara.get_widget(stage)), [])


@solara.component
def WhoIsWho(visit: Visit) -> None:
    """Show who is who."""
    visit.tick.value  # noqa: B018
    words, where = visit.words, visit.where.value
    with visit.player.locked():
        who = who_is(People(visit.life.model, words), where)
    stages = {key: capital(text) for key, text in words.table("stage_of").items()}
    place = {
        "list": where.kind,
        "district": where.district,
        "school": where.school,
        "order": where.order,
        "page": where.page,
    }
    texts = {
        **words.table("people"),
        "close": words("bar.close"),
        "pinned": "yes" if visit.player.pinned else "",
    }
    Who(texts=texts, stages=stages, who=who, where=place, event_look=visit.look)


def who_is(people: People, where: Any) -> dict[str, Any]:
    """Return what the panel of people shows."""
    if where.school is not None:
        return {"school": people.school(where.school, where.teacher)}
    if where.district is not None:
        return {"district": people.district(where.district, where.order, where.page)}
    if where.kind == "champions":
        return {"champions": people.champions(where.page)}
    if where.kind == "funders":
        return {"funders": people.funders()}
    if where.kind == "districts":
        return {"districts": people.districts(where.order, where.page)}
    return {}
