"""The little call centre the core's tests are played in."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.commands import AnyCommand
from callbase.core.config import (
    Agent,
    Config,
    Device,
    Did,
    Enqueue,
    Flow,
    Greet,
    HangUp,
    Member,
    Menu,
    NotReadyReason,
    Outcome,
    Prompt,
    Queue,
    Say,
    SetLanguage,
    Tenant,
    TransferTo,
    Trunk,
)
from callbase.core.events import AnyAction, Customer, SetReady, SignIn
from callbase.core.facts import AnyFact
from callbase.core.views import AgentView, InteractionView, QueueView, TenantView
from callbase.switch.simulated import SimulatedSwitch, Simulation, Telephone

MAIN = "4008001234"
STRAIGHT = "4008005678"
"""Straight to queue sales, without a menu."""

AGENTS = ("1001", "1002", "1003")
SUPPORT = "1011"


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh-CN": zh, "en-US": en}


def flows() -> dict[str, Flow]:
    return {
        "main": Flow(
            id="main",
            version=1,
            start="welcome",
            nodes={
                "welcome": Greet(say=Say(prompt="welcome", languages=("zh-CN", "en-US")), next="menu"),
                "menu": Menu(
                    say=Say(prompt="menu"),
                    choices={"1": "sales", "2": "support", "3": "away", "4": "bye", "9": "language"},
                    invalid=Say(prompt="invalid"),
                    attempts=2,
                ),
                "sales": Enqueue(queue="sales"),
                "support": Enqueue(queue="support", priority=2),
                "language": SetLanguage(language="other", next="menu"),
                "away": TransferTo(number="02155556666", timeout_s=10.0, failed="bye"),
                "bye": HangUp(say=Say(prompt="bye")),
            },
        ),
        "straight": Flow(id="straight", version=1, start="sales", nodes={"sales": Enqueue(queue="sales")}),
    }


def tenant(**changes: Any) -> Tenant:
    """Agents 1001…1003 in sales and 1011 in support; each has a browser telephone (…-web) and a desk phone."""
    agents = {a: Agent(id=a, name=f"Agent {a}", devices=(a, f"{a}-web")) for a in (*AGENTS, SUPPORT)}
    devices = {a: Device(id=a, kind="sip", agent=a, number=a) for a in agents}
    devices |= {f"{a}-web": Device(id=f"{a}-web", kind="browser", agent=a) for a in agents}
    devices["demo-customer-1"] = Device(id="demo-customer-1", kind="browser", number="13800138001")
    whole = Tenant(
        id="demo",
        name="Demo",
        agents=agents,
        devices=devices,
        queues={
            "sales": Queue(id="sales", name=text("销售", "Sales"), members=tuple(Member(agent=a) for a in AGENTS)),
            "support": Queue(id="support", name=text("支持", "Support"), members=(Member(agent=SUPPORT),)),
        },
        dids={
            MAIN: Did(number=MAIN, flow="main"),
            STRAIGHT: Did(number=STRAIGHT, flow="straight"),
        },
        trunks={"demo-trunk": Trunk(id="demo-trunk")},
        flows=flows(),
        prompts={
            "welcome": Prompt(id="welcome", text=text("欢迎致电", "Welcome")),
            "menu": Prompt(id="menu", text=text("销售请按一", "For sales press one")),
            "invalid": Prompt(id="invalid", text=text("输入有误", "Not a choice")),
            "bye": Prompt(id="bye", text=text("再见", "Goodbye")),
        },
        outcomes={"sold": Outcome(id="sold", name=text("成交", "Sold"))},
        not_ready_reasons={"lunch": NotReadyReason(id="lunch", name=text("午餐", "Lunch"))},
        unknown_did=Say(text=text("空号", "Unknown number")),
    )
    return msgspec.structs.replace(whole, **changes)


def config(version: int = 1, **changes: Any) -> Config:
    return Config(version=version, tenants={"demo": tenant(**changes)})


class Centre(Simulation):
    """The simulation, with the words the tests are written in."""

    def __init__(self, *, nodes: tuple[str, ...] = ("a",), **changes: Any) -> None:
        customers = {"13900139000": Customer(id="c1", name="Wang", number="13900139000")}
        super().__init__(config(**changes), customers=customers, nodes=nodes)

    # --- doing -----------------------------------------------------------------------------------------------------

    def staff(self, *agents: str, device: str = "{}", answers_after_ms: int | None = None, node: str = "a") -> None:
        """Signs agents in and makes them ready, one millisecond after another."""
        for agent in agents:
            at = device.format(agent)
            self.switch.telephones[at] = Telephone(answers_after_ms=answers_after_ms)
            self.switches[node].register(at, self.now_ms)
            self.settle()
            assert self.ask(SignIn(agent=agent, device=at)) is None
            assert self.ask(SetReady(agent=agent)) is None
            self.run_for(1)

    def call(self, number: str = STRAIGHT, caller: str = "13900139000", node: str = "a", **how: Any) -> str:
        """A customer calls; returns the leg."""
        if "device" not in how:
            how.setdefault("trunk", "demo-trunk")
        leg = self.switches[node].dial(number, self.now_ms, caller=caller, **how)
        self.settle()
        return leg

    def press(self, leg: str, digits: str) -> None:
        self._switch_with(leg).press(leg, digits, self.now_ms)
        self.settle()

    def hang_up(self, leg: str, cause: Any = "normal") -> None:
        self._switch_with(leg).hang_up(leg, self.now_ms, cause)
        self.settle()

    def answer(self, agent: str) -> str:
        """The agent picks up what rings; returns its leg."""
        leg = self.agent_leg(agent)
        self._switch_with(leg).answer(leg, self.now_ms)
        self.settle()
        return leg

    def talk(self, agent: str = "1001", **how: Any) -> tuple[str, str]:
        """A customer talks with the agent: (customer's leg, agent's leg)."""
        if self.agent(agent).state == "logged_off":
            self.staff(agent)
        leg = self.call(**how)
        return leg, self.answer(agent)

    # --- seeing ----------------------------------------------------------------------------------------------------

    @property
    def view(self) -> TenantView:
        view = self.engine.view("demo")
        assert view is not None
        return view

    def agent(self, agent: str) -> AgentView:
        return self.view.agents[agent]

    def queue(self, queue: str = "sales") -> QueueView:
        return self.view.queues[queue]

    def interaction(self, leg: str) -> InteractionView:
        return self.view.interactions[self.engine._core.state.legs[leg].interaction]

    def only(self) -> InteractionView:
        (found,) = self.view.interactions.values()
        return found

    def agent_leg(self, agent: str) -> str:
        """The newest leg to one of the agent's telephones."""
        legs = [leg for switch in self.switches.values() for leg in switch.legs.values()]
        return [leg.id for leg in legs if leg.device in (agent, f"{agent}-web")][-1]

    def _switch_with(self, leg: str) -> SimulatedSwitch:
        return next((switch for switch in self.switches.values() if leg in switch.legs), self.switch)

    def facts(self, kind_of: type, /, **fields: Any) -> list[Any]:
        return _matching(self.output.facts, kind_of, fields)

    def did(self, kind_of: type, /, **fields: Any) -> list[Any]:
        """Commands given so far."""
        return _matching(self.output.commands, kind_of, fields)

    def said(self, leg: str) -> str:
        return self.switch.legs[leg].said

    def act(self, action: AnyAction) -> None:
        assert self.ask(action) is None


def _matching(things: list[AnyFact] | list[AnyCommand], kind: type, fields: dict[str, Any]) -> list[Any]:
    return [
        thing
        for thing in things
        if isinstance(thing, kind) and all(getattr(thing, name) == value for name, value in fields.items())
    ]
