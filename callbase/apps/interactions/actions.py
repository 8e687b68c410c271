"""All writes of people to interactions. While a call lives the engine holds its outcome too, and is told."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from callbase.apps.audit.actions import record
from callbase.apps.interactions import queries
from callbase.apps.interactions.access import may_change
from callbase.apps.organization.access import Access
from callbase.core.events import SetOutcome
from callbase.web.errors import Invalid
from callbase.web.gateway.door import ask_engine, live_agent


def do_describe(access: Access, interaction: str, *, outcome: str | None, note: str | None) -> None:
    """Sets the outcome, the note, or both (None: as it is). Raises NotFound, Forbidden, or Invalid for an unknown outcome."""
    before = queries.find(access, interaction)
    may_change(access, queries.handled(access, interaction))
    if outcome is not None and outcome not in queries.names(access).outcomes:
        raise Invalid.of("outcome", "unknown", value=outcome)
    given = {name: value for name, value in (("outcome", outcome), ("note", note)) if value is not None}
    changes = {name: [before[name], value] for name, value in given.items() if before[name] != value}
    if not changes:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE interaction SET outcome = COALESCE(%s, outcome), note = COALESCE(%s, note)"
                " WHERE started_at = %s AND id = %s AND tenant = %s",
                [outcome, note, before["started_at"], interaction, access.tenant.id],
            )
        record(
            access.tenant.id,
            actor=access.actor,
            action="interaction.describe",
            object_type="interaction",
            object_id=interaction,
            changes=changes,
            ip=access.ip,
        )
    agent = live_agent(access.tenant.id, interaction)
    if agent is not None:
        action = SetOutcome(agent=agent, interaction=interaction, outcome=outcome, note=note)
        ask_engine(access.tenant.id, access.actor, action)


def do_export(access: Access, narrowed: dict[str, Any]) -> None:
    """Customers' numbers leave the platform: who took which of them out stays on record. `narrowed`: the filters given."""
    record(
        access.tenant.id,
        actor=access.actor,
        action="interaction.export",
        object_type="interaction",
        object_id="",
        changes={name: [None, value] for name, value in narrowed.items()},
        ip=access.ip,
    )
