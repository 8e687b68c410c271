"""Consoles of several gateways on one engine: an agent is there as long as its console is, wherever that is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callbase.core.engine import Engine
from callbase.cti.client import LinkClient
from callbase.cti.messages import Console, ConsoleClosed, ConsoleOpened, ConsoleReplaced, OpenConsoles
from callbase.engine.replay import replay
from tests.engine.conftest import RunningEngine, StartEngine, publish, rows, until
from tests.engine.fake_core import config
from tests.engine.test_link import Listener

LONG_S = 60.0
SHORT_S = 0.05


def console(id: str, agent: str = "1001") -> Console:
    return Console(tenant="demo", agent=agent, id=id)


@asynccontextmanager
async def gateway(engine: RunningEngine, *open: Console) -> AsyncIterator[LinkClient]:
    """As a web process connects: it reports what it has."""
    async with engine.client() as link:
        await link.wait_connected()
        await link.say(OpenConsoles(consoles=open))
        yield link


def graces(engine: RunningEngine, *, page_s: float = LONG_S, gateway_s: float = LONG_S) -> None:
    presence = engine.process.presence
    presence.return_grace_s, presence.gateway_grace_s = page_s, gateway_s


def there(engine: RunningEngine, agent: str = "1001") -> bool:
    view = engine.core.view("demo")
    assert view is not None
    return bool(view.agents[agent].console_online)


async def settled(link: LinkClient, engine: RunningEngine) -> None:
    """What was said on the link before has been taken: another console's coming, said after it, has."""
    await link.say(ConsoleOpened(console=console("marker", "1003")))
    await until(lambda: there(engine, "1003"))
    await link.say(ConsoleClosed(console=console("marker", "1003")))
    await until(lambda: not there(engine, "1003"))


async def test_a_console_comes_and_goes(start_engine: StartEngine) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as link:
        await link.say(ConsoleOpened(console=console("a")))
        await until(lambda: there(engine))
        await link.say(ConsoleClosed(console=console("a")))
        await until(lambda: not there(engine))


async def test_of_two_gateways_one_loses_its_page_and_the_agent_stays(start_engine: StartEngine) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as one, gateway(engine) as two:
        await one.say(ConsoleOpened(console=console("a")))
        await until(lambda: there(engine))
        told = Listener(one)
        await two.say(ConsoleOpened(console=console("b")))
        await until(lambda: ConsoleReplaced(console=console("a")) in told.messages)

        await one.say(ConsoleClosed(console=console("a")))
        await settled(one, engine)
        assert there(engine)

        await two.say(ConsoleClosed(console=console("b")))
        await until(lambda: not there(engine))
        told.stop()


async def test_a_gateway_that_is_killed_takes_its_consoles_with_it_after_the_grace_and_no_others(
    start_engine: StartEngine,
) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as other:
        graces(engine, gateway_s=SHORT_S)
        await other.say(ConsoleOpened(console=console("b", "1002")))
        async with gateway(engine) as killed:
            await killed.say(ConsoleOpened(console=console("a")))
            await until(lambda: there(engine) and there(engine, "1002"))

        await until(lambda: not there(engine))
        assert there(engine, "1002")


async def test_a_page_whose_gateway_was_killed_comes_back_by_another_and_was_never_gone(
    start_engine: StartEngine, url: str
) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as other:
        async with gateway(engine) as killed:
            await killed.say(ConsoleOpened(console=console("a")))
            await until(lambda: there(engine))
        await until(lambda: len(engine.process.link_connections) == 1)
        await other.say(ConsoleOpened(console=console("b")))
        await settled(other, engine)
        assert there(engine)
        await until(engine.journaled)
    assert lost(url, "1001") == 0


async def test_a_broken_connection_has_a_moment_to_come_back(start_engine: StartEngine, url: str) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as link:
        graces(engine, page_s=0.5)
        for id, agent in (("a", "1001"), ("c", "1002")):
            await link.say(ConsoleOpened(console=console(id, agent)))
            await link.say(ConsoleClosed(console=console(id, agent), broken=True))
            if id == "a":
                await link.say(ConsoleOpened(console=console("b")))
        await until(lambda: there(engine, "1002"))
        await until(lambda: not there(engine, "1002"))  # the other's moment began before this one's
        assert there(engine)
        await until(engine.journaled)
    assert lost(url, "1001") == 0


async def test_a_gateway_reconnected_reports_what_it_has_and_takes_nothing_from_another(start_engine: StartEngine) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as other:
        await other.say(ConsoleOpened(console=console("b")))
        await until(lambda: there(engine))

        async with gateway(engine) as back:
            told = Listener(back)
            await until(lambda: told.messages)
            await back.say(OpenConsoles(consoles=(console("a"), console("c", "1002"))))
            await until(lambda: ConsoleReplaced(console=console("a")) in told.messages)
            await until(lambda: there(engine, "1002"))
            await back.say(ConsoleClosed(console=console("a")))
            await settled(back, engine)
            assert there(engine)
            told.stop()


async def test_after_a_restart_the_engine_believes_who_reports_and_lets_go_who_does_not(
    start_engine: StartEngine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as link:
        for id, agent in (("a", "1001"), ("b", "1002")):
            await link.say(ConsoleOpened(console=console(id, agent)))
        await until(lambda: there(engine) and there(engine, "1002"))
    monkeypatch.setattr("callbase.engine.presence.GATEWAY_GRACE_S", 2.0)

    async with start_engine(Engine) as engine, gateway(engine, console("a")):
        await until(lambda: not there(engine, "1002"))
        assert there(engine)
        await until(engine.journaled)
    assert (lost(url, "1001"), lost(url, "1002")) == (0, 1)


async def test_an_agent_made_after_its_console_came_is_there(start_engine: StartEngine, url: str) -> None:
    async with start_engine(Engine) as engine, gateway(engine) as link:
        await link.say(ConsoleOpened(console=console("a", "1005")))
        await settled(link, engine)
        publish(url, config(agents=6))
        await until(lambda: "1005" in engine.core.view("demo").agents and there(engine, "1005"))


async def test_a_replay_of_coming_and_going_gives_the_same_state(start_engine: StartEngine, url: str) -> None:
    for _ in range(2):
        async with start_engine(Engine) as engine, gateway(engine) as one, gateway(engine) as two:
            graces(engine, page_s=SHORT_S, gateway_s=SHORT_S)
            for number, link in ((1, one), (2, two)):
                await link.say(ConsoleOpened(console=console(f"a{number}", f"100{number}")))
            await until(lambda: there(engine) and there(engine, "1002"))
            await one.say(ConsoleClosed(console=console("a1"), broken=True))
            await two.close()
            await until(lambda: not there(engine) and not there(engine, "1002"))
            await one.say(ConsoleOpened(console=console("b")))
            await until(lambda: there(engine))

    result = await replay(url)

    assert len(result.compared) == 2
    assert result.differences == ()


def lost(url: str, agent: str) -> int:
    """How often the core was told that the agent's console is gone."""
    ((count,),) = rows(
        url,
        "SELECT count(*) FROM engine_journal WHERE event #>> '{action,type}' = 'ConsoleLost' AND event #>> '{action,agent}' = %s",
        agent,
    )
    return int(count)
