"""Sends an interaction to a target of the configuration: one door for flows, opening hours, lists, keys and overflow.

Each kind of target has a sender (`SENDERS`), which says whether the way there is open without touching anything; only then is
it taken. So who asks keeps the interaction where that cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from callbase.core.call.ending import end
from callbase.core.call.segments import next_segment
from callbase.core.commands import Answer
from callbase.core.config import AnyTarget, ToGoodbye
from callbase.core.config.targets import Target
from callbase.core.core import Core
from callbase.core.facts import Redirected, RedirectedBy
from callbase.core.rules.why import Bound, Why
from callbase.core.state import Interaction

MOST_AT_ONCE = 10
"""Sent on so often at one moment, an interaction goes in a circle."""
MOST_ON_THE_WAY = 10
"""Sent on so often by rules without having stood in any line, it goes in a circle too, however long the flows on it take: a
closed queue's flow that leads to the queue again."""
OF_ITS_OWN: tuple[RedirectedBy, ...] = ("flow", "key", "agent", "supervisor", "program")
"""What is no rule: the flow's own way, and the will of the caller, an agent, a supervisor or
a program that was asked."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """An open way to a target. `to`: the queue, agent, flow or number it leads to; `go` takes it, and cannot fail."""

    to: str = ""
    go: Callable[[], None]


Sender = Callable[[Core, Interaction, Any, Why], Way | None]

SENDERS: dict[type[Target], Sender] = {}
"""Kind of target → its sender: `senders.TABLE`, put here by `dispatch.py`, since targets lead everywhere and are used by most."""


def send(core: Core, interaction: Interaction, target: AnyTarget, why: Why) -> bool:
    """Sends the interaction there from a flow, from a line, or before it is answered. False where that cannot be: nothing
    has changed then. Afterwards the interaction may have ended."""
    leg = core.live_leg(interaction.leg)
    if leg is None or interaction.phase not in ("flow", "queue") or interaction.closing is not None:
        return False
    if not leg.up and isinstance(target, ToGoodbye) and (target.busy or target.say is None):
        note(core, interaction, target, "", why)
        end(core, interaction, why.end_reason, "busy" if target.busy else "rejected")
        return True
    if not isinstance(target, ToGoodbye) and _in_a_circle(core, interaction, why):
        return False
    sender = SENDERS.get(type(target))
    way = sender(core, interaction, target, why) if sender is not None else None
    if way is None:
        return False
    interaction.redirects += 1
    interaction.redirected_ms = core.now_ms
    interaction.sent_on += why.by not in OF_ITS_OWN
    if not leg.up:
        interaction.bound_for = Bound(target=target, why=why)
        if interaction.segment is None:
            next_segment(core, interaction, "flow")
        core.do(Answer(leg=leg.id))
        return True
    note(core, interaction, target, way.to, why)
    way.go()
    return True


def answered(core: Core, interaction: Interaction) -> bool:
    """The caller's leg is up: goes where it was bound for. False where the way has closed meanwhile."""
    bound, interaction.bound_for = interaction.bound_for, None
    return bound is not None and send(core, interaction, bound.target, bound.why)


def _in_a_circle(core: Core, interaction: Interaction, why: Why) -> bool:
    if interaction.redirected_ms != core.now_ms:
        interaction.redirects = 0
    on_the_way = why.by not in OF_ITS_OWN and interaction.sent_on >= MOST_ON_THE_WAY
    return on_the_way or interaction.redirects >= MOST_AT_ONCE


def note(core: Core, interaction: Interaction, target: Target, to: str, why: Why) -> None:
    core.note(
        Redirected(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            by=why.by,
            rule=why.rule,
            queue=why.queue,
            target=str(type(target).__struct_config__.tag),
            to=to,
            measured=why.measured,
            on_since_ms=why.on_since_ms,
        )
    )
