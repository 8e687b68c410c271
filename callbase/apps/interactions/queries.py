"""All reads of interactions: the list, the export, and one with everything that happened in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from callbase.apps.interactions.access import HANDLED, visible
from callbase.apps.interactions.filters import Filters, conditions
from callbase.apps.interactions.names import Names, names_of
from callbase.apps.interactions.sql import row, rows
from callbase.apps.organization.access import Access
from callbase.core.facts import AnyFact
from callbase.web.errors import NotFound

Sort = Literal[
    "started_at",
    "answered_at",
    "ended_at",
    "caller_number",
    "called_number",
    "queue",
    "agent",
    "queue_ms",
    "talk_ms",
    "hold_ms",
    "wrap_up_ms",
]

COLUMNS = """i.id, i.channel, i.direction, i.caller_number, i.called_number, i.trunk, i.language, i.customer, i.customer_name,
    i.queue, i.agent, i.started_at, i.answered_at, i.ended_at, i.end_reason, i.cause, i.outcome, i.note, i.data::text AS data,
    i.queue_ms, i.talk_ms, i.hold_ms, i.wrap_up_ms,
    EXISTS (SELECT 1 FROM recording r WHERE r.interaction = i.id) AS has_recording,
    ARRAY(SELECT DISTINCT rang.agent FROM (
            SELECT CASE o.kind WHEN 'offer' THEN o.agent ELSE o.party END AS agent FROM segment o
            WHERE o.interaction = i.id AND o.kind IN ('offer', 'consult') AND o.result = 'no_answer') rang
        WHERE rang.agent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM segment t WHERE t.interaction = i.id
            AND t.kind IN ('talk', 'conference') AND t.agent = rang.agent) ORDER BY rang.agent) AS not_answered_by"""

OWN_TALK = """(SELECT (sum(extract(epoch FROM coalesce(own.ended_at, own.started_at) - own.started_at)) * 1000)::bigint
    FROM segment own WHERE own.interaction = i.id AND own.kind IN ('talk', 'conference') AND own.agent = %(came_to)s)
    AS own_talk_ms"""

EXPORTED = f"""{COLUMNS}, passed.consultations, passed.conferences, passed.transfers
    FROM interaction i CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE s.kind = 'consult') AS consultations,
               least(1, count(*) FILTER (WHERE s.kind = 'conference')) AS conferences,
               count(*) FILTER (WHERE s.kind <> 'consult' AND s.result = 'transferred') AS transfers
        FROM segment s WHERE s.interaction = i.id AND s.started_at >= i.started_at) passed"""  # noqa: S608

FACTS_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Fact:
    at: datetime
    fact: AnyFact


def page(
    access: Access,
    filters: Filters,
    now: datetime,
    *,
    number: int,
    size: int,
    sort: Sort,
    descending: bool,
) -> dict[str, Any]:
    """One page, from 1 on, and how many there are in all."""
    where = conditions(access, filters, now)
    order = f"i.{sort} {'DESC NULLS LAST' if descending else 'ASC NULLS LAST'}, i.id {'DESC' if descending else 'ASC'}"
    found = rows(
        f"SELECT {COLUMNS}, {OWN_TALK} FROM interaction i WHERE {where.text} "  # noqa: S608
        f"ORDER BY {order} LIMIT %(size)s OFFSET %(offset)s",
        {**where.parameters, "came_to": filters.came_to, "size": size, "offset": (number - 1) * size},
    )
    total = row(f"SELECT count(*) AS total FROM interaction i WHERE {where.text}", where.parameters)  # noqa: S608
    names = names_of(access.tenant.id)
    return {
        "items": [summary(one, names) for one in found],
        "total": total["total"] if total else 0,
        "page": number,
        "page_size": size,
    }


def chunks(access: Access, filters: Filters, now: datetime, size: int = 1_000) -> Iterator[list[dict[str, Any]]]:
    """All, newest first, in pieces, so that no export need fit into memory."""
    where = conditions(access, filters, now)
    names = names_of(access.tenant.id)
    after = ""
    while True:
        found = rows(
            f"SELECT {EXPORTED} WHERE {where.text}{after} ORDER BY i.started_at DESC, i.id DESC LIMIT %(size)s",
            {**where.parameters, "size": size},
        )
        if found:
            yield [summary(one, names) for one in found]
        if len(found) < size:
            return
        after = " AND (i.started_at, i.id) < (%(last_at)s, %(last_id)s)"
        where.parameters |= {"last_at": found[-1]["started_at"], "last_id": found[-1]["id"]}


def summary(one: dict[str, Any], names: Names) -> dict[str, Any]:
    customer = {"id": str(one["customer"]), "name": one["customer_name"]} if one["customer"] else None
    return {
        **{name: value for name, value in one.items() if name != "customer_name"},
        "id": str(one["id"]),
        "customer": customer,
        "queue_name": names.queue(one["queue"]),
        "agent_name": names.agent(one["agent"]),
        "outcome_name": names.outcome(one["outcome"]),
        "data": msgspec.json.decode(one["data"]),
    }


def find(access: Access, interaction: str) -> dict[str, Any]:
    """The row. Raises NotFound also where the person may not see it."""
    where = visible(access)
    where.add("i.id = %(id)s", id=interaction)
    found = row(f"SELECT {COLUMNS} FROM interaction i WHERE {where.text}", where.parameters)  # noqa: S608
    if found is None:
        raise NotFound
    return found


def handled(access: Access, interaction: str) -> bool:
    return (
        access.agent is not None
        and row(
            f"SELECT 1 FROM interaction i WHERE i.tenant = %(tenant)s AND i.id = %(id)s AND {HANDLED}",  # noqa: S608
            {"tenant": access.tenant.id, "id": interaction, "own_agents": [access.agent]},
        )
        is not None
    )


def segments(interaction: str, names: Names) -> list[dict[str, Any]]:
    found = rows(
        "SELECT id, kind, started_at, ended_at, result, queue, agent, flow, party FROM segment WHERE interaction = %(id)s "
        "ORDER BY started_at, ended_at NULLS LAST, id",
        {"id": interaction},
    )
    return [
        {
            **one,
            "id": str(one["id"]),
            "agent_name": names.agent(one["agent"]),
            "flow_name": names.flow(one["flow"]),
            "party_name": names.agent(one["party"]),
        }
        for one in found
    ]


def recordings(interaction: str) -> list[dict[str, Any]]:
    found = rows(
        "SELECT id, started_at, ended_at, state, duration_ms, error, cut_short FROM recording WHERE interaction = %(id)s "
        "ORDER BY started_at",
        {"id": interaction},
    )
    return [{**one, "id": str(one["id"])} for one in found]


def facts(interaction: str) -> list[Fact]:
    """What the core stated about it, in order; at most FACTS_SHOWN. Kinds of a newer version than ours are passed over."""
    found = rows(
        "SELECT at, fact::text AS fact FROM engine_fact WHERE interaction = %(id)s ORDER BY seq, index LIMIT %(limit)s",
        {"id": interaction, "limit": FACTS_SHOWN},
    )
    known = []
    for one in found:
        try:
            known.append(Fact(one["at"], msgspec.json.decode(one["fact"], type=AnyFact)))
        except msgspec.ValidationError:
            continue
    return known


def names(access: Access) -> Names:
    return names_of(access.tenant.id)
