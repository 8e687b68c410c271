"""In every state a call with several parties can be in, whichever leg goes and why: the customer is with somebody or hears music,
unless it was the one to go, and what is left comes to an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callbase.core.engine import Engine
from tests.core import test_refused as states
from tests.core.centre import AGENTS, SUPPORT, Centre
from tests.core.invariants import check

STATES = [
    states.holds,
    states.waits_to_consult,
    states.calls_to_consult,
    states.consults,
    states.has_consulted_on_hold,
    states.asks_to_join,
    states.confers,
    states.steps_aside,
    states.consults_beside_a_conference,
    states.in_the_house,
    states.supervises,
]


@pytest.mark.parametrize("cause", ["normal", "media_lost", "switch_lost"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nobody_is_left_in_silence(state: Callable[[Centre], None], cause: Any) -> None:
    legs = sorted(begun(state).switch.legs)
    assert len(legs) >= 2
    for leg in legs:
        centre = begun(state)
        centre.hang_up(leg, cause)
        customers_hear(centre)
        centre.engine = Engine.restore(centre.engine.snapshot())
        centre.run_for(200_000)
        customers_hear(centre)
        for rest in sorted(centre.switch.legs):
            centre.hang_up(rest)
        centre.run_for(200_000)
        assert not centre.switch.legs
        assert not centre.view.interactions


def begun(state: Callable[[Centre], None]) -> Centre:
    """The same story has the same legs each time."""
    centre = Centre()
    centre.staff(*AGENTS, SUPPORT)
    states.all_not_ready(centre)
    state(centre)
    return centre


def customers_hear(centre: Centre) -> None:
    check(centre.engine)
    for interaction in centre.engine._core.state.interactions.values():
        leg = centre.switch.legs.get(interaction.leg)
        if interaction.phase == "wrap_up" or leg is None or not leg.up:
            continue
        together = centre.switch.bridges.get(leg.bridge or "", set())
        assert len(together) >= 2 or leg.music or leg.playback or leg.ringback, interaction
