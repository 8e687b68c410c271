"""`python -m benchmarks [name …] [--agents 10,200] [--loads 10,20] [--window 10]`: runs all benchmarks, or those named."""

from __future__ import annotations

import argparse
import importlib
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import cast

from benchmarks.context import Context
from benchmarks.figure import Figure, keep, not_measured
from callbase.platform.environment import read_environment

NAMES = (
    "start_up",
    "core_routing",
    "queued_calls",
    "agent_free_to_invite",
    "command_to_event",
    "csta_events",
    "same_trace",
    "routing_theory",
    "expected_wait",
    "customer_lookup",
    "take_over",
    "journal_cost",
    "replay_speed",
)
"""In this order. Each is a module here with `run(context) -> list[Figure]`."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--agents", type=_numbers, default="10,200,1000", help="numbers of signed-in agents")
    parser.add_argument("--loads", type=_numbers, default="10,20,40,60,80", help="calls a second the agents could take at most")
    parser.add_argument("--window", type=float, default=10.0, help="seconds measured in each step, ramp-up not counted")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    _allow_many_sockets()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the systems under test are stopped then too
    home = read_environment().home
    failed = 0
    for name in chosen.names or NAMES:
        with tempfile.TemporaryDirectory(prefix="callbase-bench-") as work:
            figures, measured = carry_out(
                name, Context(home=home, work=Path(work), agents=chosen.agents, loads=chosen.loads, window_s=chosen.window)
            )
        for made in figures:
            keep(made, home / "bench.jsonl")
        failed += not measured
    return 1 if failed else 0


def carry_out(name: str, context: Context) -> tuple[list[Figure], bool]:
    """The benchmark's figures; where it breaks, one that says why, and False."""
    run = cast(Callable[[Context], list[Figure]], importlib.import_module(f"benchmarks.{name}").run)
    try:
        return run(context), True
    except Exception as problem:
        traceback.print_exc()
        return [not_measured(name, f"{type(problem).__name__}: {problem}")], False


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def _allow_many_sockets() -> None:
    """A thousand calls want some thousands of sockets; children inherit the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
