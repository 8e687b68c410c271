"""Since when an agent talks: from when the other is there, not from when it rang."""

from __future__ import annotations

import pytest

from callbase.core import events as e
from callbase.core.config import ToAgent, ToNumber
from tests.core.centre import AGENTS, Centre

TO_1002 = ToAgent(agent="1002")


@pytest.fixture
def centre() -> Centre:
    """All are signed in, none takes calls."""
    centre = Centre()
    centre.staff(*AGENTS)
    for agent in AGENTS:
        centre.act(e.SetNotReady(agent=agent))
    return centre


def since(centre: Centre, agent: str) -> int | None:
    return centre.agent(agent).connected_since_ms


def test_a_colleague_who_is_called_talks_from_its_answer_on_and_so_does_who_called(centre: Centre) -> None:
    centre.act(e.MakeCall(agent="1001", to=TO_1002))
    centre.answer("1001")
    centre.run_for(7_000)
    assert (since(centre, "1001"), since(centre, "1002")) == (None, None)
    centre.answer("1002")
    answered_ms = centre.now_ms
    centre.run_for(3_000)
    assert (since(centre, "1001"), since(centre, "1002")) == (answered_ms, answered_ms)
    assert centre.agent("1002").since_ms < answered_ms
    centre.act(e.ClearCall(agent="1001"))
    assert (since(centre, "1001"), since(centre, "1002")) == (None, None)


def test_an_outside_party_is_talked_with_from_its_answer_on(centre: Centre) -> None:
    centre.act(e.MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    centre.answer("1001")
    centre.run_for(5_000)
    assert since(centre, "1001") is None
    (leg,) = [leg.id for leg in centre.switch.legs.values() if leg.trunk is not None]
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    assert since(centre, "1001") == centre.now_ms


def test_hold_and_consultation_do_not_begin_it_anew_and_who_is_consulted_has_its_own(centre: Centre) -> None:
    centre.act(e.SetReady(agent="1001"))
    centre.call()
    centre.run_for(4_000)
    centre.answer("1001")
    began_ms = centre.now_ms
    assert since(centre, "1001") == began_ms
    centre.run_for(10_000)
    centre.act(e.ConsultationCall(agent="1001", to=TO_1002))
    centre.run_for(6_000)
    assert since(centre, "1002") is None
    centre.answer("1002")
    consulted_ms = centre.now_ms
    centre.run_for(2_000)
    assert (since(centre, "1001"), since(centre, "1002")) == (began_ms, consulted_ms)
    centre.act(e.AlternateCall(agent="1001"))
    centre.run_for(2_000)
    centre.act(e.TransferCall(agent="1001"))
    assert (since(centre, "1001"), since(centre, "1002")) == (None, consulted_ms)


def test_a_blind_transfer_is_talked_in_from_its_answer_on_and_a_third_from_joining(centre: Centre) -> None:
    centre.act(e.SetReady(agent="1001"))
    centre.call()
    centre.answer("1001")
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1002))
    centre.run_for(5_000)
    assert since(centre, "1002") is None
    centre.answer("1002")
    assert since(centre, "1002") == centre.now_ms
    centre.act(e.SingleStepConferenceCall(agent="1002", to=ToAgent(agent="1003")))
    centre.run_for(5_000)
    assert since(centre, "1003") is None
    centre.answer("1003")
    assert since(centre, "1003") == centre.now_ms


def test_who_consults_in_vain_was_never_talked_with(centre: Centre) -> None:
    centre.act(e.SetReady(agent="1001"))
    centre.call()
    centre.answer("1001")
    centre.act(e.ConsultationCall(agent="1001", to=TO_1002))
    centre.act(e.RejectCall(agent="1002"))
    assert (since(centre, "1002"), centre.agent("1002").state) == (None, "not_ready")
