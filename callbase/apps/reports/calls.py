"""What is counted of calls: offered, answered, abandoned, waits, and handling times (COPC). What a call counts as is said in
`callbase.apps.interactions.measures`, once, for this and for the lists behind the numbers.

- service level: within_service_level / (answered + abandoned).
- ASA, average speed of answer: mean wait in the queue of the answered.
- longest wait: of all that were offered, those still waiting included.
- AHT, average handling time: (talk + hold + wrap-up) / calls, over answered calls whose handling is over.
- talk, hold and wrap-up times are those of the answered calls, as far as they have ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callbase.apps.interactions.measures import measured
from callbase.apps.interactions.names import DEFAULT_SERVICE_LEVEL_S, Names
from callbase.apps.interactions.results import CONDITIONS
from callbase.apps.interactions.sql import rows

COUNTS = """count(*) FILTER (WHERE offered) AS offered, count(*) FILTER (WHERE answered) AS answered,
    count(*) FILTER (WHERE abandoned) AS abandoned, count(*) FILTER (WHERE within_service_level) AS within_service_level"""

SPENT = ", ".join(
    f"sum(extract(epoch FROM s.ended_at - s.started_at) * 1000) FILTER (WHERE s.kind IN ({kinds})) AS {name}_ms"
    for name, kinds in (("talk", "'talk', 'conference'"), ("hold", "'hold'"), ("wrap_up", "'wrap_up'"))
)
HANDLE_MS = "coalesce(talk_ms, 0) + coalesce(hold_ms, 0) + coalesce(wrap_up_ms, 0)"

HANDLING = f"""
    SELECT m.id, m.queue, bool_and(s.ended_at IS NOT NULL) AS over, {SPENT}
    FROM m JOIN segment s ON s.interaction = m.id AND s.started_at >= m.begun_at
      AND s.kind IN ('talk', 'conference', 'hold', 'wrap_up')
    WHERE m.answered AND (s.queue IS NULL OR coalesce(m.queue, %(queue)s::text) IS NULL OR s.queue = coalesce(m.queue, %(queue)s))
      AND (%(agents)s::text[] IS NULL OR s.agent = ANY(%(agents)s))
    GROUP BY m.id, m.queue
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Period:
    """Calls that began in it, of one tenant; perhaps of one queue, of some agents. `now`: for what goes on still."""

    tenant: str
    begun_from: datetime
    begun_before: datetime
    now: datetime
    queue: str | None = None
    agents: Sequence[str] | None = None

    def measured(self, names: Names, *, by_queue: bool = False) -> tuple[str, dict[str, Any]]:
        query, parameters = measured(
            self.tenant,
            names.service_levels_s,
            self.now,
            begun_from=self.begun_from,
            begun_before=self.begun_before,
            queue=self.queue,
            agents=self.agents,
            by_queue=by_queue,
        )
        return query, {**parameters, "queue": self.queue, "agents": self.agents}


def totals(period: Period, names: Names) -> dict[str, Any]:
    found = _measures(period, names, by_queue=False)
    levels = {
        names.service_levels_s.get(queue, DEFAULT_SERVICE_LEVEL_S)
        for queue in ([period.queue] if period.queue else names.service_levels_s)
    }
    return _complete(found[0] if found else {}, levels.pop() if len(levels) == 1 else None)


def missed(period: Period) -> int:
    found = rows(
        f"SELECT count(*) AS missed FROM interaction i WHERE i.tenant = %(tenant)s AND {CONDITIONS['missed']}"  # noqa: S608
        " AND i.started_at >= %(begun_from)s AND i.started_at < %(begun_before)s",
        {"tenant": period.tenant, "begun_from": period.begun_from, "begun_before": period.begun_before},
    )
    return int(found[0]["missed"])


def queues(period: Period, names: Names) -> list[dict[str, Any]]:
    """Each configured queue, and others calls went through."""
    found = {one["queue"]: one for one in _measures(period, names, by_queue=True)}
    wanted = [period.queue] if period.queue else sorted({*names.queues, *found})
    return [
        {
            "queue": queue,
            "name": names.queue(queue),
            **_complete(found.get(queue, {}), names.service_levels_s.get(queue, DEFAULT_SERVICE_LEVEL_S)),
        }
        for queue in wanted
    ]


def hours(period: Period, names: Names, timezone: str) -> list[dict[str, Any]]:
    """By the hour of the tenant's day the call began in; all 24."""
    query, parameters = period.measured(names)
    found = rows(
        f"SELECT extract(hour FROM begun_at AT TIME ZONE %(timezone)s)::int AS hour, {COUNTS} "  # noqa: S608
        f"FROM ({query}) m GROUP BY 1",
        {**parameters, "timezone": timezone},
    )
    by_hour = {one["hour"]: one for one in found}
    return [
        {name: by_hour.get(hour, {}).get(name, 0) for name in ("offered", "answered", "abandoned")} | {"hour": hour}
        for hour in range(24)
    ]


def _measures(period: Period, names: Names, *, by_queue: bool) -> list[dict[str, Any]]:
    query, parameters = period.measured(names, by_queue=by_queue)
    return rows(
        f"""
        WITH m AS MATERIALIZED ({query}), handled AS ({HANDLING})
        SELECT m.queue, {COUNTS},
               avg(answer_ms) FILTER (WHERE answered) AS asa_ms, max(longest_ms) FILTER (WHERE offered) AS longest_wait_ms,
               sum(talk_ms) AS talk_ms, sum(hold_ms) AS hold_ms, sum(wrap_up_ms) AS wrap_up_ms,
               avg({HANDLE_MS}) FILTER (WHERE over) AS aht_ms
        FROM m LEFT JOIN handled h ON h.id = m.id AND h.queue IS NOT DISTINCT FROM m.queue
        GROUP BY m.queue
        """,  # noqa: S608
        parameters,
    )


def _complete(found: dict[str, Any], service_level_s: float | None) -> dict[str, Any]:
    counts = {name: found.get(name) or 0 for name in ("offered", "answered", "abandoned", "within_service_level")}
    judged = counts["answered"] + counts["abandoned"]
    return {
        **counts,
        "service_level": counts["within_service_level"] / judged if judged else None,
        "service_level_s": service_level_s,
        **{name: whole(found.get(name)) for name in ("asa_ms", "longest_wait_ms", "aht_ms")},
        **{name: whole(found.get(name)) or 0 for name in ("talk_ms", "hold_ms", "wrap_up_ms")},
    }


def whole(value: Any) -> int | None:
    """Milliseconds as PostgreSQL's numeric gives them, as a whole number."""
    return None if value is None else round(value)
