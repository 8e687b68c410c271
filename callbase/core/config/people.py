"""People and their telephones."""

from __future__ import annotations

from typing import Literal

from callbase.core.config.document import Document, Language, LocalizedText


class Device(Document, frozen=True):
    """A telephone. Its id is its SIP user name; an outside number of an agent's is called by a trunk, and never registers."""

    id: str
    kind: Literal["browser", "sip", "outside"]
    ha1: str = ""
    """MD5(id:callbase:password), RFC 2617 §3.2.2.2, sealed (`callbase.sealing`): only the switch driver opens it."""
    agent: str | None = None
    number: str = ""
    """What the device shows as caller when it calls. A device without an agent is a customer's telephone: its calls
    arrive as if from outside, with this number as caller."""
    dials: str = ""
    """Of an outside number: what is called to reach the agent. Nobody the agent calls is shown it."""


AgentType = Literal["agent", "supervisor"]
"""supervisor: one who may act for other agents."""


class Agent(Document, frozen=True):
    id: str
    name: str
    person: str = ""
    """The person's id in the database (UUID)."""
    devices: tuple[str, ...] = ()
    """In order of preference; the first is taken when a sign-in names none."""
    type: AgentType = "agent"
    skills: dict[str, int] = {}
    """Skill → level, 1…100. A skill not named is not had (level 0)."""
    language: Language | None = None
    """In which it is spoken to at an outside number; None: in all of the tenant's."""


class Skill(Document, frozen=True):
    """Something an interaction may require of an agent: a language, a product, a licence."""

    id: str
    name: LocalizedText


class Outcome(Document, frozen=True):
    """What an agent may choose as a call's result."""

    id: str
    name: LocalizedText


class NotReadyReason(Document, frozen=True):
    id: str
    name: LocalizedText
