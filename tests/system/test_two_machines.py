"""One installation on two machines: calls of both, and what it costs where one loses its power or its network."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from callbase.core.events import FinishWrapUp
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, Centre, api_of, opened, until, until_looked
from tests.system.house import STRAIGHT, ZH, furnished, hear_each_other, in_line, rings_at
from tests.system.machines import Machine, Machines, possible, two_machines
from tests.system.servers import Server
from tests.system.test_a_call import loudest_tone_share, stereo

pytestmark = [
    pytest.mark.telephony,
    pytest.mark.slow,
    pytest.mark.skipif(not possible(), reason="needs root, and network namespaces"),
]
LEADS_WITHIN_S = 10.0
"""On a machine as busy as may be; 1.2 s by itself."""
LEADS_AFTER_PROMOTION_S = 30.0
"""Likewise; 3 s."""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with two_machines(tmp_path_factory.mktemp("machines")) as two, at_work(two):
        yield two


@contextmanager
def at_work(two: Machines) -> Iterator[None]:
    """As docs/operations.md has it: the second one gets the file that the first one makes for it."""
    first, second = two.first, two.second
    said = first.command("machine", second.host)
    assert second.host in said
    (second.home / "run").mkdir()
    shutil.copy(first.home / "run" / f"runtime-{second.host}.json", second.home / "run" / "runtime.json")
    for machine in (first, second):
        machine.start()
        machine.wait_ready(120)
    api = api_of(first)
    api.patch("/api/trunks/demo-trunk", {"match": [two.network]})
    with furnished(api):
        yield


@pytest.fixture
async def at_first(machines: Machines) -> AsyncIterator[Centre]:
    async with opened(machines.first) as centre:
        yield centre


@pytest.fixture
async def at_second(machines: Machines) -> AsyncIterator[Centre]:
    async with opened(machines.second) as centre:
        yield centre


def leaders(machines: Machines) -> list[str]:
    """The addresses of the machines whose engine leads, as both see it."""
    said = {}
    for machine in (machines.first, machines.second):
        links = machine.runtime.links()
        said |= {links[number - 1][0]: answer["role"] for number, answer in machine.engines().items()}
    return [host for host, role in said.items() if role == "leader"]


async def leads(machines: Machines, machine: Machine, within_s: float = LEADS_WITHIN_S) -> None:
    await until_looked(lambda: leaders(machines) == [machine.host], f"{machine.name} leads alone", within_s)


async def a_pair(machines: Machines) -> None:
    """Both are well, and another engine could lead."""

    def well() -> bool:
        return all(
            machine.health()[0] == 200 and '"standby":"ok"' in machine.health()[1].replace(" ", "")
            for machine in (machines.first, machines.second)
        )

    await until_looked(well, f"both are well: {machines.first.health()} {machines.second.health()}", 60)


async def test_callers_of_both_are_served_in_order_by_an_agent_of_one_and_recorded(
    machines: Machines, at_first: Centre, at_second: Centre
) -> None:
    await a_pair(machines)
    async with at_first.customer("13900000061") as one, at_second.customer("13900000062", hz=700) as other:
        calls = [await in_line(at_first, one), await in_line(at_second, other)]
        async with at_second.agent_at_work("1001") as agent:
            for call in calls:
                served = await rings_at(agent)
                assert served.caller == call.phone.user
                await hear_each_other(call, served)
                await asyncio.sleep(1.5)  # something to be heard in the recording
                call.hang_up()
                await served.wait_ended()
                await until(lambda: at_second.agent("1001").state == "working_after_call", "work after the call")
                await at_second.ask(FinishWrapUp(agent="1001"))
    for centre, number, hz in ((at_second, "13900000061", CUSTOMER_HZ), (at_first, "13900000062", 700.0)):
        found = await centre.interaction(number)
        recording = await centre.recording(found["id"])
        customer_side, agent_side, rate_hz = await stereo(centre, recording["id"])
        assert loudest_tone_share(customer_side, hz, rate_hz) > 0.5
        assert loudest_tone_share(agent_side, AGENT_HZ, rate_hz) > 0.5


async def test_where_one_loses_its_power_the_other_leads_and_its_calls_do_not_notice(
    machines: Machines, at_second: Centre
) -> None:
    await a_pair(machines)
    if leaders(machines) != [machines.first.host]:
        machines.second.command("engine-switch")
        await leads(machines, machines.first)
        await a_pair(machines)
    async with (
        at_second.agent_at_work("1001") as agent,
        at_second.customer("13900000063") as talking,
        at_second.customer("13900000064", hz=700) as waiting,
    ):
        talk = await talking.call(STRAIGHT[ZH])
        talk_at_agent = await rings_at(agent)
        await hear_each_other(talk, talk_at_agent)
        waits = await in_line(at_second, waiting)
        begin_to_write(machines.first)
        await asyncio.to_thread(machines.first.power_off)
        await until_looked(
            lambda: any(said["role"] == "leader" for said in machines.second.engines().values()), "it leads", LEADS_WITHIN_S
        )
        assert not talk.ended.is_set()
        await hear_each_other(talk, talk_at_agent)
        await until(lambda: at_second.phase("13900000064") == "queue", "who waits, waits on")
        talk.hang_up()
        await talk_at_agent.wait_ended()
        await until(lambda: at_second.agent("1001").state == "working_after_call", "work after the call")
        await at_second.ask(FinishWrapUp(agent="1001"))
        served = await rings_at(agent)
        assert served.caller == "13900000064"
        await hear_each_other(waits, served)
        waits.hang_up()
        await served.wait_ended()
    for number in ("13900000063", "13900000064"):
        found = await at_second.interaction(number)
        assert (found["agent"], found["end_reason"]) == ("1001", "customer_hung_up")
        await at_second.recording(found["id"])
    await asyncio.to_thread(customers_can_be_written, machines)
    machines.first.power_on()  # by this thread: it ends with the one that started it
    await asyncio.to_thread(machines.first.wait_ready, 120)
    await a_pair(machines)
    assert leaders(machines) == [machines.second.host]
    assert journal_is_whole(machines)


LOCKS = """
import time
import django
django.setup()
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("LOCK TABLE customer IN EXCLUSIVE MODE")
    print("locked", flush=True)
    time.sleep(600)
"""


def begin_to_write(machine: Machine) -> None:
    """In the middle of writing, by the connection that the web process has."""
    writing = machine.begin(LOCKS)
    assert writing.stdout and writing.stdout.readline() == "locked\n"


def customers_can_be_written(machines: Machines) -> None:
    """The lock of who died is gone: by itself it would stay for two hours."""
    with psycopg.connect(machines.servers[0].url, options="-c lock_timeout=30s") as database:
        database.execute("LOCK TABLE customer IN EXCLUSIVE MODE")


async def test_where_the_leader_is_cut_off_the_other_leads_and_once_it_is_back_it_stands_by(
    machines: Machines, at_first: Centre, at_second: Centre
) -> None:
    await a_pair(machines)
    (leading,) = leaders(machines)
    cut, left = (machines.first, machines.second) if leading == machines.first.host else (machines.second, machines.first)
    centre = at_second if left is machines.second else at_first
    async with centre.agent_at_work("1002") as agent, centre.customer("13900000065") as customer:
        call = await customer.call(STRAIGHT[ZH])
        at_agent = await rings_at(agent)
        await hear_each_other(call, at_agent)
        cut.cut_off()
        try:
            await until_looked(
                lambda: any(said["role"] == "leader" for said in left.engines().values()), "the other leads", LEADS_WITHIN_S
            )
            await hear_each_other(call, at_agent)
            call.hang_up()
            await at_agent.wait_ended()
            found = await centre.interaction("13900000065")
            assert found["end_reason"] == "customer_hung_up"
        finally:
            cut.connect_again()
    await a_pair(machines)
    assert leaders(machines) == [left.host]
    assert journal_is_whole(machines)


async def test_whom_the_leaders_stream_does_not_reach_may_not_take_over_until_it_does_again(machines: Machines) -> None:
    await a_pair(machines)
    first, second = machines.first, machines.second
    leading = leaders(machines)
    first.lose_sight_of(second.host)
    try:
        await until_looked(lambda: armed(machines) == "", "nobody may", 20)
        await asyncio.to_thread(first.wait_ready if leading == [first.host] else second.wait_ready)
    finally:
        first.see_again(second.host)
    await a_pair(machines)
    assert leaders(machines) == leading


def armed(machines: Machines) -> str:
    """The process that may take over; empty: none."""
    with psycopg.connect(machines.servers[0].url) as database:
        (process,) = database.execute("SELECT armed FROM engine_lease").fetchone() or ("none",)
    return str(process)


async def test_where_the_database_is_on_both_the_other_leads_once_its_replica_is_promoted_and_its_talk_goes_on(
    tmp_path: Path,
) -> None:
    with two_machines(tmp_path, with_database=True) as machines, at_work(machines):
        second, (primary, replica) = machines.second, machines.servers
        async with opened(second) as centre:
            await a_pair(machines)
            assert leaders(machines) == [machines.first.host]
            async with centre.agent_at_work("1001") as agent, centre.customer("13900000066") as customer:
                talk = await customer.call(STRAIGHT[ZH])
                talk_at_agent = await rings_at(agent)
                await hear_each_other(talk, talk_at_agent)
                await asyncio.to_thread(machines.first.power_off)
                await hear_each_other(talk, talk_at_agent)
                await asyncio.to_thread(replica.promote)
                await until_looked(
                    lambda: any(said["role"] == "leader" for said in second.engines().values()),
                    "it leads",
                    LEADS_AFTER_PROMOTION_S,
                )
                await hear_each_other(talk, talk_at_agent)
                talk.hang_up()
                await talk_at_agent.wait_ended()
                await until(lambda: centre.agent("1001").state == "working_after_call", "work after the call")
                await centre.ask(FinishWrapUp(agent="1001"))
            found = await centre.interaction("13900000066")
            assert (found["agent"], found["end_reason"]) == ("1001", "customer_hung_up")
            assert journal_is_whole(machines, replica)
            machines.first.connect_again()
            await asyncio.to_thread(primary.follow, replica)
            machines.first.start()
            await asyncio.to_thread(machines.first.wait_ready, 120)
            await a_pair(machines)
            assert leaders(machines) == [second.host]


def journal_is_whole(machines: Machines, server: Server | None = None) -> bool:
    """In the only server, if none is named."""
    with psycopg.connect((server or machines.servers[0]).url) as database:
        (missing,) = database.execute("SELECT max(seq) - min(seq) + 1 - count(*) FROM engine_journal").fetchone() or (1,)
    return int(missing) == 0
