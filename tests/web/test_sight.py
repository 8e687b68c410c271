"""What an agent may see: of what is parked, that of the queues it serves."""

from __future__ import annotations

import pytest

from callbase.core.events import GenerateDigits, ParkCall, SignIn
from callbase.core.views import DigitsSentView
from callbase.cti.messages import Change
from callbase.web.gateway.sight import Sight, seen_of_others
from tests.core.centre import SUPPORT, Centre
from tests.core.test_outside_number import MOBILE, OUTSIDE, with_outside_number


@pytest.mark.parametrize("board", [False, True])
def test_a_parked_call_is_seen_by_who_serves_its_queue_and_by_no_other_agent(*, board: bool) -> None:
    """Who sees the board sees all queues, but no more calls for that."""
    centre = Centre()
    centre.talk("1001")
    of_sales, of_support = (Sight(agent=one, all_queues=board, reach=frozenset({one})) for one in ("1002", SUPPORT))
    assert not of_sales.snapshot(centre.view).interactions
    centre.act(ParkCall(agent="1001"))
    told = of_sales.change(
        Change(seq=1, now_ms=centre.now_ms, tenant="demo", interactions=tuple(centre.view.interactions.values())), centre.view
    )
    assert told is not None
    assert [one.interaction for one in told.interactions] == list(centre.view.interactions)
    assert set(of_sales.snapshot(centre.view).interactions) == set(centre.view.interactions)
    assert not of_support.snapshot(centre.view).interactions


def test_keys_an_agent_sent_are_told_to_itself_and_to_who_has_it_in_reach() -> None:
    centre = Centre()
    centre.talk("1001")
    centre.act(GenerateDigits(agent="1001", digits="4711"))
    assert centre.agent("1001").digits_sent == DigitsSentView(digits="4711", times=1)
    viewers = {
        "itself": Sight(agent="1001", all_queues=False, reach=frozenset({"1001"})),
        "supervisor": Sight(agent=None, all_queues=True, reach=None),
        "supervisor of another unit": Sight(agent=None, all_queues=True, reach=frozenset({"1002"})),
        "colleague": Sight(agent="1002", all_queues=False, reach=frozenset({"1002"})),
    }
    told = {viewer for viewer, sight in viewers.items() if sight.snapshot(centre.view).agents["1001"].digits_sent is not None}
    assert told == {"itself", "supervisor"}
    assert not any("digits_sent" in seen_of_others(all_queues=board) for board in (True, False))


def test_an_outside_number_is_told_to_its_agent_and_to_who_has_it_in_reach() -> None:
    centre = Centre(**with_outside_number())
    centre.act(SignIn(agent="1001", device=OUTSIDE))
    viewers = {
        "itself": Sight(agent="1001", all_queues=False, reach=frozenset({"1001"})),
        "supervisor": Sight(agent=None, all_queues=True, reach=None),
        "supervisor of its unit": Sight(agent=None, all_queues=True, reach=frozenset({"1001"})),
        "supervisor of another unit": Sight(agent=None, all_queues=True, reach=frozenset({"1002"})),
        "colleague": Sight(agent="1002", all_queues=False, reach=frozenset({"1002"})),
        "colleague with the board": Sight(agent="1002", all_queues=True, reach=frozenset({"1002"})),
    }
    told = {viewer for viewer, sight in viewers.items() if sight.snapshot(centre.view).agents["1001"].device_number == MOBILE}
    assert told == {"itself", "supervisor", "supervisor of its unit"}
    assert not any("device_number" in seen_of_others(all_queues=board) for board in (True, False))
