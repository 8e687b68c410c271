"""`python -m tests.chaos [--seed 1] [--faults 20] [--minutes 5] [--only "leader killed"]`: `make chaos`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import msgspec

from tests.chaos.disks import Disks, enter_own_namespace, in_own_namespace, possible
from tests.chaos.faults import FAULTS, named
from tests.chaos.run import Plan, Result, Run, say
from tests.chaos.site import NODES
from tests.replicated import Replicated


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=0, help="how many; default: each once, or as many as fit into --minutes")
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--agents", type=int, default=6)
    parser.add_argument("--only", action="append", default=[], metavar="FAULT", help=", ".join(fault.name for fault in FAULTS))
    parser.add_argument("--replica", action="store_true", help="with a PostgreSQL primary and its replica as the database")
    parser.add_argument("--nodes", type=int, choices=range(1, len(NODES) + 1), default=1, help="Asterisks that share the calls")
    parser.add_argument("--short", action="store_true", help="faults that last are over in seconds")
    parser.add_argument("--soak", action="store_true", help="nothing strikes: the centre is at work for --minutes")
    parser.add_argument("--keep", type=Path, help="folder for the installation, which is kept there")
    chosen = parser.parse_args()
    if possible() and not in_own_namespace():
        enter_own_namespace()
    there = [fault for fault in FAULTS if fault.fits(disks=possible(), replica=chosen.replica, nodes=chosen.nodes)]
    if chosen.soak and (not chosen.minutes or chosen.faults or chosen.only):
        parser.error("--soak needs --minutes, and has no faults")
    only = [] if chosen.soak else [named(name) for name in chosen.only] or there
    for fault in only:
        if fault not in there:
            parser.error(f"{fault.name!r} cannot be done here: it needs a replica, the embedded database, two nodes, or root")
    faults = chosen.faults or (0 if chosen.minutes else len(only))
    plan = Plan(seed=chosen.seed, faults=faults, minutes=chosen.minutes, only=only, long=not chosen.short, agents=chosen.agents)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the installation is stopped then too
    with tempfile.TemporaryDirectory(prefix="callbase-chaos-") as folder:
        home = (chosen.keep or Path(folder)) / "home"
        disks = Disks(home) if possible() else None
        try:
            run, result = asyncio.run(_carry_out(plan, home, disks, replica=chosen.replica, nodes=chosen.nodes))
            if chosen.keep and disks:
                subprocess.run(["cp", "-a", home, chosen.keep / "as-it-was"], check=True)
        finally:
            if disks:
                disks.remove()
    for line in run.table():
        say(line)
    growing = run.site.resources.growing()
    for line in growing:
        say(line)
    print(msgspec.json.encode({"resources": run.site.resources.report()}).decode(), flush=True)
    print(msgspec.json.encode(result).decode(), flush=True)
    return 0 if result.clean and not growing else 1


async def _carry_out(plan: Plan, home: Path, disks: Disks | None, *, replica: bool, nodes: int) -> tuple[Run, Result]:
    async with Replicated(home.with_name("postgres")) if replica else nullcontext() as replicated:
        run = Run(plan, home, disks, replicated, nodes)
        return run, await run.carry_out()


if __name__ == "__main__":
    sys.exit(main())
