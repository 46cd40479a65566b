"""The house: imports run downhill, the face is what it says, every formula names its source of words."""

import ast
from pathlib import Path

import pytest

import ml_abm
from ml_abm import mechanisms
from tests.reference.plain import MODULES

SOURCE = Path(ml_abm.__file__).parent
FLOORS = [
    {"errors"},
    {"compiled", "threads", "toml_file"},
    {"draws"},
    {"tables", "parameters", "evidence"},
    {"mechanisms", "outcomes", "scenario"},
    {"system", "kernels"},
    {"simulation", "look"},
    {"checkpoint"},
    {"calibration", "experiments", "agents"},
    {"model", "report"},
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
