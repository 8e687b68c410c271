"""A trunk carries no more calls at once than was bought, whoever began them."""

from __future__ import annotations

from callbase.core.commands import Originate, Release
from callbase.core.config import Trunk
from callbase.core.facts import InteractionEnded
from tests.core.centre import MAIN, Centre


def centre_with(limit: int) -> Centre:
    return Centre(trunks={"demo-trunk": Trunk(id="demo-trunk", max_channels=limit)})


def test_a_call_beyond_the_limit_is_refused_for_congestion_and_recorded() -> None:
    centre = centre_with(2)
    kept = [centre.call(), centre.call()]
    refused = centre.call()
    assert [(release.leg, release.cause) for release in centre.did(Release)] == [(refused, "congestion")]
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.reason, ended.cause) == ("failed", "congestion")
    assert [centre.interaction(leg).phase for leg in kept] == ["queue", "queue"]


def test_room_is_there_again_when_a_call_ends() -> None:
    centre = centre_with(1)
    first = centre.call()
    centre.hang_up(first)
    assert centre.interaction(centre.call()).phase == "queue"


def test_calls_in_leave_no_room_for_calls_out() -> None:
    centre = centre_with(1)
    leg = centre.call(MAIN)
    centre.press(leg, "3")
    assert not centre.did(Originate)
    assert centre.said(leg) == "再见"


def test_calls_out_leave_trunks_that_only_take_calls_in_for_the_last() -> None:
    carrier = Trunk(id="the-carrier", host="sbc.carrier.example", max_channels=1)
    centre = Centre(trunks={"demo-trunk": Trunk(id="demo-trunk"), "the-carrier": carrier})
    for _ in range(2):
        centre.press(centre.call(MAIN), "3")
    assert [call.trunk for call in centre.did(Originate)] == ["the-carrier", "demo-trunk"]


def test_without_a_limit_every_call_is_taken() -> None:
    centre = centre_with(0)
    for _ in range(50):
        centre.call()
    assert not centre.did(Release)
