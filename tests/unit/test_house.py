"""The house: imports run downhill, the face is what it says, every formula names its source of words."""

import ast
from pathlib import Path

import pytest

import ml_abm
from ml_abm import mechanisms
from tests.reference.plain import MODULES

SOURCE = Path(ml_abm.__file__).parent
FLOORS = [
    {"errors", "plain_text"},
    {"foundation"},
    {"draws"},
    {"tables", "parameters", "evidence"},
    {"mechanisms", "outcomes", "scenario"},
    {"lists", "kernels"},
    {"networks"},
    {"system"},
    {"simulation", "look"},
    {"checkpoint"},
    {"runs"},
    {"trials"},
    {"calibration", "experiments", "agents"},
    {"assess"},
    {"report"},
    {"viz"},
    {"commands"},
    {"cli"},
    {"__main__", "__init__"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path):
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports_of(path):
    """Yield the rooms that a file imports, those only for type checkers left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    depth = len(path.relative_to(SOURCE).parts) - 1
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level > depth and node not in guarded:
            yield from [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_run_downhill(path):
    room = room_of(path)
    for other in imports_of(path):
        if other in FLOOR and other != room and room != "__init__":
            assert FLOOR[other] < FLOOR[room], f"{path.name} ({room}) imports {other}"


def test_every_room_has_a_floor():
    assert {room_of(path) for path in SOURCE.rglob("*.py")} <= set(FLOOR)


def test_the_face_is_what_it_says():
    for name in ml_abm.__all__:
        assert getattr(ml_abm, name) is not None
    assert set(dir(ml_abm)) == set(ml_abm.__all__)
    with pytest.raises(AttributeError):
        _ = ml_abm.nothing


def test_the_reference_knows_every_mechanism():
    files = {path.stem for path in Path(mechanisms.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == {module.__name__.rpartition(".")[2] for module in MODULES}


def test_every_formula_says_what_it_returns():
    for module in MODULES:
        for value in vars(module).values():
            if hasattr(value, "py_func") and value.py_func.__module__ == module.__name__:
                assert value.__doc__.startswith("Return"), value.__name__


# `two_to` is compiled by `overload`, which wants no types.
COMPILES = {"formula", "kernel", "part", "chapter", "door"}
TYPED = (
    "draws.py",
    "mechanisms",
    "kernels",
    "system",
)  # where mypy lets functions be without types, for the compiled ones


@pytest.mark.parametrize(
    "path",
    sorted(p for room in TYPED for p in [SOURCE / room, *(SOURCE / room).rglob("*.py")] if p.suffix == ".py"),
    ids=lambda p: p.stem,
)
def test_only_compiled_functions_are_without_types(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for function in ast.walk(node) if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(function, ast.FunctionDef) and function.returns is None:
                by = {getattr(word, "id", "") for word in function.decorator_list}
                assert by & COMPILES or function.name in {"two_to", "_two_to"}, (
                    f"{path.name}: {function.name} says no types and is not compiled"
                )


LONGEST = 60  # lines
# What is longer, and why.
LONG = {
    "live": "the reference says one month in one piece, to be read beside docs/odd.md",
    "page": "docs/calibration.md from top to bottom: it is read as the page is",
}


def test_no_function_is_longer_than_a_screen_but_for_reasons_given():
    root = SOURCE.parents[1]
    found = {}
    for path in [*SOURCE.rglob("*.py"), *(root / "tests").rglob("*.py"), *(root / "docs").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if node.end_lineno - node.lineno >= LONGEST:
                    found[node.name] = str(path.relative_to(root))
    assert set(found) == set(LONG), f"cut it, or explain it in LONG: {found}"
