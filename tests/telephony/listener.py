"""A driver in a process of its own, which can be stopped and killed: `python -m tests.telephony.listener`.

Reads one line, JSON of what it needs, from its standard input; listens until it dies.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import msgspec

from callbase.platform.environment import Environment
from callbase.platform.runtime import Runtime
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.telephony import centre
from tests.telephony.switch import RunningSwitch


def order(switch: RunningSwitch) -> bytes:
    """What the process reads."""
    return msgspec.json.encode((switch.environment, switch.runtime), enc_hook=str) + b"\n"


def _path(kind: type, value: Any) -> Any:
    return Path(value) if kind is Path else value


async def _listen(environment: Environment, runtime: Runtime) -> None:
    driver = AsteriskDriver(environment, runtime)
    await driver.provision(centre.config("1001", "1002"))
    await driver.start(lambda event: None)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_listen(*msgspec.json.decode(sys.stdin.readline(), type=tuple[Environment, Runtime], dec_hook=_path)))
