"""What each agent did today, in its shift, and in the rolling windows its queues go by: the figures routing ranks by.

A rolling window is kept in buckets, each of a twentieth of its width, and a timer takes out the oldest as a whole: so the figures
change only by events, and cover between the width and a twentieth more. Each agent's buckets begin at another moment, so that
thousands of agents' do not end at once.
"""

from __future__ import annotations

from zlib import crc32

from callbase.core.agent.transitions import AgentEvent
from callbase.core.core import Core
from callbase.core.facts import AgentState
from callbase.core.state import Agent, Rolling, Tally

BUCKETS = 20


def moved(core: Core, agent: Agent, event: AgentEvent, *, previous: AgentState, since_ms: int, keep_idle: bool) -> None:
    """The agent has just left `previous`, in which it was since then, by this transition. Called while it is in no ready list."""
    if event == "sign_in":
        agent.shift = Tally()
    if previous == "ready" and event not in ("offer", "go_ready"):
        _add(core, agent, idles=1, idle_ms=core.now_ms - agent.idle_since_ms)
    elif previous == "reserved" and not keep_idle:
        _add(core, agent, idles=1, idle_ms=since_ms - agent.idle_since_ms)
    elif previous == "busy" and agent.serving:
        agent.serving = False
        _add(core, agent, talk_ms=core.now_ms - since_ms)
    if event == "answer":
        agent.serving = True
        _add(core, agent, calls=1)


def new_day(core: Core, tenant: str) -> None:
    for agent in core.state.tenants[tenant].agents.values():
        core.index.count(agent, -1)
        agent.today = Tally()
        core.index.count(agent, 1)


def bucket_over(core: Core, agent: Agent, number: int) -> None:
    """The timer of a rolling window: its oldest bucket counts no longer."""
    for rolling in agent.rolling:
        if rolling.timer == number:
            rolling.timer = None
            core.index.count(agent, -1)
            _expire(core, agent, rolling)
            core.index.count(agent, 1)
            return


def forget(core: Core, agent: Agent) -> None:
    """The agent is no more."""
    for rolling in agent.rolling:
        core.cancel_timer(rolling.timer)


def _add(core: Core, agent: Agent, *, calls: int = 0, talk_ms: int = 0, idles: int = 0, idle_ms: int = 0) -> None:
    more = Tally(calls=calls, talk_ms=talk_ms, idles=idles, idle_ms=idle_ms)
    _sum(agent.today, more)
    _sum(agent.shift, more)
    for width_ms in sorted(core.index.windows_ms(agent)):
        rolling = next((one for one in agent.rolling if one.width_ms == width_ms), None)
        if rolling is None:
            rolling = Rolling(width_ms=width_ms, total=Tally())
            agent.rolling.append(rolling)
        _sum(rolling.total, more)
        bucket = (core.now_ms + _offset_ms(agent, width_ms)) // _bucket_ms(width_ms)
        if not rolling.buckets or rolling.buckets[-1][0] != bucket:
            rolling.buckets.append((bucket, Tally()))
        _sum(rolling.buckets[-1][1], more)
        if rolling.timer is None:
            _expire(core, agent, rolling)


def _expire(core: Core, agent: Agent, rolling: Rolling) -> None:
    """Takes out what is too old and sets the timer for what will be next."""
    width_ms = rolling.width_ms
    while rolling.buckets:
        bucket, part = rolling.buckets[0]
        after_ms = (bucket + 1) * _bucket_ms(width_ms) - _offset_ms(agent, width_ms) + width_ms - core.now_ms
        if after_ms > 0:
            rolling.timer = core.set_timer("tally", agent.tenant, agent.id, after_ms)
            return
        _sum(rolling.total, part, -1)
        del rolling.buckets[0]


def _bucket_ms(width_ms: int) -> int:
    return max(1, width_ms // BUCKETS)


def _offset_ms(agent: Agent, width_ms: int) -> int:
    return crc32(agent.id.encode()) % _bucket_ms(width_ms)


def _sum(tally: Tally, more: Tally, sign: int = 1) -> None:
    tally.calls += sign * more.calls
    tally.talk_ms += sign * more.talk_ms
    tally.idles += sign * more.idles
    tally.idle_ms += sign * more.idle_ms
