"""How long an agent who has just hung up is left without the next caller, while callers wait: callbase beside app_queue."""

from __future__ import annotations

from benchmarks.comparison import Comparison, backlogs, compare
from benchmarks.context import Context
from benchmarks.figure import Figure, figure

NAME = "agent_free_to_invite"
ROUNDS = 4


def run(context: Context) -> list[Figure]:
    steps = [(agents, waiting) for agents in context.agents for waiting in backlogs(agents)]
    found = [one for agents, waiting in steps for one in compare(context, agents, waiting, context.loads[:1], ROUNDS)]
    return [made for one in found for made in _figures(one)]


def _figures(found: Comparison) -> list[Figure]:
    """From the BYE an agent's telephone sends to the next INVITE it gets, at the lightest load."""
    ours, peer = found.ours[0], found.peer[0]
    idle = [step.system for step in (ours, peer) if not step.gaps_ms]
    why = {"why": f"no agent got a second call within the window: {', '.join(idle)}"} if idle else {}
    detail = {**found.detail, **why, "steps": found.steps()}
    return [
        figure(NAME, "ms mean", ours.mean_gap_ms, peer.mean_gap_ms, **detail),
        figure(NAME, "ms p95", ours.gap_ms(0.95), peer.gap_ms(0.95), **detail),
    ]
