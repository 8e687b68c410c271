"""The simulated switch behind the SwitchDriver port, on the event loop's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from callbase.core.commands import AnyCommand
from callbase.core.config import Config
from callbase.switch.base import Capabilities, Sink
from callbase.switch.simulated.switch import SimulatedSwitch
from callbase.switch.simulated.telephone import Telephone


class SimulatedDriver:
    """Milliseconds are the event loop's; events are given to the sink in the loop, never from inside `execute`."""

    def __init__(self, node: str = "a", *, speech_ms: int = 200, telephones: dict[str, Telephone] | None = None) -> None:
        self.switch = SimulatedSwitch(node, speech_ms=speech_ms, telephones=telephones)
        self._sink: Sink | None = None
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def node(self) -> str:
        return self.switch.node

    @property
    def calls_for_others(self) -> int:
        return 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    @property
    def trunks(self) -> Mapping[tuple[str, str], str]:
        return {}

    async def reaches(self) -> bool:
        return True

    async def start(self, sink: Sink) -> None:
        self._sink = sink
        self.switch.connect(self._now_ms())
        self._set_alarm()

    async def stop(self) -> None:
        """Calls stay on the switch; another `start` finds them."""
        self._sink = None
        self.switch.leave(self._now_ms())
        if self._alarm is not None:
            self._alarm.cancel()

    def execute(self, command: AnyCommand) -> None:
        self.switch.execute(command, self._now_ms())
        self._set_alarm()

    def another_has(self, node: str, legs: tuple[str, ...]) -> None:
        """Of no matter: it does nothing for other nodes."""

    async def provision(self, config: Config) -> None:
        """A device that is no longer configured is no longer registered."""
        configured = {device for tenant in config.tenants.values() for device in tenant.devices}
        for device in set(self.switch.devices) - configured:
            self.switch.unregister(device, self._now_ms())
        self._set_alarm()

    def far_end(self, does: str, *args: Any, **more: Any) -> Any:
        """Calls a far-end method of the switch (dial, press, hang_up, register, …) at the present moment."""
        result = getattr(self.switch, does)(*args, now_ms=self._now_ms(), **more)
        self._set_alarm()
        return result

    def _now_ms(self) -> int:
        return int(asyncio.get_running_loop().time() * 1000)

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        due_ms = self.switch.next_due_ms()
        if due_ms is not None and self._sink is not None:
            self._alarm = asyncio.get_running_loop().call_at(due_ms / 1000, self._tell, due_ms)

    def _tell(self, due_ms: int) -> None:
        self._alarm = None
        for event in self.switch.events(max(due_ms, self._now_ms())):
            if self._sink is not None:
                self._sink(event)
        self._set_alarm()
