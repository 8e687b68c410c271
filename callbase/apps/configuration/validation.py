"""The last look at a configuration before it is published: does everything it names exist?

Each app checks its own fields as they are written; this finds what only shows in the whole, such as two people's changes
that are each right alone.
"""

from __future__ import annotations

from callbase.core.config import Config, Tenant


def first_problem(config: Config) -> str | None:
    """Says what does not fit, naming tenant and object; None where all does."""
    seen: dict[str, str] = {}
    for tenant in config.tenants.values():
        for device in tenant.devices:
            if device in seen:
                return f"device {device}: {seen[device]}, {tenant.id}"
            seen[device] = tenant.id
        problem = _within(tenant)
        if problem:
            return f"{tenant.id}: {problem}"
    return None


def _within(tenant: Tenant) -> str | None:
    for queue in tenant.queues.values():
        for member in queue.members:
            if member.agent not in tenant.agents:
                return f"queue {queue.id}: agent {member.agent}"
    for did in tenant.dids.values():
        if did.flow not in tenant.flows:
            return f"DID {did.number}: flow {did.flow}"
    for flow in tenant.flows.values():
        if flow.start not in flow.nodes:
            return f"flow {flow.id}: node {flow.start}"
    return None
