"""Who may serve whom: skills required, relaxed with waiting, and rings of members asked one after the other."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.config import (
    Enqueue,
    Flow,
    Member,
    Queue,
    Relaxation,
    Requirement,
    Ring,
    SetLanguage,
    ToFlow,
    WaitingTreatment,
)
from callbase.core.config.targets import Target
from callbase.core.engine import Engine
from callbase.core.events import ConfigPublished, SetReady
from callbase.core.facts import RoutingExplained, WaitingChanged
from callbase.core.routing import decide
from tests.core.centre import MAIN, STRAIGHT, Centre, config, tenant, text
from tests.core.invariants import check

FRENCH = Requirement(skill="fr", level=80, relax=(Relaxation(after_s=60, level=50), Relaxation(after_s=120, level=0)))


def speakers(**queue: Any) -> dict[str, Any]:
    """1001 speaks French at 90, 1002 at 60, 1003 not at all. MAIN leads to sales with French asked for, STRAIGHT without."""
    agents = {
        name: msgspec.structs.replace(agent, skills={"1001": {"fr": 90}, "1002": {"fr": 60}}.get(name, {}))
        for name, agent in tenant().agents.items()
    }
    sales = Queue(id="sales", name=text("销售", "Sales"), members=tuple(Member(agent=a) for a in ("1001", "1002", "1003")))
    return {
        "agents": agents,
        "queues": {"sales": msgspec.structs.replace(sales, **queue)},
        "flows": {
            "main": Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="sales", requires=(FRENCH,))}),
            "straight": tenant().flows["straight"],
        },
    }


def test_only_who_has_the_skill_is_asked() -> None:
    centre = Centre(**speakers())
    centre.staff("1003", "1002", "1001")
    leg = centre.call(MAIN)
    assert centre.interaction(leg).agent == "1001", "idle for the shortest time, but the only one with enough French"
    why = centre.facts(RoutingExplained)[-1]
    assert why.requires == {"fr": 80}
    assert [(one.agent, one.why, one.data) for one in why.passed_over] == [
        ("1003", "skill_missing", {"skill": "fr", "required": "80", "level": "0"}),
        ("1002", "skill_missing", {"skill": "fr", "required": "80", "level": "60"}),
    ]


def test_a_head_nobody_ready_may_serve_keeps_nobody_waiting() -> None:
    centre = Centre(**speakers())
    french = centre.call(MAIN)
    centre.run_for(10_000)
    plain = centre.call(STRAIGHT, caller="2")
    centre.staff("1003")
    assert centre.interaction(plain).agent == "1003"
    assert centre.interaction(french).position == 1
    assert centre.facts(RoutingExplained, chosen="1003")[0].position == 2


def test_a_requirement_relaxes_with_waiting() -> None:
    centre = Centre(**speakers())
    centre.staff("1003", "1002")
    leg = centre.call(MAIN)
    centre.run_for(59_999)
    assert centre.interaction(leg).agent is None
    centre.run_for(1)
    assert centre.interaction(leg).agent == "1002"
    (change,) = centre.facts(WaitingChanged)
    assert (change.what, change.data) == ("relaxed", {"skill": "fr", "level": "50", "before": "80"})
    assert centre.facts(RoutingExplained)[-1].requires == {"fr": 50}


def test_relaxed_to_nothing_anyone_is_asked() -> None:
    centre = Centre(**speakers())
    centre.staff("1003")
    leg = centre.call(MAIN)
    centre.run_for(119_999)
    assert centre.interaction(leg).agent is None
    centre.run_for(1)
    assert centre.interaction(leg).agent == "1003"


def test_a_step_that_comes_while_a_telephone_rings_counts_for_the_next_offer() -> None:
    centre = Centre(**speakers(offer_timeout_s=30.0))
    leg = centre.call(MAIN)
    centre.run_for(50_000)
    centre.staff("1001", "1002")
    assert centre.interaction(leg).agent == "1001"
    centre.run_for(32_000)
    assert centre.agent("1001").reason == "no_answer"
    assert centre.interaction(leg).agent == "1002"


def test_a_queue_may_require_a_skill_of_calls_in_one_language_only() -> None:
    required = Requirement(skill="fr", level=80, language="en-US")
    changes = speakers(requires=(required,))
    changes["dids"] = {**tenant().dids, "4": msgspec.structs.replace(tenant().dids[STRAIGHT], number="4", language="en-US")}
    centre = Centre(**changes)
    english = centre.call("4", caller="2")
    chinese = centre.call(STRAIGHT)
    centre.staff("1003")
    assert centre.interaction(chinese).agent == "1003"
    assert centre.interaction(english).agent is None


def test_by_skill_the_best_or_the_least_of_those_who_have_enough_is_asked() -> None:
    for algorithm, chosen in (("highest_skill", "1001"), ("lowest_skill", "1002")):
        changes = speakers(algorithm=algorithm)
        lenient = Requirement(skill="fr", level=50)
        changes["flows"]["main"] = Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="sales", requires=(lenient,))})
        centre = Centre(**changes)
        centre.staff("1003", "1001", "1002")
        assert centre.interaction(centre.call(MAIN)).agent == chosen


def ringed() -> dict[str, Any]:
    members = (Member(agent="1001"), Member(agent="1002", priority=2, level=80), Member(agent="1003", priority=2, level=20))
    rings = (Ring(after_s=0, priority=1), Ring(after_s=30, priority=2, level=50), Ring(after_s=60))
    return speakers(members=members, rings=rings)


def test_rings_are_asked_one_after_the_other() -> None:
    centre = Centre(**ringed())
    leg = centre.call()
    centre.staff("1003", "1002")
    assert centre.interaction(leg).agent is None
    centre.run_for(30_000)
    assert centre.interaction(leg).agent == "1002"
    assert centre.facts(WaitingChanged)[0].data == {"priority": "2", "level": "50"}
    assert [(one.agent, one.why) for one in centre.facts(RoutingExplained, chosen="1002")[0].passed_over] == [
        ("1003", "ring_not_reached"),
        ("1001", "signed_out"),
    ]
    centre.run_for(30_000)
    assert centre.interaction(leg).agent == "1003"


def test_a_newer_configuration_s_steps_count_from_when_the_caller_entered() -> None:
    centre = Centre(**speakers())
    centre.staff("1003")
    leg = centre.call()
    assert centre.interaction(leg).agent == "1003"
    waits = centre.call(caller="2")
    centre.run_for(15_000)
    rings = (Ring(after_s=0, priority=0), Ring(after_s=18))
    centre.give(ConfigPublished(config=config(2, **speakers(rings=rings))))
    centre.staff("1001")
    assert centre.interaction(waits).agent is None
    check(centre.engine)
    centre.run_for(3_000)
    assert centre.interaction(waits).agent == "1001"


def test_a_restored_engine_knows_what_had_been_relaxed() -> None:
    centre = Centre(**speakers())
    leg = centre.call(MAIN)
    centre.run_for(70_000)
    centre.engine = Engine.restore(centre.engine.snapshot())
    check(centre.engine)
    centre.staff("1002")
    assert centre.interaction(leg).agent == "1002"
    centre.ask(SetReady(agent="1002"))


def switching(first: str) -> Centre:
    """Sales wants French of English calls; a caller who waits changes the language by 9. STRAIGHT's calls begin in `first`."""
    keys: dict[str, Target] = {"9": ToFlow(flow="switch")}
    required = Requirement(skill="fr", level=80, language="en-US", relax=(Relaxation(after_s=60, level=0),))
    changes = speakers(requires=(required,), waiting=WaitingTreatment(keys=keys, steps=()))
    changes["flows"]["switch"] = Flow(id="switch", version=1, start="s", nodes={"s": SetLanguage(language="other")})
    changes["dids"] = {STRAIGHT: msgspec.structs.replace(tenant().dids[STRAIGHT], language=first)}
    return Centre(**changes)


def test_who_changes_the_language_while_waiting_is_served_by_what_that_requires() -> None:
    centre = switching("zh-CN")
    leg = centre.call()
    centre.press(leg, "9")
    centre.staff("1003")
    assert centre.interaction(leg).agent is None
    centre.run_for(60_000)
    assert centre.interaction(leg).agent == "1003", "it relaxes for who came to need it on the way, too"

    centre = switching("zh-CN")
    leg = centre.call()
    centre.press(leg, "9")
    centre.staff("1003", "1001")
    assert centre.interaction(leg).agent == "1001"
    assert centre.facts(RoutingExplained)[-1].passed_over[0].why == "skill_missing"


def test_who_needs_nothing_any_more_is_served_by_anyone() -> None:
    centre = switching("en-US")
    leg = centre.call()
    centre.staff("1003")
    assert centre.interaction(leg).agent is None
    centre.press(leg, "9")
    assert centre.interaction(leg).agent == "1003"


def test_a_fault_of_ours_on_one_caller_keeps_nobody_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    explained = decide.explain
    broken: set[str] = set()

    def explain(core: Any, interaction: Any, queue: str, chosen: tuple[str, ...], **more: Any) -> None:
        if chosen and interaction.id in broken:
            raise KeyError(interaction.id)
        explained(core, interaction, queue, chosen, **more)

    monkeypatch.setattr(decide, "explain", explain)
    centre = Centre()
    first, second = centre.call(caller="1"), centre.call(caller="2")
    broken.add(centre.interaction(first).interaction)
    centre.staff("1001")
    assert centre.interaction(second).agent == "1001"
    centre.run_for(5_000)
    assert centre.interaction(first).agent is None
    broken.clear()
    centre.staff("1002")
    centre.run_for(1_000)
    assert centre.interaction(first).agent == "1002"
