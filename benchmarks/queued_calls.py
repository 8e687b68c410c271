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
        detail: dict[str, object] = {
            "agents": found.agents,
            "talk_s": same_ours.talk_s,
            "ours_calls_per_s": round(_rate(same_ours), 2),
            "peer_calls_per_s": round(_rate(same_peer), 2),
        }
        peer_ms = same_peer.cpu_ms_per_call
        switching_ms = same_ours.cpu_ms_of("asterisk", "engine")
        figures.append(figure(NAME, "ms CPU/call", same_ours.cpu_ms_per_call, peer_ms, parts="all processes", **detail))
        figures.append(figure(NAME, "ms CPU/call", switching_ms, peer_ms, parts="asterisk and engine", **detail))
    return figures


def _rate(measured: Measured) -> float:
    return measured.calls_per_s
