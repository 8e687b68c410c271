"""That what agents did is noted with the caller it was done to."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import cast

from callbase.core.events import AnyAction, HoldCall
from callbase.core.views import TenantView
from callbase.cti.client import LinkClient
from callbase.cti.messages import ReplyMessage
from tests.chaos.desks import Desks
from tests.web.fake_engine import agent, interaction


class Link:
    """Whose agent has got another call in the moment it asks."""

    @property
    def view(self) -> TenantView:
        calls = {"b": interaction("b", caller_number="2", agent="3001", phase="talk")}
        return cast(TenantView, _View({"3001": agent("3001", interaction="b")}, calls))

    async def request(self, action: AnyAction, *, timeout_s: float) -> ReplyMessage:
        return ReplyMessage(id="1")


@dataclass
class _View:
    agents: dict[str, object]
    interactions: dict[str, object]


async def test_who_is_put_on_hold_in_place_of_a_caller_who_has_hung_up_counts_as_worked_on() -> None:
    desks = Desks(lambda: cast(LinkClient, Link()), ["3001"], ["3002"], "team", random.Random(1))
    assert await desks.ask(HoldCall(agent="3001"))
    assert desks.worked_on == {"2"}
    assert desks.done == {"HoldCall": 1}
