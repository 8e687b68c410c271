import type { AgentView, Change, TenantView } from "./messages";

/** The view after a change: what is named is replaced, what is removed is dropped, all else stays the same object. */
export function applyChange(view: TenantView, change: Change): TenantView {
  return {
    ...view,
    config_version: change.config_version ?? view.config_version,
    switch_online: change.switch_online ?? view.switch_online,
    agents: replaced(
      view.agents,
      [...changedAgents(view, change), ...change.agents],
      change.removed_agents,
      (it) => it.agent,
    ),
    interactions: replaced(view.interactions, change.interactions, change.removed_interactions, (it) => it.interaction),
    queues: replaced(view.queues, change.queues, change.removed_queues, (it) => it.queue),
    trunks: replaced(view.trunks, change.trunks, change.removed_trunks, (it) => it.trunk),
  };
}

function changedAgents(view: TenantView, change: Change): AgentView[] {
  return Object.entries(change.changed_agents).flatMap(([agent, fields]) => {
    const known = view.agents[agent];
    return known === undefined ? [] : [{ ...known, ...fields }];
  });
}

function replaced<T>(
  old: Record<string, T>,
  items: readonly T[],
  removed: readonly string[],
  id: (item: T) => string,
): Record<string, T> {
  if (items.length === 0 && removed.length === 0) return old;
  const next = { ...old };
  for (const item of items) next[id(item)] = item;
  for (const key of removed) delete next[key];
  return next;
}
