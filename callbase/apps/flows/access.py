"""Who may look at and change flows, prompts and music."""

from __future__ import annotations

from callbase.apps.organization.access import needs

manage_flows = needs("flows.manage")
see_flows = needs("flows.manage", "dids.manage")
"""Whoever assigns numbers must see what they may lead to."""
manage_prompts = needs("prompts.manage")
see_prompts = needs("prompts.manage", "flows.manage", "queues.manage")
manage_music = needs("prompts.manage")
see_music = needs("prompts.manage", "queues.manage")
"""Whoever arranges a queue chooses what is heard in it."""
