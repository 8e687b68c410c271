"""What gives way does so by itself, by its session where the kernel knows of sessions, and with all that it starts."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from callbase.platform import priority
from callbase.platform.dependent import dependent

_STARTS_ANOTHER = """
import os, signal, sys
if (child := os.fork()) == 0:
    os.setsid()  # as each does that serves a connection of PostgreSQL
    print(os.getpid(), flush=True)
signal.pause()
"""


async def test_a_process_and_one_it_starts_with_a_session_of_its_own_give_way() -> None:
    process = await asyncio.create_subprocess_exec(
        *dependent([sys.executable, "-c", _STARTS_ANOTHER]), stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    behind = asyncio.create_task(priority.keep_behind(process.pid, 7))
    try:
        async with asyncio.timeout(20):
            while {(7, 7)} != {_ranks(process.pid), _ranks(child)}:
                await asyncio.sleep(0.05)
    finally:
        behind.cancel()
        os.kill(child, 9)
        process.kill()
        await process.wait()


async def test_a_process_that_is_gone_is_no_matter() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    behind = asyncio.create_task(priority.keep_behind(process.pid, 7))
    await asyncio.wait([behind], timeout=0.3)
    assert not behind.done()
    behind.cancel()


def _ranks(pid: int) -> tuple[int, int]:
    """Its own niceness and its session's; the same where the kernel knows of no sessions."""
    session = Path(f"/proc/{pid}/autogroup")
    said = session.read_text().split() if session.exists() else []
    own = os.getpriority(os.PRIO_PROCESS, pid)
    return own, int(said[-1]) if said else own
