"""An affair: the core's legs that belong together, which connection of the switch each is, and what the core wants of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from callbase.core.events import Cause


@dataclass(slots=True)
class Leg:
    id: str
    device: str
    """As the switch names it; of one outside the number, until the switch says otherwise."""
    ours: bool
    """It is a telephone we may control."""
    call: str = ""
    offered: bool = False
    """It came to us; the others we called."""
    partner: str = ""
    """Whom it is to talk with."""
    # what the core wants
    bridge: str | None = None
    apart: bool = False
    """Taken out of its bridge."""
    music: bool = False
    """Is held, rather than who holds."""
    released: bool = False
    answer: bool = False
    """Is to answer by itself."""
    digits: str = ""
    """To be sent to it."""
    # what has become of it
    asked: bool = False
    """The switch has been asked for it."""
    seen: bool = False
    """The switch has had its connection."""
    alerting: bool = False
    up: bool = False
    cause: Cause = "normal"
    """Why it ends, where we end it."""


@dataclass(slots=True)
class Affair:
    pilot: str = ""
    """Where its caller waits, and goes back to."""
    caller_number: str = ""
    called_number: str = ""
    legs: dict[str, Leg] = field(default_factory=dict)
    customer: str = ""
    """Of the legs the one that is on hold while another consults, and that all others are there for."""
    mark: str = ""
    """What the switch keeps for us with the call."""
    data: dict[str, str] = field(default_factory=dict)
    """What is attached to the customer's call there, as far as it is known here."""
    to_attach: dict[str, str | None] = field(default_factory=dict)
    """What was attached here, and not there yet; a None removes a key."""
    attaching: dict[str, str | None] = field(default_factory=dict)
    """What of it the switch has been asked to, and has not answered."""
    watched: set[str] = field(default_factory=set)
    """Calls that are told of wherever they go."""
    unsure: set[str] = field(default_factory=set)
    """Calls of which something was refused that should have been possible: to be looked at."""
    refused: set[str] = field(default_factory=set)
    """What the switch would not do; asked again only once the core has said something new."""

    @property
    def whose(self) -> Leg | None:
        return self.legs.get(self.customer)

    @property
    def parties(self) -> Iterator[Leg]:
        return (leg for leg in self.legs.values() if leg.id != self.customer)

    @property
    def call(self) -> str:
        """The customer's; of a telephone for which nothing has been called yet, none."""
        whose = self.whose
        return whose.call if whose is not None else ""

    @property
    def calls(self) -> set[str]:
        return {leg.call for leg in self.legs.values() if leg.call}

    def with_data(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        changed: dict[str, str | None] = {**self.data, **changes}
        return {key: value for key, value in changed.items() if value is not None}

    def renamed(self, was: tuple[str, ...], call: str) -> None:
        for leg in self.legs.values():
            if leg.call in was:
                leg.call = call
