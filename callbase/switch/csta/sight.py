"""What a rule sees: the switch's calls, and who is where in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callbase.core.events import Cause
from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.board import Board


@dataclass(slots=True)
class Sight:
    board: Board
    pilots: frozenset[str]
    fail: Callable[[Affair, Leg, Cause], None]
    """Ends a leg for a cause."""
    keeps_ours: bool = False
    """The switch keeps private data of ours with a call: it is a callbase, too."""

    def pilot_of(self, call: str) -> str | None:
        return next((device for device in self.board.calls.get(call, {}) if device in self.pilots), None)

    def is_up(self, call: str, leg: Leg) -> bool:
        return self.board.state(call, leg.device) in ("connected", "hold")

    def second_of(self, affair: Affair, agent: Leg) -> str:
        """The call beside the customer's in which the agent is, too."""
        calls = (call for call in sorted(affair.calls) if call != affair.call)
        return next((call for call in calls if self.board.state(call, agent.device) is not None), "")

    def holder(self, affair: Affair, second: str) -> Leg | None:
        ours = (leg for leg in affair.parties if leg.ours and leg.call == affair.call)
        return next((leg for leg in ours if self.board.state(second, leg.device) == "connected"), None)

    def consulting(self, affair: Affair) -> tuple[Leg | None, Leg | None]:
        """Agent and consulted party, where the switch has a call between them beside the customer's."""
        for agent in affair.parties:
            second = self.second_of(affair, agent) if agent.ours and agent.call == affair.call else ""
            consulted = next((leg for leg in affair.parties if second and leg.call == second), None)
            if consulted is not None:
                return agent, consulted
        return None, None
