"""Who comes in: black and red lists, and the lines a trunk group opens for the agents on duty."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.commands import Answer, Release
from callbase.core.config import CallerList, Say, ToGoodbye, ToQueues, Trunk, TrunkGroup
from callbase.core.events import MoveAgent, SignIn, SignOut
from callbase.core.facts import InteractionEnded, PriorityAdded, Redirected
from callbase.core.rules.caller_lists import CallerLists
from tests.core.centre import Centre, tenant, text


def lists(**kinds: Any) -> dict[str, CallerList]:
    return {name: msgspec.structs.replace(found, id=name) for name, found in kinds.items()}


def black(*numbers: str, **more: Any) -> CallerList:
    return CallerList(id="", kind="black", numbers=numbers, **more)


def red(*numbers: str, **more: Any) -> CallerList:
    return CallerList(id="", kind="red", numbers=numbers, **more)


# --- lists --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("13900139000", "vip"),
        ("+8613900139000", "vip"),
        ("13900000000", "mobile"),
        ("02162783333", "shanghai"),
        ("+14155550100", "abroad"),
        ("05718888", None),
        ("", None),
    ],
)
def test_a_number_is_found_whole_before_its_longest_prefix(number: str, found: str | None) -> None:
    known = lists(
        mobile=black("139*", "1390*"),
        vip=red("139 0013 9000"),
        shanghai=red("021*"),
        phone=red("0*1"),
        abroad=black("+1*"),
    )
    stands_in = CallerLists(tenant(caller_lists=known)).find(number)
    assert (stands_in.id if stands_in is not None else None) == found


@pytest.mark.parametrize(
    ("prefix", "numbers"),
    [
        ("+86138*", ("13800000803", "+8613800000803", "008613800000803")),
        ("0086137*", ("13700000803",)),
        ("+8620*", ("02062783333", "+862062783333")),
        ("00852*", ("+85291234567", "0085291234567")),
    ],
)
def test_a_prefix_is_found_however_its_country_is_dialled(prefix: str, numbers: tuple[str, ...]) -> None:
    stands_in = CallerLists(tenant(caller_lists=lists(pests=black(prefix))))
    assert [number for number in numbers if stands_in.find(number) is None] == []


def test_of_two_lists_that_name_a_number_alike_the_black_one_counts() -> None:
    found = CallerLists(tenant(caller_lists=lists(a=red("139*"), z=black("139*")))).find("13900139000")
    assert found is not None
    assert found.id == "z"


def test_a_black_listed_caller_is_refused_before_the_answer() -> None:
    centre = Centre(caller_lists=lists(pests=black("13900139000")))
    leg = centre.call()
    assert centre.did(Release) == [Release(leg=leg, cause="rejected")]
    assert not centre.did(Answer)
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.reason, ended.cause) == ("blocked", "rejected")


def test_or_sent_where_the_list_says() -> None:
    target = ToGoodbye(say=Say(text=text("无法接通", "Cannot connect you")))
    centre = Centre(caller_lists=lists(pests=black("139*", target=target)))
    assert centre.said(centre.call()) == "无法接通"
    assert [(fact.by, fact.rule) for fact in centre.facts(Redirected)] == [("black_list", "pests")]


def test_others_are_let_in() -> None:
    centre = Centre(caller_lists=lists(pests=black("138*")))
    assert centre.interaction(centre.call()).queue == "sales"


def test_a_red_listed_caller_goes_before_others() -> None:
    centre = Centre(caller_lists=lists(vips=red("1380013*", priority=5)))
    first, vip = centre.call(caller="13900139000"), centre.call(caller="13800138000")
    assert [centre.interaction(leg).position for leg in (vip, first)] == [1, 2]
    (fact,) = centre.facts(PriorityAdded)
    assert (fact.source, fact.rule, fact.added, fact.priority) == ("red_list", "vips", 5, 5)


# --- trunk groups -------------------------------------------------------------------------------------------------------


def grouped(**group: Any) -> Centre:
    return Centre(
        trunks={"demo-trunk": Trunk(id="demo-trunk", group="lines"), "other": Trunk(id="other")},
        trunk_groups={"lines": TrunkGroup(id="lines", **group)},
    )


def test_a_group_adds_its_priority() -> None:
    centre = grouped(priority=3)
    assert centre.interaction(centre.call()).priority == 3
    assert centre.interaction(centre.call(trunk="other")).priority == 0
    assert [(fact.source, fact.rule) for fact in centre.facts(PriorityAdded)] == [("trunk_group", "lines")]


def test_lines_open_with_the_agents_who_sign_in() -> None:
    centre = grouped(lines_per_agent=1.5)
    assert centre.view.trunks["demo-trunk"].lines_open == 0
    assert centre.view.trunks["other"].lines_open is None
    centre.call()
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.reason, ended.cause) == ("lines_full", "congestion")
    centre.act(SignIn(agent="1001"))
    centre.act(SignIn(agent="1002"))
    assert centre.view.trunks["demo-trunk"].lines_open == 3
    calls = [centre.call() for _ in range(4)]
    assert [leg in centre.switch.legs for leg in calls] == [True, True, True, False]
    assert centre.did(Release)[-1].cause == "congestion"
    centre.act(SignOut(agent="1001"))
    assert centre.view.trunks["demo-trunk"].lines_open == 1
    assert centre.interaction(calls[0]).phase == "queue", "who is in stays in"


def test_never_fewer_than_the_floor_nor_more_than_the_ceiling() -> None:
    centre = grouped(lines_per_agent=2, floor=1, ceiling=3)
    assert centre.view.trunks["demo-trunk"].lines_open == 1
    centre.staff("1001", "1002")
    assert centre.view.trunks["demo-trunk"].lines_open == 3


def test_only_agents_of_the_queues_named_count_and_each_once() -> None:
    centre = grouped(lines_per_agent=1, agents_of=("sales", "sales", "gone"))
    centre.staff("1001", "1011")
    assert centre.view.trunks["demo-trunk"].lines_open == 1


def test_an_agent_moved_for_a_time_opens_lines_for_the_queues_it_serves_meanwhile() -> None:
    centre = grouped(lines_per_agent=1, agents_of=("sales",))
    centre.staff("1001", "1011")
    for agent, queues, lines in (("1011", ("sales",), 2), ("1001", ("support",), 1), ("1011", None, 0), ("1001", None, 1)):
        centre.act(MoveAgent(agent=agent, queues=queues))
        assert centre.view.trunks["demo-trunk"].lines_open == lines


def test_past_the_open_lines_calls_go_to_the_target() -> None:
    centre = grouped(lines_per_agent=1, beyond=ToQueues(queues=("support",)))
    assert centre.interaction(centre.call()).queue == "support"
    (fact,) = centre.facts(Redirected)
    assert (fact.by, fact.rule, fact.measured) == ("trunk_group", "lines", {"lines_open": "0", "agents_on_duty": "0"})


def test_a_ceiling_alone_limits_the_group() -> None:
    centre = grouped(ceiling=1)
    assert [centre.call() in centre.switch.legs for _ in range(2)] == [True, False]
