"""One measured figure, as it is printed and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`ratio` is ours / peer. `detail` tells how it was taken; several figures of one benchmark differ in unit and detail."""

    name: str
    unit: str
    ours: float
    peer: float | None = None
    ratio: float | None = None
    detail: dict[str, Any] = {}


def figure(name: str, unit: str, ours: float, peer: float | None = None, **detail: Any) -> Figure:
    """A figure with its ratio worked out, to three decimals."""
    ratio = round(ours / peer, 3) if peer else None
    return Figure(
        name=name, unit=unit, ours=round(ours, 3), peer=None if peer is None else round(peer, 3), ratio=ratio, detail=detail
    )


def keep(made: Figure, file: Path) -> None:
    """Prints the figure and appends it to `file` as one JSON object on a line of its own."""
    line = msgspec.json.encode(made)
    print(line.decode(), flush=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lines:
        lines.write(line + b"\n")
