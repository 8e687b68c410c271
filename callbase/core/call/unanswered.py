"""What follows when nobody answers where a call rang."""

from __future__ import annotations

from callbase.core.call import parking, talk, transfer, unreached
from callbase.core.call.ending import end
from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.flow import interpreter
from callbase.core.queue import waiting
from callbase.core.rules import entry
from callbase.core.state import Dial, Interaction


def go_on(core: Core, interaction: Interaction, dialled: Dial, cause: Cause) -> None:
    """It stays parked, comes back to who sent it there, goes on waiting, enters the queue a rule kept it from, or goes on in its
    flow; whom night service rang for hears that it is closed; an agent's own call ends."""
    if interaction.parked is not None:
        parking.not_fetched(core, interaction)
    elif dialled.by is not None:
        transfer.come_back(core, interaction, dialled.by, dialled.back)
    elif dialled.back is not None:
        if not waiting.enter(core, interaction, dialled.back):
            talk.apologise(core, interaction)
    elif interaction.entering is not None and dialled.failed is None:
        entry.flow_over(core, interaction)
    elif dialled.night:
        talk.say_closed(core, interaction)
    elif interaction.flow is not None:
        interpreter.go_on(core, interaction, dialled.failed)
    elif interaction.direction == "inbound":
        talk.apologise(core, interaction)
    else:
        unreached.tell(core, interaction, interaction.caller_agent, dialled.number, cause)
        end(core, interaction, "failed", cause)
