"""What commands print: words of users stand there as they are, and no standard output, however bad, loses results."""

import argparse
import errno
import io
import os
import shutil
import subprocess
import sys

import pytest
import rich.console
from matplotlib.figure import Figure

from ml_abm import Scenario, cli
from ml_abm.assess import variants
from ml_abm.calibration import diagnostics
from ml_abm.commands import assess as assess_command
from ml_abm.commands import calibrate, view
from ml_abm.commands import run as run_command
from ml_abm.experiments import Study, run
from ml_abm.report import assessment, fit_files, lists
from ml_abm.report import files as result_files

WORDS = "Year [/] one [/b] :heart: $^^ [pilot] $ {x} %s"
SMALL = {"districts": 2, "schools": 60, "pilot_schools": 2, "pilot_districts": 1, "months": 48}
HOSTILE = {
    "title": WORDS,
    "sentence": f"What {WORDS} does.",
    "funders": [{"name": WORDS, "stage": "pilot", "annual_budget": 90_000.0}],
    "timeline": [{"month": 12, "says": f"{WORDS} ends", "scale": {"mandate": 0.5}}],
}
ENDGAME = {"schools": 0.5, "fidelity": 0.3, "government_share": 0.1, "by_year": 2023, "teachers": 0.2}
LIST = f'School [code],District,teachers,"name {WORDS}"\n' + "".join(
    f'"{k} {WORDS}","D{k % 2} {WORDS}",5,"School {k} {WORDS}"\n' for k in range(12)
)
NAMES = ["id=School [code]", f"name=name {WORDS}"]
CASE = 'case = "mine"\nscenario = "[y].toml"\npoints = "[p].csv"\nmetric = "schools"\n'
POINTS = (
    f"year,metric,value,source\n2021,schools,6,{WORDS}\n2022,schools,14,{WORDS}\n2023,schools,25,{WORDS}\n"
)
STUDY = f"""
title = "{WORDS}"
question = "Why {WORDS}?"
scenario = "[x].toml"
months = 3
replicates = 2
outcomes = ["adoption", "fidelity"]
factors = {{ tool_hours = {{ values = [0, 3] }} }}
scenarios = [{{ name = "now" }}, {{ name = "helped", set = {{ community_mobilisation = 1.0 }} }}]
"""

TRIAL = f'''
id = "mine"
question = "Why {WORDS}?"
study = "{WORDS} 2024"
source = "{WORDS}"
country = "{WORDS}"
grade = "A"
use = "check"
why = "As {WORDS} did."
months = 3
seeds = 2

[design]
setting = {{ schools = 8, districts = 2 }}
programme = {{ pilot_schools = 2, pilot_districts = 1 }}

[arms.one]

[[found]]
what = "{WORDS}"
statistic = "mean(one.adoption)"
unit = "share"
value = 0.5
low = 0.1
high = 0.9
interval = "95 %"
missed_because = "{WORDS}"
'''

# What is asked, and what is then printed as it stands.
COMMANDS = {
    "run": (["run", "[x].toml", "--runs", "2", "--plot", "--out", "[/x]"], [WORDS, f"{WORDS} ends", "Written to [/x]/", "[/x]/x.png"]),
    "run in bold": (["run", "[x].toml", "--months", "3", "--out", "[bold]o"], ["Written to [bold]o/"]),
    "run with a list": (["run", "[list].toml", "--months", "3", "--out", "[red]/o", "--also", "agents-csv,graphml"], ["Written to [red]/o/"]),
    "view": (["view", "[x].toml", "--no-open", "--port", "0"], []),
    "assess": (["assess", "[x].toml", "--quick", "--out", "[/report]"], [WORDS, "Written to [/report]/"]),
    "plan": (["plan", "[x].toml", "--levers", "ask less,more data", "--goal", "schools=0.2", "--goal", "government_share=0", "--runs", "400", "--out", "[/plan]"], [WORDS, "Written to [/plan]/"]),
    "experiment run": (["experiment", "run", "[study].toml", "--out", "[green]"], [WORDS, f"Why {WORDS}?", "runs are in [green]"]),
    "experiment run --dry-run": (["experiment", "run", "[study].toml", "--out", "[red]s", "--dry-run"], [WORDS, "[red]s has 8 of 8 runs already."]),
    "experiment status": (["experiment", "status", "[red]s"], ["8 of 8 runs"]),
    "experiment analyse": (["experiment", "analyse", "effects", "[red]s", "--out", "[/a]"], ["Written to [/a]/effects.csv and .png"]),
    "trials list": (["trials", "list"], []),
    "trials show": (["trials", "show", "[t].toml"], [f"mine: Why {WORDS}?", f"Study: {WORDS} 2024, {WORDS}. {WORDS}", f"Found: {WORDS}"]),
    "trials run": (["trials", "run", "[t].toml", "--out", "[/t]"], [f"mine, {WORDS}: {WORDS}", "Written to [/t]/"]),
    "trials portfolio": (["trials", "portfolio", "--programmes", "3", "--out", "[b]p"], ["Written to [b]p/"]),
    "trials value": (["trials", "value", "[x].toml", "--runs", "40", "--months", "3"], ["over 40 draws"]),
    "experiment list": (["experiment", "list"], []),
    "schools check": (["schools", "check", "[s].csv", "--columns", *NAMES], ["[s].csv: UTF-8", "School [code]", f"name {WORDS}", "Clean: 12 schools"]),
    "schools fix": (["schools", "fix", "[s].csv", "--out", "[new].csv", "--columns", *NAMES], ["Written to [new].csv"]),
    "schools make": (["schools", "make", "zambia-like", "--schools", "30", "--out", "[made].csv"], ["none of them real: [made].csv"]),
    "scenarios": (["scenarios"], ["base"]),
    "countries": (["countries"], ["zambia"]),
    "parameters": (["parameters", "hours"], ["innovation.tool_hours"]),
    "cases": (["cases", "zambia_catchup"], []),
    "calibrate": (["calibrate", "[case].toml", "--sims", "800", "--quick", "--out", "[/fit]"], ["Written to [/fit]/"]),
}  # fmt: skip

BEFORE = {
    "[x].toml",
    "[y].toml",
    "[list].toml",
    "[s].csv",
    "[case].toml",
    "[p].csv",
    "[study].toml",
    "[t].toml",
    "[red]s",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder of files in which every text and every name is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    scenario = Scenario().replace({"name": "x", **SMALL, **HOSTILE, "endgame": ENDGAME})
    (folder / "[x].toml").write_text(scenario.to_toml(), encoding="utf-8")
    fitted = Scenario().replace({"name": "y", **SMALL, "title": WORDS})
    (folder / "[y].toml").write_text(fitted.to_toml(), encoding="utf-8")
    listed = scenario.replace(
        {"system": {"schools": "[s].csv", "columns": dict(n.split("=") for n in NAMES)}}
    )
    (folder / "[list].toml").write_text(listed.to_toml(), encoding="utf-8")
    texts = {
        "[s].csv": LIST,
        "[case].toml": CASE,
        "[p].csv": POINTS,
        "[study].toml": STUDY,
        "[t].toml": TRIAL,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    run(Study.load(folder / "[study].toml"), folder / "[red]s")
    return folder


def once(function):
    """Return a function that does the work of another one the first time, and remembers it: the same fit serves many tests."""
    found = []

    def remembered(*arguments, **options):
        if not found:
            found.append(function(*arguments, **options))
        return found[0]

    return remembered


def drawn_once(write):
    """Return a function that fills folders as another one does, but draws its figures once."""
    kept = []

    def fill(folder, results):
        if not kept:
            write(folder, results)
            kept.extend((path.name, path.read_bytes()) for path in folder.iterdir())
        for name, content in kept:
            (folder / name).write_bytes(content)

    return fill


FITTED, ASSESSED = once(calibrate.fitted), once(assessment.assess)
WRITTEN = drawn_once(fit_files.write_fit)


@pytest.fixture
def here(files, monkeypatch):
    """The folder of hostile files, to work in; what takes long is computed once, and no page is served."""
    monkeypatch.chdir(files)
    monkeypatch.setattr(variants, "QUICK", variants.SMALLEST)
    monkeypatch.setattr(diagnostics, "TRUTHS", 20)
    monkeypatch.setattr(calibrate, "fitted", FITTED)
    monkeypatch.setattr(fit_files, "write_fit", WRITTEN)
    monkeypatch.setattr(assessment, "assess", ASSESSED)
    monkeypatch.setattr(view, "serve", lambda door, address, quietly: door.close())
    yield files
    for name in {path.name for path in files.iterdir()} - BEFORE:
        shutil.rmtree(name, ignore_errors=True)
        (files / name).unlink(missing_ok=True)


# --- words of users ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_hostile_words_are_printed_as_they_are(command, here, capsys):
    asked, shown = COMMANDS[command]
    assert cli.main(asked) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for words in shown:
        assert words in printed
    if "--out" in asked:
        assert (here / asked[asked.index("--out") + 1]).exists()


def verbs_of(parser, above=()):
    """Yield every command of a parser with its verbs."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in inner:
        for name, one in action.choices.items():
            yield from verbs_of(one, (*above, name))
    if not inner:
        yield " ".join(above)


def test_no_command_goes_without_hostile_words():
    assert set(verbs_of(cli.parser())) <= set(COMMANDS)


def test_the_report_of_bad_rows_shows_them_as_they_are(here, capsys):
    (here / "bad.csv").write_text('id,district,teachers\n[/b] :x:,[red]D,0\n[a],[/],"[bold]"\n')
    assert cli.main(["schools", "check", "bad.csv"]) == 2
    printed = capsys.readouterr().out
    assert all(words in printed for words in ("[/b] :x:", "[a]", "[bold]"))


def test_ties_that_are_left_out_are_named_as_they_are(here, capsys):
    (here / "ties.csv").write_text(f'from,to\n"1 {WORDS}","1 {WORDS}"\n"1 {WORDS}","2 {WORDS}"\n')
    tied = (here / "[list].toml").read_text() + '\n[[ties]]\nbetween = "schools"\nfile = "ties.csv"\n'
    (here / "tied.toml").write_text(tied)
    assert cli.main(["run", "tied.toml", "--months", "2"]) == 0
    assert "they lead to oneself (1 Year [/] one [/b] :heart:" in " ".join(capsys.readouterr().out.split())


# --- standard output --------------------------------------------------------------------------------------------------


def encoded(encoding):
    """Return a stream in an encoding that has few of our characters."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def unread():
    """Return a pipe whose reader has gone away."""
    reads, writes = os.pipe()
    os.close(reads)
    return os.fdopen(writes, "w", encoding="utf-8")


def full():
    """Return a file on a full disk."""
    return open("/dev/full", "w", encoding="utf-8")


STREAMS = {
    "cp1252": (lambda: encoded("cp1252"), 0),
    "ascii": (lambda: encoded("ascii"), 0),
    "closed": (lambda: None, 0),
    "without a reader": (unread, 0),
    "full": (full, 2),
}
WRITING = [name for name, (asked, _) in COMMANDS.items() if "--out" in asked and "--dry-run" not in asked]


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("command", WRITING)
def test_results_are_written_whatever_standard_output_is(command, stream, here, monkeypatch, capsys):
    make, code = STREAMS[stream]
    asked, _ = COMMANDS[command]
    out = here / asked[asked.index("--out") + 1]
    assert not out.exists()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", make())
        assert cli.main(asked) == code
        given = sys.stdout
    assert out.is_file() or any(out.iterdir())
    told = capsys.readouterr().err
    assert told.count("\n") == (code != 0)
    assert ("No space left on device" in told) == (code != 0)
    given.close()


PRINTS = {
    "run": (run_command, "print_trace"),
    "assess": (assess_command, "print_answers"),
    "calibrate": (calibrate, "print_results"),
    "experiment analyse": (rich.console.Console, "print"),
    "schools fix": (lists, "print_report"),
}


@pytest.mark.parametrize("command", PRINTS)
def test_results_are_written_before_they_are_printed(command, here, monkeypatch):
    def fails(*arguments, **options):
        raise RuntimeError("printing fails")

    where, name = PRINTS[command]
    monkeypatch.setattr(where, name, fails)
    asked, _ = COMMANDS[command]
    with pytest.raises(RuntimeError, match="printing fails"):
        cli.main(asked)
    assert (here / asked[asked.index("--out") + 1]).exists()


def test_results_that_cannot_be_written_are_still_printed(here, monkeypatch, capsys):
    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(result_files, "manifest_of", full_disk)
    assert cli.main(COMMANDS["run"][0]) == 2
    printed = capsys.readouterr()
    assert "Where teachers are lost in the last month" in printed.out
    assert "Written to" not in printed.out
    assert printed.err.count("\n") == 1


def test_bars_are_bars_in_any_encoding(here, monkeypatch):
    for encoding, bar in (("utf-8", "\u2588\u2588"), ("ascii", "##")):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", encoded(encoding))
            assert cli.main(["run", "base", "--months", "3"]) == 0
            printed = sys.stdout.buffer.getvalue().decode(encoding)
        assert f" {bar}" in printed


def shell(folder, command, **environment):
    """Return exit code and words of a command in a real shell."""
    command = command.replace("ml-abm", f"'{sys.executable}' -m ml_abm")
    told = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return told.returncode, told.stderr


@pytest.mark.parametrize(
    ("to", "environment", "code"),
    [
        ("", {"PYTHONIOENCODING": "cp1252"}, 0),
        ("", {"PYTHONIOENCODING": "ascii"}, 0),
        ("", {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, 0),
        (" | head -1", {}, 0),
        (" | head -0", {}, 0),
        (" >&-", {}, 0),
        (" >&- 2>&-", {}, 0),
        (" > /dev/full", {}, 2),
    ],
)
def test_in_a_shell_results_are_whole_and_the_exit_code_says_what_happened(here, to, environment, code):
    ended, told = shell(here, f"ml-abm run '[x].toml' --months 3 --out o{to}", **environment)
    assert ended == code
    assert (here / "o" / "manifest.json").exists()
    assert (here / "o" / "system.parquet").exists()
    assert told.count("\n") == (code != 0)
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "words", ["--help", "--version", "parameters", "scenarios show base", "experiment analyse --help"]
)
def test_a_full_standard_output_is_said_and_a_reader_who_leaves_is_not(here, words):
    code, told = shell(here, f"ml-abm {words} > /dev/full")
    assert code == 2
    assert told.startswith("ml-abm: standard output cannot be written: No space left on device")
    assert told.count("\n") == 1
    assert shell(here, f"ml-abm {words} | head -0") == (0, "")


def test_standard_output_is_given_back_as_it_was(monkeypatch):
    stream = encoded("ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    cli.main(["parameters", "hours"])
    assert sys.stdout is stream
    assert stream.errors == "strict"


# --- what may be refused before it is computed ------------------------------------------------------------------------


def test_every_seed_of_several_runs_has_to_be_one(here, capsys):
    last = 2**63 - 1
    assert cli.main(["run", "[x].toml", "--months", "2", "--seed", str(last)]) == 0
    assert cli.main(["run", "[x].toml", "--months", "2", "--seed", str(last - 2), "--runs", "3"]) == 0
    capsys.readouterr()
    assert cli.main(["run", "[x].toml", "--seed", str(last - 1), "--runs", "3"]) == 2
    told = capsys.readouterr().err
    assert told == f"ml-abm: --runs 3 with --seed {last - 1}: allowed 0 to {last - 2}\n"


def test_the_largest_seed_of_an_assessment_has_room_for_all_its_draws(here, capsys, monkeypatch):
    from ml_abm.assess.ensemble import LARGEST_SEED, SEEDS_A_SEED, seeds_of

    assert max(seeds_of(SEEDS_A_SEED, LARGEST_SEED)) < 2**63
    assert cli.main(["assess", "[x].toml", "--quick", "--seed", str(LARGEST_SEED + 1)]) == 2
    assert f"allowed 0 to {LARGEST_SEED}" in capsys.readouterr().err


def read_only(monkeypatch):
    """Let no file be made or removed any more; tests may run as root, who may write in a folder that is read-only."""

    def refuse(*arguments, **options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for where, name in ((os, "unlink"), (os, "mkdir"), (Figure, "savefig")):
        monkeypatch.setattr(where, name, refuse)
    return refuse


def test_a_picture_in_a_read_only_folder_is_refused_before_the_run(here, monkeypatch, capsys):
    read_only(monkeypatch)
    assert cli.main(["run", "[x].toml", "--plot"]) == 2
    printed = capsys.readouterr()
    assert printed.err == "ml-abm: x.png cannot be written: Read-only file system\n"
    assert printed.out == ""


def test_a_folder_that_becomes_read_only_is_one_line_and_the_results_are_printed(here, monkeypatch, capsys):
    monkeypatch.setattr(result_files, "check_writable", lambda folder, called: read_only(monkeypatch))
    assert cli.main(["run", "[x].toml", "--plot"]) == 2
    monkeypatch.undo()
    printed = capsys.readouterr()
    assert printed.err == "ml-abm: x.png cannot be written: Read-only file system\n"
    assert "Where teachers are lost in the last month" in printed.out


def test_a_path_that_no_table_can_be_written_to_is_refused_before_the_run(here, capsys):
    assert cli.main(["run", "[x].toml", "--out", os.fsdecode(b"b\xff/out")]) == 2
    printed = capsys.readouterr()
    assert "its path is not UTF-8" in printed.err
    assert printed.out == ""
