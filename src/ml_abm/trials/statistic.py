"""Statistics of trials: expressions over arms, outcomes and agents, checked when they are read and evaluated by a small whitelist.

``mean(coached.learning_sd[12:24])``, ``corr(workers.teacher.strain[23], workers.teacher.weekly_hours[23])``,
``share(arm.school.enrolment[59] == LEFT)``. Month 0 is the first month, ``[12:24]`` the second year, and an agents' column without months
is that of the end. Python's parser reads them; what is not listed here is refused, and nothing is ever executed as Python.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from ..errors import TrialError, clipped, suggestion
from ..tables import Enrolment, Stage
from .functions import FUNCTIONS
from .observed import ADVICE, AGENTS, OF_THE_SCHOOL, RUNS, Need, Observed, names_of

LONGEST = 2000  # characters
NUMBER = "number"
READS = {False: "values", True: "condition"}
# Names of states: USING, ENROLLED, LEFT ...; NEVER of schools and the LEFT of enrolment.
STATES = {state.name: float(state) for states in (Stage, Enrolment) for state in states}
ARITHMETIC: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARES: dict[type, Callable[..., Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@dataclass(frozen=True)
class Words:
    """What expressions of a trial may name: arms, months, numbers by name, and what was worked out before."""

    arms: Sequence[str]
    months: int
    numbers: Sequence[str]
    let: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What an expression gives: rows of what (runs, teachers, schools ...) or one number, and whether it is a condition."""

    rows: str
    condition: bool = False


@dataclass(frozen=True)
class Expression:
    """An expression that was read and checked: its tree, its kind, and what it needs of each arm."""

    text: str
    tree: ast.expr
    kind: Kind
    needs: frozenset[tuple[str, Need]]


def read(text: str, words: Words) -> Expression:
    """Return an expression, or raise TrialError in one line."""
    try:
        if len(text) > LONGEST:
            raise TrialError(f"it is longer than {LONGEST:,} characters")
        with warnings.catch_warnings():  # Python's own, about numbers that are glued to words
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
        reader = _Reader(words)
        kind = reader.kind(tree)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, TrialError):
            raise
        raise TrialError(f"{clipped(text)!r} is not an expression") from None
    return Expression(text, tree, kind, frozenset(reader.needs))


class _Reader:
    """The check of one expression: what each part gives, and what is needed for it."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.needs: set[tuple[str, Need]] = set()

    def kind(self, node: ast.expr) -> Kind:
        """Return what a part gives; raises TrialError for one that is not allowed."""
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Attribute | ast.Subscript):
            return self._column(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
            if isinstance(node.op, ast.Div) and getattr(node.right, "value", None) == 0:
                raise TrialError(f"{_said(node)} divides by nothing")
            return self._together(node, [node.left, node.right], takes_conditions=False)
        if isinstance(node, ast.Compare) and all(type(op) in COMPARES for op in node.ops):
            rows = self._together(node, [node.left, *node.comparators], takes_conditions=False).rows
            return Kind(rows, condition=True)
        if isinstance(node, ast.BoolOp):
            return self._together(node, node.values, takes_conditions=True)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
            return self._together(node, [node.operand], takes_conditions=isinstance(node.op, ast.Not))
        raise TrialError(
            f"{_said(node)} cannot be in a statistic: allowed are numbers, + - * /, comparisons, and, or, not, and "
            f"{', '.join(FUNCTIONS)}"
        )

    def _constant(self, node: ast.Constant) -> Kind:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float) or abs(node.value) > 1e300:
            raise TrialError(f"{_said(node)} cannot be in a statistic: allowed are numbers")
        return Kind(NUMBER)

    def _name(self, name: str) -> Kind:
        words = self.words
        if name in words.let:
            self.needs |= words.let[name].needs
            return words.let[name].kind
        if name in words.numbers or name in STATES:
            return Kind(NUMBER)
        if name in words.arms:
            raise TrialError(f"{name} is an arm: say what of it, such as {name}.learning_sd[12:24]")
        known = [*words.let, *words.numbers, *words.arms, *STATES, *FUNCTIONS]
        raise TrialError(f"{clipped(name)} is not known.{suggestion(name[:60], known)}")

    def _column(self, node: ast.Attribute | ast.Subscript) -> Kind:
        """Return the kind of what is read of an arm, and note that it is needed."""
        arm, kind, name = parts_of(node)
        if arm not in self.words.arms:
            raise TrialError(f"there is no arm {clipped(arm)}.{suggestion(arm[:60], self.words.arms)}")
        known = list(names_of(kind))
        if name not in known:
            of = {RUNS: "an outcome"}.get(kind, f"a column of {kind}")
            more = list(AGENTS) if kind == RUNS else []
            raise TrialError(
                f"{clipped(f'{arm}.{name}')}: {clipped(name)} is not {of}.{suggestion(name[:60], known + more)}"
            )
        months = months_of(node, self.words.months)
        if kind in (RUNS, ADVICE):
            self.needs.add((arm, Need(kind, name)))
        else:
            self.needs |= {(arm, Need(kind, name, month)) for month in months or [self.words.months - 1]}
        return Kind({OF_THE_SCHOOL: "teacher", ADVICE: "school"}.get(kind, kind))

    def _call(self, node: ast.Call) -> Kind:
        name = getattr(node.func, "id", "")
        if name not in FUNCTIONS:
            raise TrialError(
                f"{_said(node.func)} is not a function: allowed are {', '.join(FUNCTIONS)}.{suggestion(name[:60], FUNCTIONS)}"
            )
        function = FUNCTIONS[name]
        kinds = [self.kind(argument) for argument in node.args]
        picks: list[Kind] = []
        if function.picks and len(kinds) > function.least and kinds[-1].condition:
            kinds, picks = kinds[:-1], [kinds[-1]]
        fits = all(function.reads in ("either", READS[kind.condition]) for kind in kinds)
        if node.keywords or not fits or not function.least <= len(kinds) <= function.most:
            raise TrialError(f"{_said(node)}: write {function.usage}")
        rows = self._alike(node, [*kinds, *picks])
        return Kind(NUMBER if function.gives_number else rows)

    def _together(self, node: ast.expr, parts: Sequence[ast.expr], takes_conditions: bool) -> Kind:
        kinds = [self.kind(part) for part in parts]
        if any(kind.condition != takes_conditions for kind in kinds):
            word = "conditions" if takes_conditions else "numbers"
            raise TrialError(f"{_said(node)}: its parts have to be {word}")
        return Kind(self._alike(node, kinds), takes_conditions)

    def _alike(self, node: ast.expr, kinds: Sequence[Kind]) -> str:
        rows = {kind.rows for kind in kinds} - {NUMBER}
        if len(rows) > 1:
            raise TrialError(f"{_said(node)} mixes {' and '.join(sorted(rows))}")
        return rows.pop() if rows else NUMBER


def parts_of(node: ast.expr) -> tuple[str, str, str]:
    """Return arm, kind and name of what is read, such as ``coached.teacher.strain[23]``."""
    names: list[str] = []
    inner = node.value if isinstance(node, ast.Subscript) else node
    while isinstance(inner, ast.Attribute):
        names.insert(0, inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        match names:
            case [name]:
                return inner.id, RUNS, name
            case ["advice", name]:
                return inner.id, ADVICE, name
            case [agent, name] if agent in AGENTS:
                return inner.id, agent, name
            case ["teacher", "school", name]:
                return inner.id, OF_THE_SCHOOL, name
    raise TrialError(
        f"{_said(node)} is nothing that can be read: allowed are arm.outcome, arm.teacher.column, arm.school.column, "
        "arm.district.column, arm.teacher.school.column and arm.advice.measure"
    )


def months_of(node: ast.expr, last: int) -> list[int]:
    """Return the months that are read, none if all or the last are."""
    if not isinstance(node, ast.Subscript):
        return []
    given = node.slice
    if isinstance(given, ast.Slice):
        ends = (given.lower, given.upper)
        first, end = (getattr(part, "value", None) for part in ends)
        fine = type(first) is int and type(end) is int and given.step is None and 0 <= first < end <= last
        months = list(range(first, end)) if fine else []  # type: ignore[arg-type]
    else:
        month = getattr(given, "value", None)
        months = [month] if type(month) is int and 0 <= month < last else []
    if not months:
        raise TrialError(f"{_said(node)}: allowed are months 0 to {last - 1}, such as [12] or [12:24]")
    return months


def _said(node: ast.AST) -> str:
    return clipped(ast.unparse(node))


@dataclass
class Evaluation:
    """The evaluation of expressions over some runs of each arm."""

    runs: Mapping[str, Sequence[Observed]]
    numbers: Mapping[str, float]
    let: Mapping[str, Expression]
    months: int
    _known: dict[str, Any] = field(default_factory=dict)

    def number(self, expression: Expression) -> float:
        """Return the value of an expression that gives one number; raises TrialError where it has none."""
        try:
            with np.errstate(all="ignore"):
                value = float(self.value(expression.tree))
        except TrialError:
            raise
        except ValueError:  # arrays that do not go together
            raise TrialError(f"{clipped(expression.text)}: its arms have different agents") from None
        if not np.isfinite(value):
            raise TrialError(f"{clipped(expression.text)} is not a finite number in these runs")
        return value

    def value(self, node: ast.expr) -> Any:
        """Return the value of a part: a number, or an array of (rows, months)."""
        match node:
            case ast.Constant():
                return float(node.value)  # type: ignore[arg-type]
            case ast.Name():
                return self._named(node.id)
            case ast.Attribute() | ast.Subscript():
                return self._column(node)
            case ast.Call():
                return self._call(node)
            case ast.UnaryOp():
                inside = self.value(node.operand)
                return -inside if isinstance(node.op, ast.USub) else np.logical_not(inside)
            case ast.BoolOp():
                join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
                return reduce(join, [self.value(part) for part in node.values])
            case ast.Compare():
                values = [self.value(part) for part in (node.left, *node.comparators)]
                pairs = zip(node.ops, values, values[1:], strict=False)
                return reduce(np.logical_and, [COMPARES[type(op)](a, b) for op, a, b in pairs])
        assert isinstance(node, ast.BinOp)
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Div) and np.any(np.asarray(right) == 0):
            raise TrialError(f"{_said(node)} divides by nothing: {_said(node.right)} is 0")
        return ARITHMETIC[type(node.op)](left, right)

    def _named(self, name: str) -> Any:
        if name not in self.let:
            return self.numbers[name] if name in self.numbers else STATES[name]
        if name not in self._known:
            self._known[name] = self.value(self.let[name].tree)
        return self._known[name]

    def _column(self, node: ast.expr) -> np.ndarray:
        arm, kind, name = parts_of(node)
        months, runs = months_of(node, self.months), self.runs[arm]
        if kind == RUNS:
            return np.array([run.values[Need(kind, name)] for run in runs])[:, months or slice(self.months)]
        if kind == ADVICE:
            return np.concatenate([run.values[Need(kind, name)] for run in runs])[:, None]
        months = months or [self.months - 1]
        columns = [np.concatenate([run.values[Need(kind, name, month)] for run in runs]) for month in months]
        return np.stack(columns, axis=1)

    def _call(self, node: ast.Call) -> Any:
        name = node.func.id  # type: ignore[attr-defined]
        values = [self.value(argument) for argument in node.args]
        if name == "total":
            return FUNCTIONS[name].call(values[0], len(next(iter(self.runs.values()))))
        try:
            if name == "slope" and len(values) > 2 and np.asarray(values[-1]).dtype == bool:
                return FUNCTIONS[name].call(*values[:-1], where=values[-1])
            return FUNCTIONS[name].call(*values)
        except TrialError as error:
            raise TrialError(f"{_said(node)}: {error}") from None
