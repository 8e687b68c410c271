"""Opening hours at work: calls to a number or a queue outside its calendar's hours go to its target for closed hours."""

from __future__ import annotations

from callbase.core.config import AnyTarget, Say, ToGoodbye
from callbase.core.core import Core
from callbase.core.rules.calendars import next_change_ms, state_at
from callbase.core.rules.targets import send
from callbase.core.rules.why import Why
from callbase.core.state import Interaction
from callbase.core.stats.zones import zone_of

CLOSED = ToGoodbye(say=Say(prompt="closed"))
"""Where nothing else is said."""
LOOK_AGAIN_MS = 24 * 3600 * 1000
"""Where no opening is in sight."""


def is_open(core: Core, tenant: str, calendar: str | None) -> bool:
    """Always, where there is no such calendar."""
    config = core.tenant(tenant)
    found = config.calendars.get(calendar) if config is not None and calendar is not None else None
    return config is None or found is None or state_at(found, zone_of(config.timezone), core.now_ms).open


def opens_again_ms(core: Core, tenant: str, calendar: str | None) -> int | None:
    """None where it is open now; where no opening is in sight, when to look again."""
    config = core.tenant(tenant)
    found = config.calendars.get(calendar) if config is not None and calendar is not None else None
    if config is None or found is None or is_open(core, tenant, calendar):
        return None
    opens_ms = next_change_ms(found, zone_of(config.timezone), core.now_ms)
    return opens_ms if opens_ms is not None else core.now_ms + LOOK_AGAIN_MS


def turned_away(
    core: Core, interaction: Interaction, calendar: str | None, closed: AnyTarget | None, *, queue: str | None = None
) -> bool:
    """True where it is closed, and the call has gone where calls go then. The special day's target comes before `closed`;
    a calendar that is not configured is always open, and so is one whose targets cannot be reached."""
    tenant = core.tenant(interaction.tenant)
    found = tenant.calendars.get(calendar) if tenant is not None and calendar is not None else None
    if tenant is None or found is None:
        return False
    state = state_at(found, zone_of(tenant.timezone), core.now_ms)
    if state.open:
        return False
    why = Why(by="calendar", rule=found.id, queue=queue, measured={"day": state.day.date} if state.day is not None else {})
    targets = (state.day.closed if state.day is not None else None, closed, CLOSED)
    return any(send(core, interaction, target, why) for target in targets if target is not None)
