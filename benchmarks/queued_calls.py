"""Queued calls a second sustained, and CPU a call: callbase beside Asterisk's own app_queue."""

from __future__ import annotations

from benchmarks.acd import Measured
from benchmarks.comparison import Comparison, compare
from benchmarks.context import Context
from benchmarks.figure import Figure, figure

NAME = "queued_calls"


def run(context: Context) -> list[Figure]:
    return [made for agents in context.agents for made in _figures(compare(context, agents))]


def _figures(found: Comparison) -> list[Figure]:
    """The rate is the highest of the steps without a failed call or a retransmission; CPU is at the highest such step of both."""
    ours, peer = max(found.clean_ours, key=_rate, default=None), max(found.clean_peer, key=_rate, default=None)
    figures = []
    if ours and peer:
        figures.append(figure(NAME, "calls/s", _rate(ours), _rate(peer), agents=found.agents, steps=found.steps()))
    if found.clean_both:
        same_ours, same_peer = found.clean_both[-1]
        figures.append(
            figure(
                NAME,
                "ms CPU/call",
                same_ours.cpu_ms_per_call,
                same_peer.cpu_ms_per_call,
                agents=found.agents,
                talk_s=same_ours.talk_s,
                ours_calls_per_s=round(_rate(same_ours), 2),
                peer_calls_per_s=round(_rate(same_peer), 2),
            )
        )
    return figures


def _rate(measured: Measured) -> float:
    return measured.calls_per_s
