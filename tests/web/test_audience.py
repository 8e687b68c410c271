"""When agents are told what: of their own work at once, of the others' in turn, and in the end all of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from callbase.core.views import AgentView, InteractionView, QueueView, SupervisionView, TenantView, TrunkView
from callbase.cti.messages import AnswerNow, Change, FactMessage
from callbase.cti.mirror import apply
from callbase.web.gateway import audience as audiences
from callbase.web.gateway.audience import Audience
from callbase.web.gateway.outbox import Unnumbered
from callbase.web.gateway.sight import Sight
from tests.web.fake_engine import agent, interaction, queue

AGENTS = tuple(str(1001 + number) for number in range(60))


def centre(**fields: Any) -> TenantView:
    usual: dict[str, Any] = {
        "tenant": "acme",
        "config_version": 1,
        "agents": {name: agent(name) for name in AGENTS},
        "interactions": {},
        "queues": {"sales": queue("sales"), "support": queue("support")},
        "trunks": {"line": trunk(0)},
        "switch_online": True,
    }
    return TenantView(**{**usual, **fields})


def trunk(calls: int) -> TrunkView:
    return TrunkView(trunk="line", calls=calls, group=None, lines_open=None)


@dataclass(eq=False)
class Page:
    """Keeps a view as any client would."""

    sight: Sight
    view: TenantView
    wants_facts: bool = False
    tenant: str = "acme"
    told: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, state: TenantView) -> Page:
        """An agent's; every third sees all queues."""
        sight = Sight(agent=name, all_queues=int(name) % 3 == 0, reach=frozenset({name}))
        return cls(sight, sight.snapshot(state))

    @classmethod
    def of_supervisor(cls, state: TenantView) -> Page:
        sight = Sight(agent=None, all_queues=True, reach=None, supervises=True)
        return cls(sight, sight.snapshot(state))

    @property
    def all_queues(self) -> bool:
        return self.sight.all_queues

    @property
    def alone(self) -> str | None:
        return self.sight.alone

    def change(self, change: Change, view: TenantView) -> None:
        shown = self.sight.change(change, view)
        if shown is not None:
            self._take(shown)

    def gathered(self, change: Unnumbered) -> None:
        self._take(msgspec.json.decode(f"{change[0]}0{change[1]}", type=Change))

    def _take(self, change: Change) -> None:
        self.told.append(change)
        self.view = apply(self.view, change)

    def state(self, online: bool) -> None: ...

    def engine_gone(self) -> None: ...

    def fact(self, message: FactMessage) -> None: ...

    def answer_now(self, message: AnswerNow) -> None: ...

    def telephone_elsewhere(self) -> None: ...


class Centre:
    """What the hub does with each change, and pages of all agents and of a supervisor."""

    def __init__(self) -> None:
        self.view = centre()
        self.audience = Audience()
        self.audience.became(self.view)
        self.pages = {name: Page.of(name, self.view) for name in AGENTS}
        self.supervisor = Page.of_supervisor(self.view)
        for page in (*self.pages.values(), self.supervisor):
            self.audience.add(page)

    def change(self, **what: Any) -> None:
        change = Change(seq=0, now_ms=1, tenant="acme", **what)
        self.view = apply(self.view, change)
        self.audience.change(change, self.view)

    async def all_have_had_their_turn(self) -> None:
        await asyncio.sleep(audiences.TURN_S * (len(AGENTS) / audiences.ROW + 3))


async def test_an_agent_and_a_supervisor_are_told_of_each_step_at_once_and_the_others_of_all_together() -> None:
    there = Centre()

    for step in range(30):
        there.change(agents=(agent("1001", since_ms=step),), queues=(queue("sales", waiting=step),))

    assert len(there.pages["1001"].told) == len(there.supervisor.told) == 30
    assert not there.pages["1002"].told
    await there.all_have_had_their_turn()
    assert [len(page.told) for name, page in there.pages.items() if name != "1001"] == [1] * (len(AGENTS) - 1)
    assert there.pages["1060"].view.agents["1001"].since_ms == 29
    assert there.pages["1060"].told[0].changed_agents == {"1001": {"since_ms": 29}}
    assert there.pages["1060"].view.queues["sales"].waiting == 29


async def test_who_has_a_call_knows_it_before_anybody_has_a_turn() -> None:
    there = Centre()
    there.change(interactions=(interaction("i1", agent="1002", phase="offer"),), agents=(agent("1002", interaction="i1"),))
    assert set(there.pages["1002"].view.interactions) == {"i1"}

    there.change(interactions=(interaction("i1", agent="1002", phase="talk"),))
    assert there.pages["1002"].view.interactions["i1"].phase == "talk"

    there.change(interactions=(interaction("i1", agent="1003", phase="talk"),))
    assert set(there.pages["1003"].view.interactions) == {"i1"}
    assert set(there.pages["1002"].view.interactions) == {"i1"}  # it works after the call
    there.change(interactions=(interaction("i1", agent="1003", phase="talk", outcome="sold"),))
    assert there.pages["1002"].view.interactions["i1"].outcome == "sold"
    there.change(agents=(agent("1002"),))
    assert not there.pages["1002"].view.interactions


async def test_a_call_that_is_parked_is_shown_at_once_to_all_who_may_fetch_it() -> None:
    there = Centre()
    there.change(interactions=(interaction("i1", agent=None, phase="parked"),))
    assert all(set(page.view.interactions) == {"i1"} for page in there.pages.values())

    there.change(interactions=(interaction("i1", agent="1001", phase="talk"),))
    assert [name for name, page in there.pages.items() if page.view.interactions] == ["1001"]


async def test_where_a_page_goes_others_are_told_as_before() -> None:
    there = Centre()
    for name in AGENTS[:40]:
        there.audience.remove(there.pages[name])
    there.change(agents=(agent("1050", state="not_ready"),))
    await there.all_have_had_their_turn()
    assert not there.pages["1001"].told
    assert there.pages["1060"].view.agents["1050"].state == "not_ready"


AGENT = some.sampled_from(AGENTS[:6])
CALL = some.sampled_from(("i1", "i2", "i3"))
PHASE = some.sampled_from(("queue", "offer", "talk", "parked", "wrap_up"))


@some.composite
def _agent(draw: some.DrawFn) -> AgentView:
    queues = draw(some.sampled_from((("sales",), ("sales", "support"), ())))
    by = SupervisionView(
        supervisor="2001", agent="1001", interaction="i1", mode="listen", connected=True, since_ms=1, shown=draw(some.booleans())
    )
    supervised = draw(some.sampled_from(((), (by,))))
    return agent(
        draw(AGENT),
        state=draw(some.sampled_from(("ready", "busy"))),
        device_number=draw(some.sampled_from(("", "13900000001"))),
        interaction=draw(some.none() | CALL),
        queues=queues,
        supervised_by=supervised,
    )


@some.composite
def _call(draw: some.DrawFn) -> InteractionView:
    return interaction(draw(CALL), agent=draw(some.none() | AGENT), phase=draw(PHASE))


@some.composite
def _queue(draw: some.DrawFn) -> QueueView:
    return queue(draw(some.sampled_from(("sales", "support"))), waiting=draw(some.integers(0, 9)))


STEP = some.fixed_dictionaries(
    {},
    optional={
        "agents": some.lists(_agent(), max_size=2, unique_by=lambda one: one.agent).map(tuple),
        "interactions": some.lists(_call(), max_size=2, unique_by=lambda one: one.interaction).map(tuple),
        "queues": some.lists(_queue(), max_size=2, unique_by=lambda one: one.queue).map(tuple),
        "trunks": some.lists(some.integers(0, 9).map(trunk), max_size=1).map(tuple),
        "config_version": some.integers(1, 2),
        "switch_online": some.booleans(),
    },
)


@given(steps=some.lists(STEP | CALL, max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_whatever_changes_each_ends_with_what_a_fresh_snapshot_shows(
    steps: list[dict[str, Any] | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "TURN_S", 0.0)
    there = Centre()
    for step in steps:
        if isinstance(step, str):
            gone = tuple({step} & there.view.interactions.keys())
            there.change(removed_interactions=gone)
        else:
            there.change(**step)
        for name, page in there.pages.items():  # its own work, at each moment
            fresh = Page.of(name, there.view).view
            assert page.view.interactions == fresh.interactions
            assert page.view.agents[name] == fresh.agents[name]
        await asyncio.sleep(0)

    await there.all_have_had_their_turn()
    for _ in range(10):
        await asyncio.sleep(0)
    for name, page in there.pages.items():
        assert page.view == Page.of(name, there.view).view
    assert there.supervisor.view == Page.of_supervisor(there.view).view
