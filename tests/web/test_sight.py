"""What an agent may see: of what is parked, that of the queues it serves."""

from __future__ import annotations

from callbase.core.events import ParkCall
from callbase.web.gateway.sight import Sight
from tests.core.centre import SUPPORT, Centre


def test_a_parked_call_is_seen_by_who_serves_its_queue_and_by_no_other_agent() -> None:
    centre = Centre()
    centre.talk("1001")
    of_sales, of_support = (Sight(agent=one, all_queues=False, reach=frozenset({one})) for one in ("1002", SUPPORT))
    assert not of_sales.snapshot(centre.view).interactions
    centre.act(ParkCall(agent="1001"))
    assert set(of_sales.snapshot(centre.view).interactions) == set(centre.view.interactions)
    assert not of_support.snapshot(centre.view).interactions
