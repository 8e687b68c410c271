"""Seeded callers: they come at random (exponential gaps), press their keys, lose patience, talk for a while, hang up.

The same seed makes the same crowd. Durations are exponential around their means, as in Erlang's models.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from callbase.switch.simulated.switch import SimulatedSwitch


@dataclass(slots=True)
class Crowd:
    switch: SimulatedSwitch
    number: str
    trunk: str
    seed: int = 0
    calls_per_hour: float = 60.0
    patience_ms: float = 60_000.0
    talk_ms: float = 180_000.0
    keys: tuple[str, ...] = ("",)
    """One of these is pressed, a second after the call began."""
    came: int = 0
    talked: set[str] = field(default_factory=set)
    gave_up: set[str] = field(default_factory=set)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def come(self, now_ms: int, until_ms: int) -> None:
        """From now on they come, until then."""
        self.switch.on_connected.append(self._connected)
        self._next(now_ms, until_ms)

    def _next(self, now_ms: int, until_ms: int) -> None:
        at_ms = now_ms + self._about(3_600_000 / self.calls_per_hour)
        if at_ms < until_ms:
            self.switch.schedule(at_ms, lambda then_ms: self._arrive(then_ms, until_ms))

    def _arrive(self, now_ms: int, until_ms: int) -> None:
        self.came += 1
        leg = self.switch.dial(self.number, now_ms, caller=f"139{self.came:08}", trunk=self.trunk)
        keys = self._chance.choice(self.keys)
        if keys:
            self.switch.schedule(now_ms + 1000, lambda then_ms: self.switch.press(leg, keys, then_ms))
        self.switch.schedule(now_ms + self._about(self.patience_ms), lambda then_ms: self._lose_patience(leg, then_ms))
        self._next(now_ms, until_ms)

    def _lose_patience(self, leg: str, now_ms: int) -> None:
        if leg in self.switch.legs and leg not in self.talked:
            self.gave_up.add(leg)
            self.switch.hang_up(leg, now_ms)

    def _connected(self, leg: str, now_ms: int) -> None:
        """Its talk begins; hold and retrieve do not make it longer."""
        if self.switch.legs[leg].called_number == self.number and leg not in self.talked:
            self.talked.add(leg)
            self.switch.schedule(now_ms + self._about(self.talk_ms), lambda then_ms: self.switch.hang_up(leg, then_ms))

    def _about(self, mean_ms: float) -> int:
        return max(1, int(self._chance.expovariate(1 / mean_ms)))
