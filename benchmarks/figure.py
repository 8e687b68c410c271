"""One measured figure, as it is printed and kept."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`ratio` is ours / peer. `detail` tells how it was taken; several figures of one benchmark differ in unit and detail.

    What could not be measured is None, and `detail["why"]` says why."""

    name: str
    unit: str
    ours: float | None
    peer: float | None = None
    ratio: float | None = None
    detail: dict[str, Any] = {}


def figure(name: str, unit: str, ours: float | None, peer: float | None = None, **detail: Any) -> Figure:
    """A figure with its ratio worked out, to three decimals. What is no finite number counts as not measured."""
    ours, peer = _measured(ours), _measured(peer)
    ratio = round(ours / peer, 3) if ours is not None and peer else None
    return Figure(name=name, unit=unit, ours=ours, peer=peer, ratio=ratio, detail=detail)


def not_measured(name: str, why: str) -> Figure:
    """Stands for the figures of a benchmark that could not be carried out."""
    return Figure(name=name, unit="", ours=None, detail={"why": why})


def _measured(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 3)


def keep(made: Figure, file: Path) -> None:
    """Prints the figure and appends it to `file` as one JSON object on a line of its own."""
    line = msgspec.json.encode(made)
    print(line.decode(), flush=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lines:
        lines.write(line + b"\n")
