"""What another did to an agent's call is told to that agent: the call is gone by then without its doing."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core import events as e
from callbase.core.config import ToAgent
from tests.core.centre import SUPPORT, Centre, tenant


def told(centre: Centre, agent: str) -> tuple[str, str | None] | None:
    found = centre.agent(agent).intervention
    return (found.what, found.by) if found is not None else None


def confers() -> Centre:
    centre = Centre()
    centre.staff("1002", SUPPORT)
    for agent in ("1002", SUPPORT):
        centre.act(e.SetNotReady(agent=agent))
    centre.talk("1001")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    return centre


def test_who_is_taken_out_of_a_conference_is_told_by_whom_and_who_leaves_is_told_nothing() -> None:
    centre = confers()
    centre.act(e.ClearConnection(agent="1001", party=centre.agent_leg("1002")))
    assert told(centre, "1002") == ("taken_out", "1001")
    centre = confers()
    centre.act(e.ClearConnection(agent="1002"))
    assert told(centre, "1002") is None


def test_whose_call_is_taken_over_is_told_by_whom() -> None:
    centre = Centre()
    centre.staff("1002")
    centre.act(e.SetNotReady(agent="1002"))
    centre.talk("1001")
    interaction = centre.only().interaction
    centre.act(e.Supervise(supervisor="1002", agent="1001", mode="take_over"))
    centre.answer("1002")
    assert centre.only().agent == "1002"
    assert told(centre, "1001") == ("taken_over", "1002")
    found = centre.agent("1001").intervention
    assert found is not None
    assert (found.interaction, found.at_ms) == (interaction, centre.now_ms)


def test_all_who_talk_are_told_that_another_ended_the_call_but_not_who_did() -> None:
    agents: Any = {agent: msgspec.structs.replace(config, person=f"person-{agent}") for agent, config in tenant().agents.items()}
    centre = Centre(agents=agents)
    centre.staff("1001", "1002")
    centre.talk("1001")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    centre.ask(e.ReleaseInteraction(interaction=centre.only().interaction), actor="person-1002")
    assert told(centre, "1001") == ("call_ended", "1002")
    assert told(centre, "1002") is None


def test_for_whom_it_only_rings_is_told_nothing() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.call()
    centre.act(e.ReleaseInteraction(interaction=centre.only().interaction))
    assert told(centre, "1001") is None
