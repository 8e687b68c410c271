"""docs/conformance.md says of every requirement what is done, and names only tests that are there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "conformance.md"
GROUPS = {
    "ACC": 8,
    "ACD": 10,
    "CTI": 11,
    "IVR": 10,
    "FAX": 3,
    "OUT": 6,
    "REC": 5,
    "CHN": 6,
    "APP": 7,
    "MGT": 9,
    "INT": 7,
    "SEC": 9,
}
"""The specification's groups, and how many requirements each has. PRF stands as one."""
IDS = ["PRF", *(f"{group}-{number}" for group, count in GROUPS.items() for number in range(1, count + 1))]
STATES = ("proven", "partly", "not yet")


class Row(NamedTuple):
    id: str
    requirement: str
    state: str
    where: str
    tests: tuple[str, ...]


def read_rows() -> Iterator[Row]:
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not line.startswith(("| id |", "|---")):
            name, requirement, state, where, tests = (cell.strip() for cell in line.strip().strip("|").split("|"))
            yield Row(name, requirement, state, where, tuple(re.findall(r"`([^`]+)`", tests)))


ROWS = list(read_rows())


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_requirement_has_exactly_one_row() -> None:
    assert sorted(row.id for row in ROWS) == sorted(IDS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_has_a_state_and_says_what_it_means(row: Row) -> None:
    state = next((state for state in STATES if row.state.startswith(state)), None)
    assert state, f"unknown state {row.state!r}"
    if state == "partly":
        assert "issing" in row.state or "all but" in row.state, "says what is missing"
    if state == "not yet":
        assert not row.tests, "what a test proves is there at least in part"
    else:
        assert row.where, "says where in the product"
    if state == "proven":
        assert row.tests, "nothing is proven without a test"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_a_row_names_exists(row: Row) -> None:
    for place in re.findall(r"`([^`]+)`", row.where):
        assert (ROOT / place).exists(), place
    for name in row.tests:
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), path
        assert function.startswith("test_") and function in functions_of(ROOT / path), name
