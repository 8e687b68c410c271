"""`callbase journal-aside`: after the database was brought back to an earlier moment, what came after it is not written again.

An engine that starts brings to the database what only its local journal files have. That is right after a crash, and after a
replica has taken the primary's place; where somebody wants an earlier state back, it would undo that.
"""

from __future__ import annotations

from pathlib import Path

from callbase.engine.alive import any_alive
from callbase.engine.spool import Spool


class EngineRuns(RuntimeError):
    """One of this home does: it would write again what it has in memory."""


def set_journals_aside(run_dir: Path) -> list[Path]:
    """Of all engines with this home; where they are now. Raises EngineRuns."""
    if any_alive(run_dir / "engines"):
        raise EngineRuns("an engine runs with this home; stop callbase on all machines first")
    first = Spool(run_dir / "journal")
    return [aside for spool in (first, *first.others()) if (aside := spool.set_aside()) is not None]
