"""An installation with two switch nodes: calls of both, agents of both, and what the death of one costs."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.installation import Installation
from callbase.core.events import FinishWrapUp
from callbase.platform.environment import ROOT
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, Centre, until
from tests.system.house import STRAIGHT, ZH, hear_each_other, in_line, rings_at
from tests.system.test_a_call import loudest_tone_share, stereo

pytestmark = [pytest.mark.telephony, pytest.mark.usefixtures("house")]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("nodes") / "home", {"CALLBASE_ASTERISK_NODES": "2"})
    made.start()
    try:
        made.wait_ready(200)
        yield made
    finally:
        made.stop()


A, B = 0, 1


async def test_callers_of_both_nodes_are_served_in_the_order_they_came_by_an_agent_of_one_and_recorded(centre: Centre) -> None:
    async with centre.customer("13900000051", node=A) as first, centre.customer("13900000052", hz=700, node=B) as second:
        calls = [await in_line(centre, customer) for customer in (first, second)]
        async with centre.agent_at_work("1001", node=B) as agent:
            served = await rings_at(agent)
            assert served.caller == "13900000051"
            await hear_each_other(calls[0], served)
            await asyncio.sleep(1.5)  # something to be heard in the recording
            calls[0].hang_up()
            await served.wait_ended()
            await until(lambda: centre.agent("1001").state == "working_after_call", "work after the call")
            await centre.ask(FinishWrapUp(agent="1001"))
            served = await rings_at(agent)
            assert served.caller == "13900000052"
            await hear_each_other(calls[1], served)
            calls[1].hang_up()
            await served.wait_ended()
    found = await centre.interaction("13900000051")
    assert (found["agent"], found["end_reason"]) == ("1001", "customer_hung_up")
    recording = await centre.recording(found["id"])
    customer_side, agent_side, rate_hz = await stereo(centre, recording["id"])
    assert loudest_tone_share(customer_side, CUSTOMER_HZ, rate_hz) > 0.5
    assert loudest_tone_share(agent_side, AGENT_HZ, rate_hz) > 0.5


async def test_a_node_is_drained_from_the_command_line_and_the_doctor_and_metrics_say_so(centre: Centre) -> None:
    async with centre.customer("13900000057", node=B) as customer:
        call = await in_line(centre, customer)
        assert await callbase(centre, "node-drain", "b") == (
            0,
            "Node b takes no new calls; `callbase doctor` says how many are left there.\n",
        )
        await until_metric(centre, 'callbase_engine_node_drained{node="b",process="engine"} 1.0')
        assert 'callbase_engine_node_legs{node="b",process="engine"} 1.0' in await scraped(centre)
        assert "takes no new calls; 1 calls or telephones in calls are left there" in await told_of(centre, "switch b")
        async with centre.customer("13900000058", node=B) as refused:
            tried = await refused.call(STRAIGHT[ZH])
            await tried.wait_ended()
            assert tried.status == 503
        call.hang_up()
        await until_metric(centre, 'callbase_engine_node_legs{node="b",process="engine"} 0.0')
        assert "it may be stopped" in await told_of(centre, "switch b")
    assert (await callbase(centre, "node-drain", "b", "--back")) == (0, "Node b takes calls again.\n")
    await until_metric(centre, 'callbase_engine_node_drained{node="b",process="engine"} 0.0')
    assert "takes commands on port" in await told_of(centre, "switch b")
    assert 'callbase_engine_node_online{node="b",process="engine"} 1.0' in await scraped(centre)
    assert await callbase(centre, "node-drain", "c") == (2, "callbase: there is no node c; there are a, b\n")


async def test_a_kamailio_before_the_nodes_is_configured_from_what_is_published(centre: Centre, tmp_path: Path) -> None:
    listens = {"CALLBASE_SIP_PROXY": "203.0.113.10:5060"}
    code, said = await callbase(centre, "kamailio-config", str(tmp_path), **listens)
    assert (code, said) == (0, f"kamailio.cfg, dispatcher.list, address.list are in {tmp_path}\n")
    first, second = centre.installation.sip_at(A), centre.installation.sip_at(B)
    assert (tmp_path / "dispatcher.list").read_text() == f"1 sip:{first[0]}:{first[1]}\n1 sip:{second[0]}:{second[1]}\n"
    assert "1 127.0.0.1 32 0 " in (tmp_path / "address.list").read_text(), "the demo's trunk"
    assert (tmp_path / "address.list").stat().st_mode & 0o007 == 0, "marks are secret"
    code, said = await callbase(centre, "kamailio-config", str(tmp_path / "nowhere"), **listens)
    assert (code, "No such file or directory" in said) == (1, True)
    code, said = await callbase(centre, "kamailio-config", str(tmp_path))
    assert (code, said.startswith("callbase: CALLBASE_SIP_PROXY must")) == (2, True)


async def callbase(centre: Centre, *arguments: str, **settings: str) -> tuple[int, str]:
    """Its exit code and what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callbase.cli", *arguments,
        cwd=ROOT,
        env=centre.installation.environment() | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def told_of(centre: Centre, check: str) -> str:
    """By the doctor."""
    _, said = await callbase(centre, "doctor", "--json")
    return "\n".join(finding["message"] for finding in map(json.loads, said.splitlines()) if finding["check"] == check)


async def scraped(centre: Centre) -> str:
    return await asyncio.to_thread(lambda: urllib.request.urlopen(f"{centre.installation.url}/metrics").read().decode())


async def until_metric(centre: Centre, line: str) -> None:
    deadline = time.monotonic() + 10
    while line not in await scraped(centre):
        assert time.monotonic() < deadline, f"not within 10 s: {line}"
        await asyncio.sleep(0.2)


async def test_kill_9_of_a_node_ends_its_talks_and_no_others(centre: Centre) -> None:
    async with (
        centre.agent_at_work("1001", node=B) as agent,
        centre.customer("13900000053", node=A) as on_a,
        centre.customer("13900000054", node=B) as on_b,
    ):
        ending = await on_a.call(STRAIGHT[ZH])
        ending_at_agent = await rings_at(agent)
        await hear_each_other(ending, ending_at_agent)
        async with centre.agent_at_work("1002", node=B) as other:
            going_on = await on_b.call(STRAIGHT[ZH])
            going_on_at_agent = await rings_at(other)
            await hear_each_other(going_on, going_on_at_agent)
            killed_at = time.monotonic()
            await centre.kill("asterisk")
            await ending_at_agent.wait_ended(15)
            await until(lambda: centre.agent("1001").state == "working_after_call", "its talk is over")
            await until_nodes_are_well(centre)
            await hear_each_other(going_on, going_on_at_agent)
            assert going_on.media.lost_since(killed_at) < 0.2
            assert going_on_at_agent.media.lost_since(killed_at) < 0.2
            assert centre.phase("13900000054") == "talk"
            going_on.hang_up()
            await going_on_at_agent.wait_ended()
    assert (await centre.interaction("13900000053"))["end_reason"] == "switch_lost"
    assert (await centre.interaction("13900000054"))["end_reason"] == "customer_hung_up"


async def until_nodes_are_well(centre: Centre, timeout_s: float = 40.0) -> None:
    """All of them: calls can be taken while one is gone, too."""
    deadline = time.monotonic() + timeout_s
    while (told := await asyncio.to_thread(centre.installation.health))[0] != 200 or json.loads(told[1])["parts"][
        "nodes"
    ] != "ok":
        assert time.monotonic() < deadline, f"not well again: {told}"
        await asyncio.sleep(0.1)


async def test_who_waited_on_a_dead_node_has_the_old_place_by_calling_again(centre: Centre) -> None:
    async with centre.customer("13900000055", node=A) as on_a, centre.customer("13900000056", node=B) as on_b:
        lost = await in_line(centre, on_a)
        waiting = await in_line(centre, on_b)
        await centre.kill("asterisk")
        await until(lambda: not centre.phase("13900000055"), "its call is known to be over", 30)
        async with centre.customer("13900000055", hz=1200, node=B) as again:
            back = await in_line(centre, again)
            async with centre.agent_at_work("1001", node=B) as agent:
                served = await rings_at(agent)
                assert served.caller == "13900000055"
                await hear_each_other(back, served)
                back.hang_up()
                await served.wait_ended()
        waiting.hang_up()
        lost.over()
    found = await centre.interaction("13900000055")
    assert found["agent"] == "1001"
    assert any("保留原有排队位置" in event["text"] for event in found["events"])
