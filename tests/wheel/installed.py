"""Does the installed package work? Run by `smoke.py` in a clean environment: `python installed.py EXTRA`.

Uses nothing but the package and the standard library, and prints one line a check.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from importlib.util import find_spec
from pathlib import Path

EXTRA = sys.argv[1] if len(sys.argv) > 1 else ""
ML_ABM = str(Path(sys.executable).with_name("ml-abm"))
# What people import, and what of it an extra opens.
ENTRY_POINTS = {
    "": ["ml_abm", "ml_abm.agents", "ml_abm.cli", "ml_abm.experiments", "ml_abm.evidence", "ml_abm.outcomes", "ml_abm.parameters", "ml_abm.scenario", "ml_abm.simulation", "ml_abm.system", "ml_abm.agents.model", "ml_abm.checkpoint", "ml_abm.calibration.case", "ml_abm.calibration.networks", "ml_abm.report.figures"],
    "excel": [],
    "viz": ["ml_abm.viz.app", "ml_abm.viz.stage"],
    "experiments": ["ml_abm.experiments.analysis", "ml_abm.experiments.design", "ml_abm.experiments.runner"],
    "networks": ["ml_abm.networks.edges"],
    "calibration": ["ml_abm.calibration.fit", "ml_abm.calibration.diagnostics", "ml_abm.calibration.weighed", "ml_abm.calibration.inference_data"],
    "search": ["ml_abm.plan.planned", "ml_abm.plan.search"],
}  # fmt: skip
# What third parties warn of when they are imported is theirs: ours are errors.
OURS = ["-W", "error", "-W", "ignore::DeprecationWarning", "-W", "ignore::PendingDeprecationWarning", "-W", "ignore::FutureWarning"]  # fmt: skip
HEAVY = {"numpy", "pandas", "numba", "pyarrow", "pydantic", "matplotlib", "mesa", "scipy", "rich", "solara", "dask", "sklearn", "arviz"}  # fmt: skip
STUDY = """
name = "small"
months = 12
design = "saltelli"
size = 8
replicates = 3
outcomes = ["adoption", "fidelity"]
[scenario.setting]
schools = 40
[scenario.programme]
pilot_schools = 4
[factors.innovation]
tool_hours = {low = 0, high = 3}
added_hours = {low = 1, high = 6}
"""
GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected">{}</graph></graphml>'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def main() -> None:
    """Run all checks."""
    code("import ml_abm, pathlib, sys; assert pathlib.Path(ml_abm.__file__).is_relative_to(sys.prefix)")
    for door in [*ENTRY_POINTS[""], *(ENTRY_POINTS[EXTRA] if EXTRA else [])]:
        code(f"import {door}")
    print(
        f"{len(ENTRY_POINTS['']) + len(ENTRY_POINTS.get(EXTRA, []) if EXTRA else [])} doors open without a warning"
    )
    heavy = (
        f"import sys, ml_abm.cli as c; c.parser().format_help(); print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    assert code(heavy).strip() == "[]", f"`ml-abm --help` imports {code(heavy)}"
    print("`ml-abm --help` imports nothing heavy")
    for words in (
        "--help",
        "--version",
        "scenarios",
        "countries",
        "cases",
        "parameters tool",
        "experiment list",
    ):
        assert done(*words.split()), words
    assert "fidelity" in done("run", "base", "--months", "12")
    print(f"`ml-abm run base --months 12` runs; data files of {data()} kinds are there")
    for extra, (verb, package) in VERBS.items():
        there = find_spec(package) is not None  # of another extra, or of what Mesa needs, too
        assert there or extra != EXTRA, f"{extra} does not bring {package}"
        print(verb(there))


def code(text: str) -> str:
    """Run some Python in a process of its own in which warnings of ours are errors."""
    return finished([sys.executable, *OURS, "-c", text], 0).stdout


def done(*words: str) -> str:
    """Return what a command prints that works."""
    return finished([ML_ABM, *words], 0).stdout


def refused(*words: str) -> str:
    """Return the one line in which a command is refused."""
    line = finished([ML_ABM, *words], 2).stderr
    assert line.count("\n") == 1, line
    assert line.startswith("ml-abm: "), line
    return line.strip()


def finished(words: list[str], code: int) -> subprocess.CompletedProcess[str]:
    """Run a command that is to end with this code."""
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == code, (
        f"{words}: {ended.returncode}\n{ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
    )
    return ended


def data() -> int:
    """Return how many kinds of data files are in the package, each with what has to be there."""
    import ml_abm

    folder = Path(ml_abm.__file__).parent
    kinds = {
        "presets/*.toml": 15,
        "calibration/cases/*.csv": 3,
        "calibration/cases/networks/*.csv": 5,
        "evidence/*.csv": 1,
        "experiments/studies/*.toml": 8,
        "viz/stage/*.js": 1,
        "viz/stage/*.css": 1,
        "py.typed": 1,
    }
    for pattern, least in kinds.items():
        assert len(list(folder.glob(pattern))) >= least, pattern
    return len(kinds)


# --- a verb of each extra: it works, or says in one line what to install -----------------------------------------------


def excel(there: bool) -> str:
    """Check a workbook, written here as the plainest one that there is."""
    rows = [["id", "district", "teachers"], ["S1", "A", "3"], ["S2", "A", "4"]]
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in r) + "</row>" for r in rows
    )
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    pack = "http://schemas.openxmlformats.org/package/2006"
    doc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile("schools.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>')  # fmt: skip
        book.writestr("_rels/.rels", f'<Relationships xmlns="{pack}/relationships"><Relationship Id="r1" Type="{doc}/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        book.writestr("xl/workbook.xml", f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{doc}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>')  # fmt: skip
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{pack}/relationships"><Relationship Id="r1" Type="{doc}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')  # fmt: skip
        book.writestr("xl/worksheets/sheet1.xml", SHEET.format(cells))
    return said("excel", there, "schools", "check", "schools.xlsx")


def networks(there: bool) -> str:
    """Run with ties from GraphML."""
    Path("schools.csv").write_text("id,district,teachers\nS1,A,3\nS2,A,4\nS3,B,2\n", encoding="utf-8")
    nodes = "".join(f'<node id="S{k}"/>' for k in (1, 2, 3)) + '<edge source="S1" target="S3"/>'
    Path("ties.graphml").write_text(GRAPHML.format(nodes), encoding="utf-8")
    Path("tied.toml").write_text(
        'months = 6\n[system]\nschools = "schools.csv"\n[programme]\npilot_schools = 1\npilot_districts = 1\n'
        '[[ties]]\nbetween = "schools"\nfile = "ties.graphml"\n',
        encoding="utf-8",
    )
    return said("networks", there, "run", "tied.toml")


def experiments(there: bool) -> str:
    """Run a study and ask it a question."""
    Path("small.toml").write_text(STUDY, encoding="utf-8")
    line = said("experiments", there, "experiment", "run", "small.toml", "--out", "small")
    if there:
        done("experiment", "status", "small")
        done("experiment", "analyse", "sensitivity", "small", "--out", "answers")
        done("experiment", "analyse", "convergence", "small")
    return line


def calibration(there: bool) -> str:
    """Fit a case, with as few runs as there may be."""
    words = ("calibrate", "success_for_all", "--quick", "--sims", "200", "--out", "fit")
    line = said("calibration", there, *words)
    assert not there or Path("fit/summary.html").exists()
    return line


def search(there: bool) -> str:
    """Plan with two levers and as few runs as there may be."""
    words = ("plan", "base", "--levers", "more coaches,ask less", "--runs", "400", "--out", "planned")
    line = said("search", there, *words)
    assert not there or Path("planned/plan.html").exists()
    return line


def viz(there: bool) -> str:
    """Serve the live view, ask it for its page, and end it."""
    if not re.search(r"^    view\b", done("--help"), re.MULTILINE):
        return "viz: this version has no verb `view`"
    if not there:
        return said("viz", there, "view", "--no-open")
    port = "18765"
    words = [ML_ABM, "view", "--no-open", "--port", port]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            page = asked(f"http://127.0.0.1:{port}/", server)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
    assert "<html" in page.lower()
    return f"viz: `ml-abm view` serves its page ({len(page):,} letters)"


def asked(address: str, server: subprocess.Popen[str]) -> str:
    """Return a page once there is a server, which may have to compile first."""
    for _ in range(240):
        assert server.poll() is None, server.stdout.read() if server.stdout else ""
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")


def said(extra: str, there: bool, *words: str) -> str:
    """Return that a verb works where its extra is installed, and elsewhere the line that says how to install it."""
    if there:
        done(*words)
        return f"{extra}: `ml-abm {' '.join(words)}` works"
    line = refused(*words)
    assert f"pip install 'ml-abm[{extra}]'" in line, line
    return f"{extra}: {line}"


VERBS = {
    "excel": (excel, "openpyxl"),
    "networks": (networks, "networkx"),
    "experiments": (experiments, "SALib"),
    "calibration": (calibration, "emcee"),
    "search": (search, "pymoo"),
    "viz": (viz, "solara"),
}

if __name__ == "__main__":
    assert not os.environ.get("PYTHONPATH")
    main()
