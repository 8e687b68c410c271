"""The roles a new centre begins with, and from which others are made."""

from __future__ import annotations

from dataclasses import dataclass

from callbase.apps.organization.access import PERMISSIONS, Scope

AGENT = ("agent.work", "board.view", "interactions.view_own", "recordings.listen", "customers.view", "customers.edit")
AT_CALLS = ("calls.listen", "calls.whisper", "calls.barge", "calls.take_over", "calls.release")
SUPERVISOR = (*AGENT, "interactions.view_all", "reports.view", "agents.supervise", *AT_CALLS)


@dataclass(frozen=True, slots=True)
class RoleTemplate:
    key: str
    name: dict[str, str]
    permissions: tuple[str, ...]
    scope: Scope


TEMPLATES = (
    RoleTemplate("agent", {"zh-CN": "座席", "en-US": "Agent"}, AGENT, "own"),
    RoleTemplate("team-leader", {"zh-CN": "组长", "en-US": "Team leader"}, SUPERVISOR, "unit"),
    RoleTemplate("supervisor", {"zh-CN": "班长", "en-US": "Supervisor"}, SUPERVISOR, "all"),
    RoleTemplate("administrator", {"zh-CN": "管理员", "en-US": "Administrator"}, PERMISSIONS, "all"),
)
