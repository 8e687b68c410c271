"""The configuration changes while calls go on: who waits is taken over or told sorry, who talks goes on talking."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.commands import Originate
from callbase.core.config import Config, Flow, HangUp, Member, Menu, Say
from callbase.core.events import ConfigPublished, FinishWrapUp, SetReady
from callbase.core.facts import AgentStateChanged, InteractionEnded, SegmentEnded
from tests.core.centre import MAIN, STRAIGHT, Centre, config, tenant
from tests.core.test_after_a_gap import back, gap


def publish(centre: Centre, **changes: Any) -> None:
    version = centre.view.config_version + 1
    centre.give(ConfigPublished(config=config(version, **changes)))
    centre.settle()


def without(queue: str) -> dict[str, Any]:
    queues = dict(tenant().queues)
    del queues[queue]
    return {"queues": queues}


def test_a_key_does_nothing_while_a_number_rings_that_a_newer_flow_has_a_menu_for() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1500)
    centre.press(leg, "3")
    (rings,) = centre.did(Originate)
    main = tenant().flows["main"]
    nodes = {**main.nodes, "away": Menu(say=Say(prompt="menu"), choices={"1": "sales"}, attempts=2)}
    publish(centre, flows={**tenant().flows, "main": msgspec.structs.replace(main, version=2, nodes=nodes)})
    centre.press(leg, "1")
    gap(centre)
    back(centre)
    heard = centre.switch.legs[leg]
    assert (centre.interaction(leg).phase, heard.music, heard.playback) == ("flow", "default", None)
    centre.switch.answer(rings.leg, centre.now_ms)
    centre.settle()
    assert centre.switch.legs[leg].bridge == centre.switch.legs[rings.leg].bridge is not None


def test_a_deleted_queues_callers_go_to_the_one_that_takes_over() -> None:
    whole = tenant()
    sales = msgspec.structs.replace(whole.queues["sales"], when_deleted="support")
    centre = Centre(queues={**whole.queues, "sales": sales})
    first, second = centre.call(), centre.call(caller="2")
    centre.run_for(1000)
    publish(centre, **without("sales"))
    assert [centre.interaction(leg).queue for leg in (first, second)] == ["support", "support"]
    assert [centre.interaction(leg).position for leg in (first, second)] == [1, 2]
    assert centre.facts(SegmentEnded, kind="queue")[0].result == "left"
    assert centre.queue("support").offered_today == 2
    centre.staff("1011")
    assert centre.agent("1011").interaction == centre.interaction(first).interaction


def test_without_one_they_hear_an_apology_and_are_released() -> None:
    centre = Centre()
    leg = centre.call()
    centre.run_for(1000)
    publish(centre, **without("sales"))
    assert centre.said(leg) == "非常抱歉，现在无法为您接通，请稍后再拨。"
    centre.run_for(1000)
    assert leg not in centre.switch.legs
    assert centre.facts(InteractionEnded)[0].reason == "failed"


def test_an_agent_ringing_for_a_deleted_queue_is_free_again() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.call()
    publish(centre, **without("sales"))
    assert centre.agent("1001").state == "ready"


def test_a_call_to_a_flow_whose_queue_is_gone_hears_an_apology() -> None:
    centre = Centre()
    publish(centre, **without("sales"))
    leg = centre.call(STRAIGHT)
    assert "抱歉" in centre.said(leg)
    centre.run_for(1000)
    assert not centre.view.interactions


def test_a_removed_agent_talks_on_and_is_signed_out_afterwards() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    publish(centre, agents={a: v for a, v in tenant().agents.items() if a != "1001"})
    assert centre.only().phase == "talk"
    assert centre.agent("1001").state == "busy"
    centre.hang_up(customer)
    assert "1001" not in centre.view.agents
    assert centre.facts(AgentStateChanged)[-1].state == "logged_off"
    assert not centre.view.interactions


def test_a_removed_agent_who_is_idle_is_signed_out_at_once() -> None:
    centre = Centre()
    centre.staff("1001")
    publish(centre, agents={a: v for a, v in tenant().agents.items() if a != "1001"})
    assert "1001" not in centre.view.agents
    out = centre.facts(AgentStateChanged)[-1]
    assert (out.agent, out.state, out.reason) == ("1001", "logged_off", "forced")


def test_a_removed_agent_who_rings_leaves_the_caller_to_the_next() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call()
    publish(centre, agents={a: v for a, v in tenant().agents.items() if a != "1001"})
    assert centre.interaction(leg).agent == "1002"


def test_a_removed_device_signs_its_agent_out() -> None:
    centre = Centre()
    centre.staff("1001")
    publish(centre, devices={d: v for d, v in tenant().devices.items() if d != "1001"})
    assert centre.agent("1001").state == "logged_off"


def test_a_device_removed_during_a_call_signs_its_agent_out_afterwards_whatever_it_asked() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    publish(centre, devices={d: v for d, v in tenant().devices.items() if d != "1001"})
    centre.act(SetReady(agent="1001"))
    assert centre.only().phase == "talk"
    centre.hang_up(customer)
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "logged_off"


def test_an_agent_taken_out_of_a_queue_gets_no_more_of_its_calls() -> None:
    whole = tenant()
    centre = Centre()
    centre.staff("1001")
    sales = msgspec.structs.replace(whole.queues["sales"], members=(Member(agent="1002"),))
    publish(centre, queues={**whole.queues, "sales": sales})
    leg = centre.call()
    assert centre.interaction(leg).phase == "queue"
    assert centre.queue().signed_in == 0
    publish(centre)
    assert centre.interaction(leg).phase == "offer", "put in again, the agent gets who waits"


def test_a_member_with_a_lower_number_is_asked_first() -> None:
    whole = tenant()
    members = (Member(agent="1001", priority=2), Member(agent="1002", priority=1))
    sales = msgspec.structs.replace(whole.queues["sales"], members=members)
    centre = Centre(queues={**whole.queues, "sales": sales})
    centre.staff("1001", "1002")
    leg = centre.call()
    assert centre.interaction(leg).agent == "1002"


def test_a_removed_number_ends_no_call_that_came_by_it() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    publish(centre, dids={})
    centre.run_for(1000)
    centre.press(leg, "1")
    assert centre.interaction(leg).phase == "queue"
    other = centre.call(MAIN)
    assert "空号" in centre.said(other)


def test_a_flow_changed_under_a_callers_feet_goes_on_from_its_new_start() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    new = Flow(id="main", version=2, start="gone", nodes={"gone": HangUp(say=Say(prompt="bye"))})
    publish(centre, flows={**tenant().flows, "main": new})
    centre.run_for(1000)
    assert centre.said(leg) == "再见"


def test_an_older_version_is_ignored() -> None:
    centre = Centre()
    centre.give(ConfigPublished(config=Config(version=0)))
    assert centre.view.config_version == 1


def test_a_tenant_that_leaves_takes_its_calls_along() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    waiting = centre.call(caller="2")
    centre.give(ConfigPublished(config=Config(version=9)))
    centre.settle()
    assert customer not in centre.switch.legs
    assert waiting not in centre.switch.legs
    assert centre.engine.tenants() == ()
    assert not centre.engine._core.state.interactions
    assert not centre.engine._core.state.tenants


def test_wrap_up_of_a_deleted_queue_still_ends() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.hang_up(customer)
    publish(centre, **without("sales"))
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "ready"
    centre.act(SetReady(agent="1001"))
