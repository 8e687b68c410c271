"""What an agent may see: of what is parked, that of the queues it serves."""

from __future__ import annotations

import pytest

from callbase.core.events import ParkCall
from callbase.cti.messages import Change
from callbase.web.gateway.sight import Sight
from tests.core.centre import SUPPORT, Centre


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
