"""As much of PromQL as our alert rules use, evaluated at one moment: nothing has changed before it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = float | Vector

TOKEN = re.compile(r'\s*([A-Za-z_]\w*|\d+(?:\.\d+)?[smhd]|\d+(?:\.\d+)?|"[^"]*"|==|!=|>=|<=|[-+*/><=(){}\[\],])')
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
AGGREGATES: dict[str, Callable[[Iterable[float]], float]] = {"sum": sum, "max": max, "min": min}


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def evaluate(expression: str, samples: Iterable[Sample]) -> Vector:
    """What the expression selects: an alert fires for each. Raises ValueError for what is not understood."""
    reading = _Reading(expression, list(samples))
    value = reading.either()
    if reading.tokens or not isinstance(value, dict):
        raise ValueError(f"not understood: {expression}, from {reading.tokens[:3]} on")
    return value


class _Reading:
    def __init__(self, expression: str, samples: list[Sample]) -> None:
        self.tokens = TOKEN.findall(expression)
        if "".join(self.tokens) != re.sub(r"\s", "", expression):
            raise ValueError(f"not understood: {expression}")
        self._samples = samples

    def _take(self, *wanted: str) -> str | None:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def _need(self, wanted: str) -> None:
        if self._take(wanted) is None:
            raise ValueError(f"{wanted} is missing before {self.tokens[:3]}")

    def either(self) -> Value:
        found = self._both()
        while self._take("or"):
            left, right = _vector(found), _vector(self._both())
            found = {**right, **left}
        return found

    def _both(self) -> Value:
        found = self._compared()
        while self._take("and"):
            left, right = _vector(found), _vector(self._compared())
            found = {labels: value for labels, value in left.items() if labels in right}
        return found

    def _compared(self) -> Value:
        left = self._product()
        if comparison := self._take(*COMPARISONS):
            holds, right = COMPARISONS[comparison], self._product()
            there = right if isinstance(right, dict) else dict.fromkeys(_vector(left), right)
            return {labels: value for labels, value in _vector(left).items() if labels in there and holds(value, there[labels])}
        return left

    def _product(self) -> Value:
        found = self._one()
        while self._take("*"):
            other = self._one()
            if isinstance(found, dict) and isinstance(other, dict):
                raise ValueError("a product of two vectors")
            if isinstance(found, dict):
                found, other = other, found
            factor = _number(found)
            found = {labels: factor * value for labels, value in other.items()} if isinstance(other, dict) else factor * other
        return found

    def _one(self) -> Value:
        if self._take("("):
            found = self.either()
            self._need(")")
            return found
        token = self.tokens.pop(0)
        if token[0].isdigit():
            return float(token)
        if token in AGGREGATES:
            return self._aggregated(AGGREGATES[token])
        if self.tokens and self.tokens[0] == "(":
            return self._function(token)
        return self._selected(token)

    def _aggregated(self, of: Callable[[Iterable[float]], float]) -> Vector:
        by = self._names() if self._take("by") else set()
        self._need("(")
        vector = _vector(self.either())
        self._need(")")
        groups: dict[Labels, list[float]] = {}
        for labels, value in vector.items():
            groups.setdefault(frozenset(label for label in labels if label[0] in by), []).append(value)
        return {labels: of(values) for labels, values in groups.items()}

    def _names(self) -> set[str]:
        self._need("(")
        names = {self.tokens.pop(0)}
        while self._take(","):
            names.add(self.tokens.pop(0))
        self._need(")")
        return names

    def _function(self, name: str) -> Value:
        self._need("(")
        arguments = [self.either()]
        while self._take(","):
            arguments.append(self.either())
        self._need(")")
        vector = _vector(arguments[-1])
        match name:
            case "absent":
                return {} if vector else {frozenset(): 1.0}
            case "scalar":
                return next(iter(vector.values())) if len(vector) == 1 else float("nan")
            case "rate" | "increase":
                return dict.fromkeys(vector, 0.0)
            case "histogram_quantile":
                return {}
        raise ValueError(f"no such function here: {name}")

    def _selected(self, name: str) -> Vector:
        wanted = {}
        if self._take("{"):
            while not self._take("}"):
                label = self.tokens.pop(0)
                self._need("=")
                wanted[label] = self.tokens.pop(0).strip('"')
                self._take(",")
        if self._take("["):
            self.tokens.pop(0)
            self._need("]")
        if self._take("offset"):
            self.tokens.pop(0)
        found = (sample for sample in self._samples if sample.name == name and wanted.items() <= sample.labels.items())
        return {frozenset(sample.labels.items()): sample.value for sample in found}


def _vector(value: Value) -> Vector:
    if not isinstance(value, dict):
        raise ValueError(f"a vector is wanted, not {value}")
    return value


def _number(value: Value) -> float:
    if isinstance(value, dict):
        raise ValueError("a number is wanted, not a vector")
    return value
