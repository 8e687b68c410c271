"""A switch driver without a switch: keeps what it is told, and reports what the test says."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.core.commands import AnyCommand
from callbase.core.config import Config
from callbase.core.events import SwitchConnected
from callbase.switch.base import Capabilities, Sink


class FakeSwitch:
    def __init__(self, node: str = "a") -> None:
        self.commands: list[AnyCommand] = []
        self.configs: list[Config] = []
        self.sink: Sink = lambda event: None
        self.trunk_states: dict[tuple[str, str], str] = {}
        self._node = node

    @property
    def node(self) -> str:
        return self._node

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    @property
    def trunks(self) -> Mapping[tuple[str, str], str]:
        return self.trunk_states

    async def reaches(self) -> bool:
        return True

    async def start(self, sink: Sink) -> None:
        self.sink = sink
        sink(SwitchConnected(node=self._node))

    async def stop(self) -> None:
        pass

    def execute(self, command: AnyCommand) -> None:
        self.commands.append(command)

    async def provision(self, config: Config) -> None:
        self.configs.append(config)
