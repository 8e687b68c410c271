"""Our own centre, whose agents are on another maker's switch: the real runner, core and driver, without a database."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from callbase.core.commands import AnyCommand, LookUpCustomer
from callbase.core.config import Agent, Config, Device, Did, Enqueue, Flow, Member, Queue
from callbase.core.engine import Engine
from callbase.core.events import AnyAction, ConfigPublished, EngineStarted, LookupFinished, Request, SetReady, SignIn
from callbase.core.output import Output
from callbase.core.views import AgentView, InteractionView
from callbase.engine.clock import Clock
from callbase.engine.metrics import Metrics
from callbase.engine.runner import Runner
from callbase.engine.switches import Switches
from callbase.switch.csta.driver import CstaDriver
from tests.core.centre import tenant, text
from tests.core.invariants import check
from tests.csta.pbx import NUMBER, PbxCentre

CALLER = "13900139000"


def config(*agents: str) -> Config:
    own = tenant(
        agents={agent: Agent(id=agent, name=agent, devices=(agent,)) for agent in agents},
        devices={agent: Device(id=agent, kind="sip", agent=agent, number=agent) for agent in agents},
        queues={"sales": Queue(id="sales", name=text("销售", "Sales"), members=tuple(Member(agent=agent) for agent in agents))},
        dids={NUMBER: Did(number=NUMBER, flow="straight")},
        flows={"straight": Flow(id="straight", version=1, start="sales", nodes={"sales": Enqueue(queue="sales")})},
    )
    return Config(version=1, tenants={"demo": own})


class OwnCentre:
    def __init__(self, pbx: PbxCentre, *agents: str) -> None:
        self.config = config(*agents)
        self.driver = CstaDriver(pbx.pbx)
        self.facts: list[Any] = []
        self.commands: list[AnyCommand] = []
        self._switches = Switches([self.driver])
        self._numbers = itertools.count(1)
        self._replies: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self.runner = Runner(
            Engine(),
            Clock(),
            0,
            journal=lambda entries, awaited: None,
            execute=self._execute,
            publish=self._publish,
            metrics=Metrics(),
        )

    async def start(self) -> None:
        self.runner.receive(EngineStarted(epoch=1))
        self.runner.receive(ConfigPublished(config=self.config))
        self._switches.provision(self.config)
        await self._switches.start(self.runner.receive_soon)
        await self.until(lambda: self.view.switch_online)

    async def restart(self) -> None:
        """The driver dies and another one takes its place, as with the engine's process; the core goes on from its journal."""
        await self._switches.stop()
        self.driver = CstaDriver(self.driver._pbx)
        self._switches = Switches([self.driver])
        self._switches.provision(self.config)
        await self._switches.start(self.runner.receive_soon)

    async def stop(self) -> None:
        self.runner.stop()
        await self._switches.stop()

    # --- doing -----------------------------------------------------------------------------------------------------

    def act(self, action: AnyAction) -> None:
        number = str(next(self._numbers))
        self.runner.receive(Request(id=number, tenant="demo", actor="test", action=action))
        assert self._replies.pop(number).error is None

    def staff(self, agent: str) -> None:
        self.act(SignIn(agent=agent, device=agent))
        self.act(SetReady(agent=agent))

    # --- seeing ----------------------------------------------------------------------------------------------------

    @property
    def view(self) -> Any:
        return self.runner.core.view("demo")

    def agent(self, agent: str) -> AgentView:
        found: AgentView = self.view.agents[agent]
        return found

    @property
    def calls(self) -> list[InteractionView]:
        return list(self.view.interactions.values())

    def told(self, kind: type, /, **fields: Any) -> list[Any]:
        """Facts so far."""
        of_kind = [fact for fact in self.facts if isinstance(fact, kind)]
        return [fact for fact in of_kind if all(getattr(fact, name) == value for name, value in fields.items())]

    async def until(self, holds: Callable[[], object], timeout_s: float = 8.0) -> None:
        """Looks again whenever something has changed here, and every few milliseconds at the other switch."""
        deadline_s = asyncio.get_running_loop().time() + timeout_s
        while not holds():
            assert asyncio.get_running_loop().time() < deadline_s, f"not so: {self.calls} {self.view.agents}"
            await asyncio.sleep(0.005)

    def check(self) -> None:
        check(self.runner.core)

    def _execute(self, command: AnyCommand) -> None:
        self.commands.append(command)
        if isinstance(command, LookUpCustomer):
            found = LookupFinished(lookup=command.lookup, tenant=command.tenant, interaction=command.interaction)
            asyncio.get_running_loop().call_soon(self.runner.receive, found)
        else:
            self._switches.execute(command)

    def _publish(self, output: Output, now_ms: int) -> None:
        self.facts += output.facts
        self._replies |= {reply.id: reply for reply in output.replies}


@asynccontextmanager
async def own_centre(pbx: PbxCentre, *agents: str) -> AsyncIterator[OwnCentre]:
    """All agents are signed in on the switch, and here ready in that order."""
    centre = OwnCentre(pbx, *agents)
    try:
        await centre.start()
        for agent in agents:
            pbx.sign_in(agent)
            await centre.until(lambda agent=agent: agent in centre.runner.core._core.state.devices)  # type: ignore[misc]
            centre.staff(agent)
        yield centre
        centre.check()
    finally:
        await centre.stop()


async def rings(centre: OwnCentre, pbx: PbxCentre, agent: str = "1001") -> None:
    await centre.until(lambda: centre.agent(agent).state == "reserved" and pbx.ringing(agent))


async def talks(centre: OwnCentre, pbx: PbxCentre, agent: str = "1001") -> str:
    """A caller talks with the agent, who answered at the telephone; the caller's leg on the switch."""
    caller = pbx.call(NUMBER, caller=CALLER)
    await rings(centre, pbx, agent)
    pbx.answer(agent)
    await centre.until(lambda: centre.agent(agent).connection == "connected")
    return caller
