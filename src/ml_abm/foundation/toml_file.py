"""Strict reading of TOML from untrusted files, and of values as a pydantic model: each fault is one line that says what is allowed.

A file is measured, read and parsed (`read_toml`); its values are coerced to what strict validation takes (`coerced`); and what the model
refuses is worded as key = value: what is allowed (`refusals`), with the nearest name for an unknown key. Scenarios, studies, cases, priors,
trials and portfolios are all read so.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import LONGEST_NAME, InputError, clipped, in_one_line, printable, short, suggestion
from ..plain_text import harmful_texts

LONGEST_FILE = 1_000_000  # bytes
DEEPEST = 20  # tables in tables; ours are at most four deep
STRICT = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
ENTRIES = {float: "numbers", str: "text"}  # what the entries of a table of such values may be
Model = TypeVar("Model", bound=BaseModel)


def is_file(given: str, ready: Collection[str], wrong: type[InputError], kind: str, see: str) -> bool:
    """Return whether what was given is a file to read, not the name of one that comes with the package.

    Raises `wrong` if it is neither: `kind` is what it should be, the command `see` lists those of the package.
    """
    if given in ready:
        return False
    if given.endswith(".toml") or os.path.exists(given):
        return True
    raise wrong(
        f"there is no {kind} {short(given)}: give the name of a ready {kind} (see `{see}`) or a .toml file."
        f"{suggestion(given[:LONGEST_NAME], ready)}"
    )


def read_toml(path: Path, wrong: type[InputError], kind: str, begin: str) -> dict[str, Any]:
    """Return the values of a TOML file, or raise `wrong` in one line. `kind` is what it should be, `begin` helps who has an empty one."""
    try:
        text = _text(path, wrong, kind)
    except InputError as error:
        raise wrong(printable(str(error))) from None
    return parsed(text, path.name, wrong, begin)


def parsed(text: str, name: str, wrong: type[InputError], begin: str) -> dict[str, Any]:
    """Return the values of a text in TOML, which came under a name, or raise `wrong` in one line."""
    try:
        values = tomllib.loads(text)
        if not values:
            fault = f"{name} is empty: {begin}"
        elif _deep(values):
            fault = f"{name} is not valid TOML: it is nested too deeply"
        elif harmful := list(harmful_texts(values)):
            fault = f"{name}: {in_one_line(harmful)}"
        else:
            return values
    except tomllib.TOMLDecodeError as error:
        fault = f"{name} is not valid TOML: {error}{_hint(text, str(error))}"
    except RecursionError:
        fault = f"{name} is not valid TOML: it is nested too deeply"
    except ValueError:
        fault = f"{name} is not valid TOML: a number in it has thousands of digits"
    raise wrong(printable(fault))


# What people write that is no TOML, and what to write instead.
HINTS = {
    r"=\s*-?\d+,\d": "write numbers with a point, such as 0.5",
    r"[\u201c\u201d\u201e\u2018\u2019]": 'write straight quotes: "text"',
    r"\\": "in a path write / in place of \\",
    r"=\s*(True|False)\b": "write true and false in small letters",
    r"=\s*[^\W\d]": 'text stands in quotes: "text"',
}


def _hint(text: str, fault: str) -> str:
    """Return what to write instead, where the line of a fault has a mistake that people make."""
    if "overwrite" in fault:
        return ": the same key or table stands there twice"
    at = re.search(r"at line (\d+)", fault)
    line = text.splitlines()[int(at[1]) - 1 :][:1] if at else []
    return next((f": {hint}" for wrong, hint in HINTS.items() if line and re.search(wrong, line[0])), "")


def _text(path: Path, wrong: type[InputError], kind: str) -> str:
    """Return the text of a file of reasonable length; a byte order mark is dropped."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise wrong(f"there is no file {path}") from None
    except IsADirectoryError:
        raise wrong(f"{path} is a folder: give a {kind} file (.toml)") from None
    except (OSError, ValueError) as error:
        raise wrong(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > LONGEST_FILE:
        raise wrong(f"{path.name} is longer than {LONGEST_FILE:,} bytes: no {kind} needs as much")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise wrong(f"{path.name} is not UTF-8 text (line {line}): save it as UTF-8") from None


def _deep(values: dict[str, Any]) -> bool:
    """Return whether tables and lists lie deeper in one another than any that we know: code that walks through them may recurse."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def slug(stem: str) -> str:
    """Return the name of what a file says that gives none: its own, in small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:64] or "scenario"


def validated(values: Any, model: type[Model], wrong: type[InputError], source: str) -> Model:
    """Return values as a model, or raise `wrong` in one line that names their source."""
    with naming(source, wrong), refusals(model, wrong):
        return model.model_validate(coerced(values, model))


@contextmanager
def naming(source: str, wrong: type[InputError], *others: type[InputError]) -> Iterator[None]:
    """Name the source of the values in errors of these kinds, and raise them as the first."""
    try:
        yield
    except (wrong, *others) as error:
        raise wrong(printable(f"{source}: {error}")) from None


def _describe(name: str, info: Any) -> str:
    return str(info.description)


def _suggest(model: type[BaseModel], where: tuple[Any, ...]) -> str:
    near = suggestion(str(where[-1])[:LONGEST_NAME], model.model_fields)
    return near or f" Allowed are {', '.join(model.model_fields)}."


@contextmanager
def refusals(
    model: type[BaseModel],
    wrong: type[InputError],
    allowed: Callable[[str, Any], str] = _describe,
    nearest: Callable[[type[BaseModel], tuple[Any, ...]], str] = _suggest,
) -> Iterator[None]:
    """Raise what pydantic finds in values of a model as `wrong`, in one line.

    Parameters
    ----------
    allowed : what a field may be, by its name and pydantic's declaration; by default its description.
    nearest : what to write in place of a key that the model does not know, by that model and the place of the key.
    """
    try:
        yield
    except ValidationError as error:
        # unknown keys first: a misspelt one is often the one that is missing
        found = sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        raise wrong(in_one_line([_refusal(one, model, allowed, nearest) for one in found])) from None


def _refusal(
    error: Any, model: type[BaseModel], allowed: Callable[..., str], nearest: Callable[..., str]
) -> str:
    """Return one fault as: key = value: what is allowed."""
    where = tuple(error["loc"])
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if not where:
        return f"{short(error['input'])}: allowed a table of {', '.join(model.model_fields)}"
    key = ".".join(str(part + 1) if isinstance(part, int) else clipped(str(part)) for part in where)
    inner, field, entry = _place(model, where)
    if error["type"] == "extra_forbidden":
        return f"{key} is not known.{nearest(inner, where)}"
    may_be = entry or allowed(field, inner.model_fields[field])
    if error["type"] == "missing":
        return f"{key} is missing: {may_be}"
    point = " Write it with a point." if re.fullmatch(r"'-?\d+,\d+'", short(error["input"])) else ""
    return f"{key} = {short(error['input'])}: allowed {may_be}{point}"


def _place(model: type[BaseModel], where: Iterable[Any]) -> tuple[type[BaseModel], str, str]:
    """Return the innermost model that a place lies in, the field of it, and what an entry of a table of values may be."""
    kind: Any = model
    field = entry = ""
    for part in where:
        entry = ""
        if _is_model(kind):
            model, field = kind, str(part)
            kind = _present(model.model_fields[field].annotation) if field in model.model_fields else None
        elif get_origin(kind) is dict:
            kind = _present(get_args(kind)[1])
            entry = ENTRIES.get(kind, "")
        else:
            kind = _present(get_args(kind)[0]) if get_args(kind) else None
    return model, field, entry


def coerced(values: Any, model: type[BaseModel]) -> Any:
    """Return values as strict validation takes them: a row as a tuple, or a list where any value may be; 24.0 as 24; NumPy's numbers as Python's."""
    return _coerced(values, model)


def _coerced(value: Any, kind: Any) -> Any:
    kind = _present(kind)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        if _is_model(kind):
            fields = kind.model_fields
            return {k: _coerced(v, fields[k].annotation if k in fields else Any) for k, v in value.items()}
        inner = get_args(kind)[1] if get_origin(kind) is dict else Any
        pairs = flat(value) if inner is float else value.items()
        return {k: _coerced(v, inner) for k, v in pairs}
    if isinstance(value, list | tuple | range | np.ndarray):
        if get_origin(kind) is tuple:
            return tuple(_coerced(item, get_args(kind)[0]) for item in value)
        return [_coerced(item, Any) for item in value]
    return int(value) if kind is int and isinstance(value, float) and value.is_integer() else value


def _present(kind: Any) -> Any:
    """Return what a value is where it is not None."""
    if get_origin(kind) in (Union, UnionType):
        return next(option for option in get_args(kind) if option is not NoneType)
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield dotted names: TOML reads ``set.programme.mandate = 1`` as nested tables."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
