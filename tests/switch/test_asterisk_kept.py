"""Callers who were kept are told of in the order in which they came."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from callbase.core import events
from callbase.switch.asterisk import kept, messages
from callbase.switch.asterisk.kept import KeptCallers
from callbase.switch.asterisk.translate import Translator
from tests.switch.test_asterisk_translate import OURS, message


def channel(number: int, app: str = "Wait", **more: Any) -> dict[str, Any]:
    return {
        "id": f"a-1.{number}",
        "name": f"PJSIP/trunk.demo.t-0000000{number}",
        "state": "Up",
        "creationtime": f"2026-11-29T20:00:0{number}.000+0000",
        "dialplan": {"context": "callbase", "exten": "4008001234", "app_name": app},
        **more,
    }


def kept_channel(number: int, app: str = "Wait", **more: Any) -> messages.Channel:
    start = message("StasisStart", channel=channel(number, app, **more))
    assert isinstance(start, messages.StasisStart)
    return start.channel


class Told:
    """What is delivered: the message's kind and the channel's number."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.callers = KeptCallers(self._deliver)

    def _deliver(self, message: messages.AnyMessage) -> None:
        assert isinstance(message, messages.OfChannel)
        self.told.append((type(message).__name__, message.channel.id))

    def hear(self, kind: str, number: int, **more: Any) -> None:
        self.callers.heard(message(kind, channel=channel(number, "Stasis"), **more))

    @property
    def offered(self) -> list[str]:
        return [channel for kind, channel in self.told if kind == "StasisStart"]


async def test_all_wait_for_the_first_who_came() -> None:
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2, "MusicOnHold"), kept_channel(3)], set())
    told.hear("StasisStart", 3)
    told.hear("StasisStart", 2)
    assert told.told == []
    told.hear("StasisStart", 1)
    assert told.offered == ["a-1.1", "a-1.2", "a-1.3"]
    told.hear("StasisStart", 4)
    assert told.offered[-1] == "a-1.4"


async def test_who_was_offered_before_the_look_stands_in_the_same_line() -> None:
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2, "Stasis")], {"a-1.2"})
    told.hear("StasisStart", 2)
    assert told.told == []
    told.hear("StasisStart", 1)
    assert told.offered == ["a-1.1", "a-1.2"]


async def test_what_happens_to_one_who_has_come_follows_on_that() -> None:
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2)], set())
    told.hear("StasisStart", 2)
    told.hear("ChannelDtmfReceived", 2, digit="1")
    assert told.told == []
    told.hear("StasisStart", 1)
    assert told.told == [("StasisStart", "a-1.1"), ("StasisStart", "a-1.2"), ("ChannelDtmfReceived", "a-1.2")]


async def test_who_hangs_up_is_told_of_at_once_and_not_waited_for() -> None:
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2), kept_channel(3)], set())
    told.hear("StasisStart", 3)
    told.hear("StasisStart", 2)
    told.hear("ChannelDestroyed", 3)
    assert told.told == [("StasisStart", "a-1.3"), ("ChannelDestroyed", "a-1.3")]
    told.hear("ChannelDestroyed", 1)
    assert told.offered == ["a-1.3", "a-1.2"]


async def test_others_wait_for_nobody() -> None:
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2), kept_channel(5, "Stasis"), kept_channel(6, id=OURS)], set())
    told.hear("StasisStart", 4)
    told.hear("ChannelHold", 5)
    assert told.told == [("StasisStart", "a-1.4"), ("ChannelHold", "a-1.5")]


async def test_one_alone_waits_for_nobody() -> None:
    told = Told()
    told.callers.expect([kept_channel(1)], set())
    told.hear("StasisStart", 1)
    assert told.offered == ["a-1.1"]


async def test_who_does_not_come_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "ALL_WITHIN_S", 0.01)
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2), kept_channel(3)], set())
    told.hear("StasisStart", 3)
    told.hear("StasisStart", 2)
    await asyncio.sleep(0.1)
    assert told.offered == ["a-1.2", "a-1.3"]
    told.hear("StasisStart", 1)
    assert told.offered[-1] == "a-1.1"


async def test_where_the_connection_is_lost_who_has_come_is_told_of() -> None:
    told = Told()
    told.callers.expect([kept_channel(1), kept_channel(2)], set())
    told.hear("StasisStart", 2)
    told.callers.release()
    assert told.offered == ["a-1.2"]


async def test_they_stand_in_line_by_when_they_came_too() -> None:
    """What each waited counts until it is told of, not until it was offered."""
    translator, offered = Translator("a"), list[events.AnyEvent]()
    callers = KeptCallers(lambda message: offered.extend(translator.translate(message)))
    came = {1: "2026-11-29T20:00:01.000+0000", 2: "2026-11-29T20:00:01.300+0000"}
    callers.expect([kept_channel(1), kept_channel(2)], set())
    for number, at in ((1, "2026-11-29T20:00:06.050+0000"), (2, "2026-11-29T20:00:06.950+0000")):
        callers.heard(message("StasisStart", channel=channel(number, "Stasis", creationtime=came[number]), timestamp=at))
    assert [(one.leg, one.waited_ms) for one in offered if isinstance(one, events.CallOffered)] == [
        ("a-1.1", 5_950),
        ("a-1.2", 5_650),
    ]
