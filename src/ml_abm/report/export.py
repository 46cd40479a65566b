"""What else of a run is written when it is asked for: agents, graphs and maps, for other people's tools."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError, SizeError, suggestion
from ..scenario import Scenario
from ..simulation import Simulation
from ..system.memory import expected_teachers
from .agents import write_agents
from .graphs import write_district_graph, write_teacher_graph
from .maps import write_maps

KINDS = ("agents", "agents-csv", "graphml", "graphml-districts", "graphml-all", "geojson")
MOST_IN_A_GRAPH = 50_000  # teachers; what Gephi still draws with ease
FOLDER = "agents"


def check_also(also: str, scenario: Scenario, runs: int, out: Path | None) -> tuple[str, ...]:
    """Return what is asked for by words with commas between them. Raises InputError, before the run, for what cannot be written."""
    asked = tuple(word.strip() for word in also.split(",") if word.strip())
    if also and not asked:
        raise InputError(f"--also {also}: allowed are {', '.join(KINDS)}")
    for word in asked:
        if word not in KINDS:
            raise InputError(f"--also {word}: allowed are {', '.join(KINDS)}.{suggestion(word, KINDS)}")
    if asked and (out is None or runs > 1):
        raise InputError(f"--also {also} needs --out DIR and one run: give a folder, and leave --runs out")
    if "geojson" in asked:
        check_coordinates(scenario)
    teachers = expected_teachers(scenario)
    if "graphml" in asked and teachers > MOST_IN_A_GRAPH:
        raise SizeError(
            f"--also graphml: {teachers:,.0f} teachers are more than {MOST_IN_A_GRAPH:,}, which programs can draw: give "
            "graphml-districts, or graphml-all if it is to be all the same"
        )
    return asked


def check_coordinates(scenario: Scenario) -> None:
    """Raise InputError for a system without a place on the map."""
    from ..lists.school_list import school_list

    if not scenario.system.schools or "latitude" not in school_list(scenario.system).schools:
        raise InputError("--also geojson needs a list of schools with columns of latitude and longitude")


def write_also(run: Simulation, folder: Path, asked: tuple[str, ...]) -> None:
    """Write what was asked for into a folder of its own beside the results."""
    folder = folder / FOLDER
    folder.mkdir()
    if "agents" in asked:
        write_agents(run, folder)
    if "agents-csv" in asked:
        write_agents(run, folder, "csv")
    if {"graphml", "graphml-all", "graphml-districts"} & set(asked):
        write_district_graph(run, folder / "districts.graphml")
    if {"graphml", "graphml-all"} & set(asked):
        write_teacher_graph(run, folder / "teachers.graphml")
    if "geojson" in asked:
        write_maps(run, folder)
