"""CPU time of all processes of a system, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> tuple[int, int] | None:
    """(parent, ticks used by the process and by its children it has waited for); None where it is gone. proc(5)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), sum(int(ticks) for ticks in fields[11:15])


def family(roots: Iterable[int]) -> dict[int, int]:
    """The roots and all their living descendants, with the ticks each has used."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    everyone = {pid: stat for pid in pids if (stat := _stat(pid))}
    found = {pid for pid in roots if pid in everyone}
    while more := {pid for pid, (parent, _) in everyone.items() if parent in found} - found:
        found |= more
    return {pid: everyone[pid][1] for pid in found}


def used_ms(roots: Iterable[int]) -> dict[int, float]:
    """CPU time used so far by each root and its descendants, by pid; a dead process counts with the parent that waited for it."""
    return {pid: ticks * 1000 / _TICKS_PER_S for pid, ticks in family(roots).items()}


def command_line(pid: int) -> str:
    """Empty where the process is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
