"""The agents' telephones: what the configuration calls them, what the switch does, and which of them are there."""

from __future__ import annotations

from callbase.core.config import Config


class Telephones:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._devices: dict[str, str] = {}
        self.registered: set[str] = set()
        """Names of those that are monitored and at which, if the switch knows agents, one is signed in."""

    def configure(self, config: Config) -> None:
        """Desk phones are on the switch under their number, or else under their id."""
        self._names = {
            device.id: device.number or device.id
            for tenant in config.tenants.values()
            for device in tenant.devices.values()
            if device.kind == "sip" and device.agent is not None
        }
        self._devices = {name: device for device, name in self._names.items()}
        self.registered &= self.names

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._devices)

    def name(self, device: str) -> str:
        return self._names.get(device, device)

    def device(self, name: str) -> str | None:
        return self._devices.get(name)

    @property
    def present(self) -> tuple[str, ...]:
        """The configuration's ids of those registered."""
        return tuple(sorted(self._devices[name] for name in self.registered if name in self._devices))
