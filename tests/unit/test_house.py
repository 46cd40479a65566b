"""The house: imports run downhill, the face is what it says, every formula names its source of words."""

import ast
from pathlib import Path

import networkx as nx
import pytest

import ml_abm
from ml_abm import mechanisms
from tests.reference.plain import MODULES

SOURCE = Path(ml_abm.__file__).parent
ROOT = Path(__file__).parents[2]
FLOORS = [
    {"errors", "plain_text"},
    {"foundation"},
    {"draws"},
    {"tables", "parameters"},
    {"evidence"},
    {"mechanisms", "outcomes", "scenario"},
    {"lists", "kernels"},
    {"networks"},
    {"system"},
    {"simulation", "look"},
    {"checkpoint"},
    {"runs"},
    {"trials"},
    {"calibration"},
    {"inference", "experiments", "agents"},
    {"assess"},
    {"plan"},
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


def imports_between_files():
    """Return which files of the package import which, those only for type checkers included, as a graph of module names."""

    def name_of(path):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        return ".".join(("ml_abm", *(parts[:-1] if parts[-1] == "__init__" else parts)))

    files = {name_of(path): path for path in SOURCE.rglob("*.py")}
    graph = nx.DiGraph()
    for name, path in files.items():
        package = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = package[: len(package) - (node.level - 1)] + ([node.module] if node.module else [])
                for alias in node.names:
                    whole = ".".join([*base, alias.name])
                    other = whole if whole in files else ".".join(base)
                    if other != name:
                        graph.add_edge(name, other)
    return graph


def test_no_files_import_each_other_in_a_circle_types_included():
    circles = [sorted(c) for c in nx.strongly_connected_components(imports_between_files()) if len(c) > 1]
    assert circles == []


@pytest.mark.parametrize("folder", ["src", "docs"])
def test_nothing_that_is_used_imports_from_the_tests(folder):
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.partition(".")[0] == "tests" for name in names), path


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
COMPILES = {"formula", "kernel", "inlined", "inlined_source", "entry_point"}
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


def test_every_folder_with_code_is_a_package():
    """Else a wheel leaves it out."""
    folders = {path.parent for path in SOURCE.rglob("*.py") if "__pycache__" not in path.parts}
    assert all((folder / "__init__.py").exists() for folder in folders)
