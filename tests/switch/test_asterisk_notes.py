"""What the dialplan wrote of a leg while nobody listened, read."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbase.core.events import Cause, Meanwhile
from callbase.switch.asterisk.ami import Manager
from callbase.switch.asterisk.names import HEARD_FOR_MS, UNHEARD_FAMILY
from callbase.switch.asterisk.notes import Notes, meanwhile

CALLED, CALLER = "0190b0a5-7e1c-7000-8000-000000000001", "a-1764430000.12"
NOW_MS = 1_764_430_100_000


@pytest.mark.parametrize(
    ("leg", "written", "answered_ago_ms", "ended_ago_ms", "cause"),
    [
        (CALLED, "1764430090000&1764430095500&Up&16", 10_000, 4500, "normal"),
        (CALLED, "1764430090000&&&", 10_000, None, "normal"),
        (CALLED, "&1764430095500&Ringing&17", None, 4500, "busy"),
        (CALLED, "&1764430095500&Ringing&19", None, 4500, "no_answer"),
        (CALLED, "&1764430095500&Ringing&", None, 4500, "error"),
        (CALLED, "1764430090000&1764430095500&Up&44", 10_000, 4500, "media_lost"),
        (CALLER, "&1764430095500&Up&16", None, 4500, "normal"),
        (CALLER, "&1764430095500&Ring&0", None, 4500, "cancelled"),
    ],
)
def test_each_is_told_with_how_long_ago_and_why(
    leg: str, written: str, answered_ago_ms: int | None, ended_ago_ms: int | None, cause: Cause
) -> None:
    expected = Meanwhile(leg=leg, answered_ago_ms=answered_ago_ms, ended_ago_ms=ended_ago_ms, cause=cause)
    assert meanwhile(leg, written, NOW_MS, ended=True) == expected


def test_of_a_leg_that_lives_the_end_is_not_told_for_it_will_be_heard() -> None:
    answered = meanwhile(CALLED, "1764430090000&1764430095500&Up&16", NOW_MS, ended=False)
    assert answered is not None
    assert (answered.answered_ago_ms, answered.ended_ago_ms) == (10_000, None)
    assert meanwhile(CALLER, "&1764430095500&Up&16", NOW_MS, ended=False) is None


@given(st.text())
def test_anything_else_is_passed_over(written: str) -> None:
    found = meanwhile(CALLED, written, NOW_MS, ended=True)
    assert found is None or found.leg == CALLED


class Asterisk:
    """As its manager interface shows it to a driver; its clock stands still."""

    def __init__(self, heard: str) -> None:
        self.heard = heard
        self.written: dict[str, str] = {}

    async def action(self, name: str, **fields: str) -> dict[str, str]:
        if name == "Ping":
            return {"Timestamp": f"{NOW_MS / 1000:.6f}"}
        if name == "Setvar":
            self.heard = fields["Value"]
        return {"Value": self.heard} if self.heard else {}

    async def entries(self, name: str, **fields: str) -> list[dict[str, str]]:
        family = fields["Family"]
        there = self.written if family == UNHEARD_FAMILY else {}
        return [{"Event": "DBGetTreeResponse", "Key": f"/{family}/{leg}", "Val": note} for leg, note in there.items()]


def notes_of(asterisk: Asterisk) -> Notes:
    return Notes("a", cast(Manager, asterisk), lambda event: None)


@pytest.mark.parametrize(("heard_ago_ms", "said_ago_ms"), [(100, HEARD_FOR_MS), (5000, 5000)])
async def test_who_comes_has_what_happens_written_down_until_it_listens(heard_ago_ms: int, said_ago_ms: int) -> None:
    asterisk = Asterisk(str(NOW_MS - heard_ago_ms))
    notes = notes_of(asterisk)
    await notes.begin()
    assert asterisk.heard == str(NOW_MS - said_ago_ms)
    asterisk.written = {CALLER: f"&{NOW_MS - 40}&Up&16"}
    assert await notes.of_legs(set()) == (heard_ago_ms, (Meanwhile(leg=CALLER, ended_ago_ms=40),))
    assert await notes.of_legs({CALLER}) == (heard_ago_ms, ())


async def test_an_asterisk_that_nobody_has_listened_to_yet_cannot_say_how_long() -> None:
    asterisk = Asterisk("")
    notes = notes_of(asterisk)
    await notes.begin()
    assert asterisk.heard == ""
    assert await notes.of_legs(set()) == (None, ())
