"""Who hears it ring when the link to the switch is lost, and what is heard once it is back."""

from __future__ import annotations

from callbase.core.commands import Ringback
from callbase.core.config import ToAgent, ToNumber
from callbase.core.events import ConsultationCall, MakeCall, ReconnectCall, Reroute
from tests.core.centre import STRAIGHT, Centre
from tests.core.test_after_a_gap import back, gap


def consulting(centre: Centre) -> str:
    """1001 has a customer, calls 1002 and hears it ring; its leg."""
    _, agent = centre.talk()
    centre.staff("1002")
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    assert centre.switch.legs[agent].ringback
    return agent


def test_who_called_in_vain_meanwhile_hears_it_ring_no_longer() -> None:
    centre = Centre()
    agent = consulting(centre)
    gap(centre, 30_000)
    assert (centre.only().phase, centre.only().consultation) == ("talk", None)
    assert centre.switch.legs[agent].ringback, "the switch was not told"
    back(centre)
    assert not centre.switch.legs[agent].ringback
    assert centre.switch.legs[agent].bridge is not None


def test_also_where_nobody_knew_yet_that_the_switch_was_out_of_reach() -> None:
    centre = Centre()
    agent = consulting(centre)
    centre.switch.leave(centre.now_ms)
    centre.act(ReconnectCall(agent="1001"))
    assert centre.switch.legs[agent].ringback
    back(centre)
    assert not centre.switch.legs[agent].ringback


def test_who_still_calls_hears_it_ring_again() -> None:
    centre = Centre()
    agent = consulting(centre)
    gap(centre)
    back(centre)
    assert centre.switch.legs[agent].ringback
    assert [command.on for command in centre.did(Ringback, leg=agent)] == [True, False, True]
    centre.answer("1002")
    assert not centre.switch.legs[agent].ringback


def test_a_desk_phone_that_is_not_answered_yet_hears_it_ring_again() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call("1002", device="1001", trunk=None)
    gap(centre)
    back(centre)
    assert centre.switch.legs[leg].ringback
    centre.answer("1002")
    assert not centre.switch.legs[leg].ringback


def test_an_agent_who_was_sent_to_a_number_in_vain_meanwhile_hears_what_follows() -> None:
    centre = Centre()
    centre.staff("1011")
    centre.act(MakeCall(agent="1011", to=ToNumber(number=STRAIGHT)))
    own = centre.answer("1011")
    centre.act(Reroute(interaction=centre.only().interaction, to=ToNumber(number="02155556666", timeout_s=10.0)))
    assert centre.switch.legs[own].ringback
    gap(centre, 20_000)
    back(centre)
    assert (centre.switch.legs[own].ringback, centre.only().phase) == (False, "queue")
    assert centre.switch.legs[own].music or centre.switch.legs[own].playback
