"""The configuration the core runs on: one immutable, versioned document, published by the web side.

A new version reaches the core as an event (`events.ConfigPublished`), so a replay sees the same rules at the same moment.
Ids of agents, queues, flows, prompts and trunks are unique within their tenant; device ids (SIP user names) across all.
"""

from __future__ import annotations

from callbase.core.config.access import CallerList, Did, Trunk, TrunkGroup
from callbase.core.config.calendars import Calendar
from callbase.core.config.conditions import All, AnyCondition, AnyOf, Comparison, Not
from callbase.core.config.document import BUILT_IN_MUSIC, Document, Language, LocalizedText, Music, Prompt, Say
from callbase.core.config.flows import (
    AnyNode,
    AskProgram,
    Case,
    Decide,
    Enqueue,
    FieldNow,
    Flow,
    Greet,
    HangUp,
    Menu,
    Node,
    Prefer,
    SendTo,
    SetData,
    SetLanguage,
    TransferTo,
)
from callbase.core.config.people import Agent, AgentType, Device, NotReadyReason, Outcome, Skill
from callbase.core.config.queues import (
    Algorithm,
    Callback,
    EntryRule,
    Member,
    OverflowRule,
    Queue,
    Relaxation,
    Requirement,
    Ring,
    WaitingStep,
    WaitingTreatment,
)
from callbase.core.config.targets import AnyTarget, ToAgent, ToCallback, ToFlow, ToGoodbye, ToNumber, ToQueues, ToVoicemail

__all__ = [
    "BUILT_IN_MUSIC",
    "Agent",
    "AgentType",
    "Algorithm",
    "All",
    "AnyCondition",
    "AnyNode",
    "AnyOf",
    "AnyTarget",
    "AskProgram",
    "Calendar",
    "Callback",
    "CallerList",
    "Case",
    "Comparison",
    "Config",
    "Decide",
    "Device",
    "Did",
    "Document",
    "Enqueue",
    "EntryRule",
    "FieldNow",
    "Flow",
    "Greet",
    "HangUp",
    "Language",
    "LocalizedText",
    "Member",
    "Menu",
    "Music",
    "Node",
    "Not",
    "NotReadyReason",
    "Outcome",
    "OverflowRule",
    "Prefer",
    "Prompt",
    "Queue",
    "Relaxation",
    "Requirement",
    "Ring",
    "Say",
    "SendTo",
    "SetData",
    "SetLanguage",
    "Skill",
    "Tenant",
    "ToAgent",
    "ToCallback",
    "ToFlow",
    "ToGoodbye",
    "ToNumber",
    "ToQueues",
    "ToVoicemail",
    "TransferTo",
    "Trunk",
    "TrunkGroup",
    "WaitingStep",
    "WaitingTreatment",
]


class Tenant(Document, frozen=True):
    id: str
    name: str
    timezone: str = "Asia/Shanghai"
    languages: tuple[Language, ...] = ("zh-CN", "en-US")
    """The first is the default."""
    agents: dict[str, Agent] = {}
    devices: dict[str, Device] = {}
    skills: dict[str, Skill] = {}
    queues: dict[str, Queue] = {}
    calendars: dict[str, Calendar] = {}
    dids: dict[str, Did] = {}
    trunks: dict[str, Trunk] = {}
    trunk_groups: dict[str, TrunkGroup] = {}
    caller_lists: dict[str, CallerList] = {}
    customer_levels: dict[str, int] = {}
    """Customer level → priority added."""
    flows: dict[str, Flow] = {}
    prompts: dict[str, Prompt] = {}
    music: dict[str, Music] = {}
    outcomes: dict[str, Outcome] = {}
    not_ready_reasons: dict[str, NotReadyReason] = {}
    device_grace_s: float = 30.0
    """How long a talking agent whose telephone vanished may take to come back before the caller is offered again."""
    park_returns_after_s: float = 60.0
    """How long a parked call stays so before it goes back to who parked it."""
    place_kept_s: float = 300.0
    """How long who waited on a switch node that died may take to call again and have the old place; 0: nobody has."""
    supervision_shown: bool = False
    """Whether agents are told who listens to them, whispers or barges in."""
    unknown_did: Say | None = None
    """Heard by who calls a number that does not exist."""

    def flow_of(self, target: AnyTarget | None) -> Flow | None:
        """The flow that a target is, as a number of ours is, too; None for what is none, or is not there any more."""
        if isinstance(target, ToNumber) and target.number in self.dids:
            return self.flows.get(self.dids[target.number].flow)
        return self.flows.get(target.flow) if isinstance(target, ToFlow) else None


class Config(Document, frozen=True):
    version: int
    tenants: dict[str, Tenant] = {}
