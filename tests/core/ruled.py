"""Tenants full of rules, good and bad, for the random tests: hours, lists, trunk groups, entry rules and overflow."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.config import (
    All,
    Calendar,
    CallerList,
    Case,
    Comparison,
    Decide,
    Enqueue,
    EntryRule,
    Flow,
    Greet,
    Menu,
    Not,
    OverflowRule,
    Say,
    SendTo,
    Tenant,
    ToAgent,
    ToCallback,
    ToFlow,
    ToGoodbye,
    ToNumber,
    ToQueues,
    ToVoicemail,
    Trunk,
    TrunkGroup,
    WaitingTreatment,
)
from callbase.core.config.calendars import Span, WeeklyHours

change = msgspec.structs.replace
BYE = ToGoodbye(say=Say(prompt="bye"))
AWAY = ToNumber(number="0215556", timeout_s=2.0)
SALES, SUPPORT = ToQueues(queues=("gone", "sales")), ToQueues(queues=("support",))
NIGHT = Calendar(id="night", name={}, hours=(WeeklyHours(weekday=1, spans=(Span(start="16:00", end="17:00"),)),))
NEVER = Calendar(id="never", name={})


def when(field: str, operator: Any, value: Any) -> Comparison:
    return Comparison(field=field, operator=operator, value=value)


def ruled(whole: Tenant) -> list[Tenant]:
    sales, support = whole.queues["sales"], whole.queues["support"]
    calendars = {"night": NIGHT, "never": NEVER}
    pressed = WaitingTreatment(keys={"1": ToCallback(), "2": ToVoicemail(), "3": ToFlow(flow="aside"), "4": AWAY, "5": SUPPORT})
    aside = Flow(
        id="aside",
        version=1,
        start="ask",
        nodes={
            "ask": Menu(say=Say(prompt="menu"), choices={"1": "agent", "2": "away", "3": "sales"}, timeout_s=3.0),
            "agent": SendTo(target=ToAgent(agent="1001"), failed="away"),
            "away": SendTo(target=AWAY),
            "sales": Enqueue(queue="sales"),
        },
    )
    each_other = change(
        whole,
        calendars=calendars,
        flows={**whole.flows, "aside": aside},
        queues={
            "sales": change(
                sales,
                waiting=pressed,
                overflow=(
                    OverflowRule(
                        id="long", when=when("queue.waiting", "ge", 2.0), target=SUPPORT, until=when("queue.waiting", "lt", 1.0)
                    ),
                    OverflowRule(id="late", when=when("wait_s", "ge", 5.0), target=ToQueues(queues=("support",), also=True)),
                    OverflowRule(id="out", when=when("wait_s", "ge", 20.0), target=AWAY),
                    OverflowRule(id="bye", when=when("queue.longest_wait_s", "ge", 50.0), target=BYE, hold_s=30.0),
                ),
            ),
            "support": change(
                support,
                waiting=pressed,
                overflow=(
                    OverflowRule(id="back", when=when("queue.sales.ready", "ge", 0.0), target=SALES),
                    OverflowRule(id="one", when=when("wait_s", "ge", 3.0), target=ToAgent(agent="1001")),
                    OverflowRule(id="flow", when=when("queue.average_wait_s", "ge", 0.0), target=ToFlow(flow="main")),
                ),
            ),
        },
    )
    asking = Flow(
        id="asking",
        version=1,
        start="ask",
        nodes={
            "ask": Menu(say=Say(prompt="menu"), choices={"1": "again", "2": "on"}, timeout_s=1.0, attempts=1),
            "again": Enqueue(queue="sales"),
            "on": Greet(say=Say()),
        },
    )
    few = when("queue.sales.waiting", "lt", 2.0)
    deciding = Flow(
        id="straight",
        version=4,
        start="decide",
        nodes={
            "decide": Decide(cases=(Case(when=All(of=(few, Not(of=when("nonsense", "eq", "")))), next="sales"),)),
            "sales": Enqueue(queue="sales", failed="send"),
            "send": SendTo(target=ToAgent(agent="1002"), failed="away"),
            "away": SendTo(target=AWAY, failed="sales"),
        },
    )
    entered = change(
        whole,
        calendars=calendars,
        flows={**whole.flows, "asking": asking, "straight": deciding},
        queues={
            "sales": change(
                sales,
                entry=(
                    EntryRule(priority=2, say=Say(prompt="bye")),
                    EntryRule(when=when("caller_number", "starts_with", "138"), target=AWAY),
                    EntryRule(flow="asking"),
                ),
                overflow=(OverflowRule(id="first", when=few, target=ToAgent(agent="1001"), concerns="entering"),),
                calendar="night",
                closed=ToFlow(flow="asking"),
            ),
            "support": change(support, calendar="never", closed=SALES, entry=(EntryRule(target=SALES),)),
        },
    )
    closed = change(
        whole,
        calendars=calendars,
        dids={
            number: change(did, calendar="never", closed=target)
            for (number, did), target in zip(whole.dids.items(), (AWAY, SUPPORT), strict=True)
        },
        queues={
            "sales": change(sales, calendar="never", closed=SUPPORT),
            "support": change(support, calendar="never", closed=SALES),
        },
    )
    guarded = change(
        whole,
        caller_lists={
            "pests": CallerList(id="pests", kind="black", numbers=("139*",), target=SUPPORT),
            "vips": CallerList(id="vips", kind="red", numbers=("138*",), priority=3),
        },
        trunks={"demo-trunk": Trunk(id="demo-trunk", group="lines")},
        trunk_groups={"lines": TrunkGroup(id="lines", priority=1, lines_per_agent=1.5, floor=1, beyond=ToGoodbye(busy=True))},
    )
    return [each_other, entered, closed, guarded]
