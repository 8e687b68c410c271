"""How a simulated far end behaves when it is called."""

from __future__ import annotations

from dataclasses import dataclass

from callbase.core.events import Cause


@dataclass(slots=True)
class Telephone:
    """Rings; answers after a while, refuses with a cause, or (neither given) rings on until the caller gives up."""

    answers_after_ms: int | None = None
    refuses: Cause | None = None
    refuses_after_ms: int = 0
    answers_when_told: bool = True
    """Whether auto_answer and AnswerDevice have effect."""


@dataclass(slots=True)
class SimulatedMessage:
    """A message being left."""

    recording: str
    began_ms: int


@dataclass(slots=True)
class SimulatedLeg:
    """One leg as the switch has it, and what its far end hears."""

    id: str
    caller_number: str
    called_number: str
    trunk: str | None = None
    device: str | None = None
    alerting: bool = False
    told_to_answer: bool = False
    """Before it rang."""
    up: bool = False
    bridge: str | None = None
    music: str | None = None
    ringback: bool = False
    playback: str | None = None
    said: str = ""
    """The text of the last playback."""
    held: bool = False
    transferred: bool | None = None
    """What it was told of its own transfer."""
    muted: bool = False
    digits_sent: str = ""
    recordings: dict[str, bool] | None = None
    """Recording → whether it is paused."""
    supervises: tuple[str, str] | None = None
    """(leg, mode): whom it listens to, and how."""
    speaks_ms: int = 5000
    """How long the far end speaks when it leaves a message."""
    message: SimulatedMessage | None = None
