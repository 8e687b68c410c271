"""Today's counters of each queue, in the tenant's time zone. A timer at midnight sets them to nought."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from callbase.core.core import Core
from callbase.core.state import Interaction, QueueCounters
from callbase.core.stats import agents, windows
from callbase.core.stats.zones import zone_of


def counters(core: Core, tenant: str, queue: str) -> QueueCounters:
    found = core.state.tenants[tenant].counters.get(queue)
    if found is None:
        found = core.state.tenants[tenant].counters[queue] = QueueCounters()
    return found


def count_offered(core: Core, interaction: Interaction) -> None:
    if interaction.queue is not None and not interaction.returned and interaction.queue not in interaction.counted:
        interaction.counted[interaction.queue] = False
        counters(core, interaction.tenant, interaction.queue).offered += 1
        core.touch_queue(interaction.tenant, interaction.queue)


def count_answered(core: Core, interaction: Interaction) -> None:
    queue = core.queue(interaction.tenant, interaction.queue)
    if queue is not None and interaction.queue is not None and not _is_over(interaction, interaction.queue):
        interaction.counted[interaction.queue] = True
        today = counters(core, interaction.tenant, interaction.queue)
        waited_ms = core.now_ms - interaction.entered_ms
        within = waited_ms <= queue.service_level_s * 1000
        today.answered += 1
        today.within_service_level += within
        windows.record(core, interaction.tenant, interaction.queue, answered_after_ms=waited_ms, within=within)
        core.touch_queue(interaction.tenant, interaction.queue)


def count_abandoned(core: Core, interaction: Interaction) -> None:
    if interaction.queue is not None and not _is_over(interaction, interaction.queue):
        counters(core, interaction.tenant, interaction.queue).abandoned += 1
        windows.record(core, interaction.tenant, interaction.queue)
        core.touch_queue(interaction.tenant, interaction.queue)


def _is_over(interaction: Interaction, queue: str) -> bool:
    """Whether what became of it in that queue has been counted."""
    return interaction.returned or interaction.counted.get(queue, False)


def new_day(core: Core, tenant: str) -> None:
    """Midnight: everything starts at nought."""
    there = core.state.tenants[tenant]
    for queue in there.counters:
        core.touch_queue(tenant, queue)
    there.counters.clear()
    agents.new_day(core, tenant)
    set_midnight(core, tenant)


def set_midnight(core: Core, tenant: str) -> None:
    """(Re)sets the alarm for the tenant's next midnight."""
    there = core.state.tenants[tenant]
    config = core.tenant(tenant)
    core.cancel_timer(there.midnight_timer)
    there.midnight_timer = None
    if config is not None:
        after_ms = _next_midnight_ms(core.now_ms, zone_of(config.timezone)) - core.now_ms
        there.midnight_timer = core.set_timer("midnight", tenant, tenant, after_ms)


def _next_midnight_ms(now_ms: int, zone: tzinfo) -> int:
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    return max(int(midnight.timestamp() * 1000), now_ms + 1)
