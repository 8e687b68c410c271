"""A new version of the configuration takes effect while calls go on: nobody who waits or talks is dropped for it."""

from __future__ import annotations

from callbase.core.agent.presence import check
from callbase.core.agent.states import sign_out
from callbase.core.call import callback, consultation
from callbase.core.call.ending import end, finish_wrap_up, withdraw_offers
from callbase.core.call.offer import offer_to, withdraw_offer
from callbase.core.call.phases import advance
from callbase.core.call.talk import apologise
from callbase.core.config import Config, Tenant
from callbase.core.core import Core
from callbase.core.events import ConfigPublished
from callbase.core.index import Index
from callbase.core.queue import beside, places, treatment, waiting
from callbase.core.routing import preference
from callbase.core.rules import overflow
from callbase.core.state import Agent, Interaction, TenantState
from callbase.core.stats import windows
from callbase.core.stats.today import set_midnight


def config_published(core: Core, event: ConfigPublished) -> None:
    """An older version than the present one is ignored."""
    old, new = core.state.config, event.config
    if new.version < old.version:
        return
    for tenant in {**old.tenants, **new.tenants}:
        core.changed(tenant).everything = True
        core.freed.add(tenant)
    heirs = _out_of_deleted_queues(core, old, new)
    core.state.config = new
    for tenant_id in sorted(new.tenants):
        _add_agents(core, tenant_id, new.tenants[tenant_id])
    core.index = Index(core.state)
    core.dirty.update(core.index.queues)
    core.asked_for.update(core.index.asked_for)
    for tenant_id in sorted(core.state.tenants):
        _settle_tenant(core, tenant_id)
    for interaction in list(core.state.interactions.values()):
        _settle_interaction(core, interaction, heirs)
    for tenant_id in [name for name, tenant in core.state.tenants.items() if name not in new.tenants and not tenant.agents]:
        del core.state.tenants[tenant_id]
        del core.index.served[tenant_id]


def _add_agents(core: Core, tenant_id: str, config: Tenant) -> None:
    tenant = core.state.tenants.get(tenant_id)
    if tenant is None:
        tenant = core.state.tenants[tenant_id] = TenantState()
    for agent_id, configured in config.agents.items():
        agent = tenant.agents.get(agent_id)
        if agent is None:
            agent = tenant.agents[agent_id] = Agent(id=agent_id, tenant=tenant_id, since_ms=core.now_ms)
        agent.name = configured.name
        agent.removed = False
    for agent in tenant.agents.values():
        if agent.moved_to is not None:
            agent.moved_to = tuple(queue for queue in agent.moved_to if queue in config.queues) or None


def _settle_tenant(core: Core, tenant_id: str) -> None:
    config = core.tenant(tenant_id)
    tenant = core.state.tenants[tenant_id]
    for agent_id in sorted(tenant.agents):
        agent = tenant.agents[agent_id]
        if config is None or agent_id not in config.agents:
            agent.removed = True
            _sign_out_if_free(core, agent)
        elif agent.device is not None and agent.device not in config.devices:
            _sign_out_if_free(core, agent)
        else:
            check(core, agent)
    for queue in [queue for queue in tenant.windows if config is None or queue not in config.queues]:
        windows.forget(core, tenant_id, queue)
    for queue in list(tenant.overflow):
        _settle_overflow(core, tenant_id, queue)
    if config is None:
        core.cancel_timer(tenant.midnight_timer)
        tenant.midnight_timer = None
        tenant.counters.clear()
        tenant.paces.clear()
        return
    for queue in [queue for queue in tenant.counters if queue not in config.queues]:
        del tenant.counters[queue]
    for queue in [queue for queue in tenant.unreached if queue not in config.queues]:
        del tenant.unreached[queue]
    for queue in [queue for queue in tenant.paces if queue not in config.queues]:
        del tenant.paces[queue]
    set_midnight(core, tenant_id)


def _settle_overflow(core: Core, tenant_id: str, queue: str) -> None:
    """Rules that are no more are not on any more."""
    plan = core.index.overflow.get((tenant_id, queue))
    if plan is None:
        overflow.forget(core, tenant_id, queue)
    else:
        kept = {rule.rule.id for rule in plan.rules}
        state = core.state.tenants[tenant_id].overflow[queue]
        state.on = {rule: since_ms for rule, since_ms in state.on.items() if rule in kept}


def _sign_out_if_free(core: Core, agent: Agent) -> None:
    """Who talks goes on talking, and is signed out afterwards."""
    interaction = core.state.interactions.get(agent.interaction) if agent.interaction is not None else None
    if agent.state == "working_after_call":
        agent.next_state = "logged_off"
        finish_wrap_up(core, agent, actor="system")
    elif agent.state in ("reserved", "busy"):
        agent.next_state = "logged_off"
        offer = offer_to(interaction, agent.id)
        if interaction is not None and offer is not None:
            withdraw_offer(core, interaction, offer)
    else:
        sign_out(core, agent, reason="forced")


def _out_of_deleted_queues(core: Core, old: Config, new: Config) -> dict[str, str | None]:
    """Done while the old queues are still known: takes out who waits there, and says to which queue each goes (None: none)."""
    heirs: dict[str, str | None] = {}
    for interaction in core.state.interactions.values():
        tenant = new.tenants.get(interaction.tenant)
        kept = tenant.queues if tenant is not None else {}
        if interaction.phase == "callback" and interaction.queue is not None and interaction.queue not in kept:
            interaction.queue = _heir(old.tenants.get(interaction.tenant), tenant, interaction.queue)
        called_for = interaction.called_for if _is_being_called(interaction) else None
        if called_for is not None and called_for not in kept:
            heir = _heir(old.tenants.get(interaction.tenant), tenant, called_for)
            interaction.called_for = interaction.queue = heir or called_for
        if interaction.phase not in ("queue", "offer") or interaction.queue is None:
            continue
        for offer in [offer for offer in interaction.offers if offer.queue not in kept]:
            withdraw_offer(core, interaction, offer)
        for queue in [queue for queue in interaction.places if queue != interaction.queue and queue not in kept]:
            places.give_up(core, interaction, queue)
        if interaction.queue in kept:
            continue
        if interaction.offers:
            withdraw_offers(core, interaction)
            advance(core, interaction, "not_taken")
        waiting.leave(core, interaction)
        heirs[interaction.id] = _heir(old.tenants.get(interaction.tenant), tenant, interaction.queue)
        interaction.queue = None
    return heirs


def _is_being_called(interaction: Interaction) -> bool:
    """Or has just answered, and is to come to the queue."""
    return interaction.phase == "dialing" or (interaction.phase == "flow" and interaction.lookup_timer is not None)


def _heir(old: Tenant | None, new: Tenant | None, queue: str) -> str | None:
    """The queue that takes over, and where that one is deleted too, the one that takes over from it."""
    seen: set[str] = set()
    current: str | None = queue
    while old is not None and new is not None and current is not None and current not in seen:
        if current in new.queues:
            return current
        seen.add(current)
        gone = old.queues.get(current)
        current = gone.when_deleted if gone is not None else None
    return None


def _settle_interaction(core: Core, interaction: Interaction, heirs: dict[str, str | None]) -> None:
    if core.tenant(interaction.tenant) is None:
        if interaction.phase != "wrap_up":
            end(core, interaction, "failed")
    elif interaction.id in heirs:
        heir = heirs[interaction.id]
        if heir is None or not waiting.enter(core, interaction, heir, result="left"):
            interaction.queue = interaction.segment.queue if interaction.segment is not None else None
            if interaction.leg:
                apologise(core, interaction)
            else:
                end(core, interaction, "callback_failed")
    elif interaction.consultation is not None and interaction.consultation.state == "waiting":
        if core.queue(interaction.tenant, interaction.consultation.queue) is None:
            consultation.failed(core, interaction, "no_answer")
        else:
            beside.plan_step(core, interaction)
    elif interaction.callback is not None and interaction.callback.until_open:
        callback.turn_again(core, interaction)  # the hours may be others now
    elif interaction.places:
        preference.check(core, interaction)
        for queue_id in interaction.places:
            places.plan_step(core, interaction, queue_id)
        if interaction.phase == "queue":
            treatment.take_over(core, interaction)
