"""The leader's word to those who stand by."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import uvloop

from callbase.core.events import TimerDue
from callbase.engine.entry import Entry, encode_event
from callbase.engine.lease import Lease
from callbase.engine.stream import Listener, Stream


def entry(seq: int) -> Entry:
    return Entry(seq=seq, at_ms=seq, event=msgspec.Raw(encode_event(TimerDue())))


def test_whose_connection_breaks_is_in_nobodys_way() -> None:
    """On the engine's own event loop, whose transports refuse what comes after their end."""

    async def told() -> list[int]:
        lease = cast(Lease, SimpleNamespace(address="", standby=""))
        stream = Stream(lease, "token", unwritten=tuple)
        await stream.start("127.0.0.1")
        heard: list[Any] = []
        standbys = [Listener(lease.address, "token", name) for name in ("broken", "well")]
        listening = [
            asyncio.create_task(one.listen(take)) for one, take in zip(standbys, (lambda _: None, heard.append), strict=True)
        ]
        while len(stream._followers) < 2:
            await asyncio.sleep(0.01)
        broken = next(writer for writer, name in stream._followers.items() if name == "broken")
        broken.transport.abort()
        for seq in (1, 2, 3):
            stream.send([entry(seq)])
            await asyncio.sleep(0)
        assert not stream.hears("broken")
        assert stream.hears("well")
        while len(heard) < 3:
            await asyncio.sleep(0.01)
        await stream.stop()
        await asyncio.gather(*listening)
        standbys[1].say(cast(Any, None))  # nothing: it is closed
        return [one.seq for one in heard]

    assert uvloop.run(told()) == [1, 2, 3]
