"""All writes of simulations: one is asked for, played by the worker, and kept with its result."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.db import connection, transaction
from procrastinate.jobs import JobDeferrer

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.known import Known
from callbase.apps.configuration.queries import build, known
from callbase.apps.organization.access import Access
from callbase.apps.queues import rules
from callbase.apps.queues.treatment import waiting_problems
from callbase.apps.simulations import queries
from callbase.apps.simulations.models import Simulation
from callbase.core.config import Config, Queue, Tenant
from callbase.simulation.past import supposed
from callbase.simulation.play import Progress, UnknownInPlan, play
from callbase.simulation.result import DayResult
from callbase.simulation.staffing import Shift
from callbase.simulation.traffic import Load, TracedCall, drawn
from callbase.web.errors import ApiError, Invalid
from callbase.web.tenant_wall import every_tenant

MOST_CALLS = 50_000
KEPT = 50
"""Newest of a tenant."""
HOUR_MS = 3_600_000


class Deleted(Exception):
    """While it was played."""


class NothingToPlay(Exception):
    """`code`: of the error catalogue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def do_ask(access: Access, question: dict[str, Any]) -> Simulation:
    """Raises Invalid where it names what is not there, ApiError where one of the tenant's is under way."""
    with connection.cursor() as cursor:  # one at a time asks
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"simulation.{access.tenant.id}"])
    if queries.under_way(access):
        raise ApiError("simulation_running", 409)
    _check(build(version=0).tenants[access.tenant.id], known(access), question)
    row = Simulation(tenant=access.tenant, created_by=access.actor, question=question)
    row.save()
    record_change(access, "simulation.create", str(row.id), after={"traffic": question["traffic"]["kind"]})
    for old in queries.simulations(access).order_by("-created_at")[KEPT:]:
        do_delete(access, old)
    from callbase.apps.simulations.tasks import play_simulation  # the task builds on this module

    task = play_simulation.configure(lock=f"simulations.play.{access.tenant.id}")
    transaction.on_commit(lambda: _defer(task, str(row.id)))
    return row


def _defer(task: JobDeferrer, simulation: str) -> None:
    with every_tenant():  # the worker's queue is one for all
        task.defer(simulation=simulation)


@transaction.atomic
def do_delete(access: Access, row: Simulation) -> None:
    record_change(access, "simulation.delete", str(row.id), before={"traffic": row.question["traffic"]["kind"]})
    row.delete()


def _check(tenant: Tenant, names: Known, question: dict[str, Any]) -> None:
    """What is planned must be what could be saved."""
    for index, queue in enumerate(question["queues"]):
        if queue["id"] not in tenant.queues:
            raise Invalid.of(f"queues.{index}.id", "unknown", value=queue["id"])
        for place, member in enumerate(queue["members"]):
            if member["agent"] not in tenant.agents:
                raise Invalid.of(f"queues.{index}.members.{place}.agent", "unknown", value=member["agent"])
        planned = msgspec.convert(queue, Queue)
        problems = {**waiting_problems(queue["waiting"], names), **rules.problems(planned, names)}
        if problems:
            raise Invalid({f"queues.{index}.{path}": problem for path, problem in problems.items()})
    traffic, staff = question["traffic"], question["staff"]
    if traffic["kind"] == "drawn":
        for index, load in enumerate(traffic["loads"]):
            if load["queue"] not in tenant.queues:
                raise Invalid.of(f"traffic.loads.{index}.queue", "unknown", value=load["queue"])
        if sum(sum(load["calls_per_hour"]) for load in traffic["loads"]) > MOST_CALLS:
            raise Invalid.of("traffic.loads", "too_big", limit=str(MOST_CALLS))
    if staff["kind"] == "members" and staff["end"] <= staff["start"]:
        raise Invalid.of("staff.end", "end_before_start")


# --- in the worker ---------------------------------------------------------------------------------------------------


def run(simulation: str) -> None:
    """Plays it, saying how far it is; keeps the result, or why there is none. One that was deleted is played no further."""
    row = Simulation.objects.select_related("tenant").filter(id=simulation).first()
    if row is None:
        return
    _set(row, state="running", progress=0.0)
    try:
        result = answer(row)
    except NothingToPlay as problem:
        _set(row, state="failed", error=problem.code)
    except Deleted:
        return
    except UnknownInPlan:
        _set(row, state="failed", error="simulation_plan")
    except Exception:
        _set(row, state="failed", error="internal")
        raise
    else:
        _set(row, state="done", progress=1.0, result=result)


def answer(row: Simulation) -> dict[str, Any]:
    """Raises NothingToPlay, UnknownInPlan, Deleted."""
    tenant, question = row.tenant, row.question
    present = build(version=1)
    present = Config(version=1, tenants={tenant.id: present.tenants[tenant.id]})
    planned = _planned(present, tenant.id, question["queues"])
    calls, shifts = _calls(row), _shifts(row, (present, planned))
    known = present.tenants[tenant.id]
    calls = [call for call in calls if call.queue in known.queues]
    shifts = [shift for shift in shifts if shift.agent in known.agents]
    if not calls:
        raise NothingToPlay("simulation_no_calls")
    if not shifts:
        raise NothingToPlay("simulation_no_staff")
    if len(calls) > MOST_CALLS:
        raise NothingToPlay("simulation_too_big")
    midnight_ms = int(queries.midnight(tenant.timezone, _day(question)).timestamp() * 1000)
    plays = [present] if planned is present else [present, planned]

    def played(place: int) -> dict[str, Any]:
        return _day_result(
            play(
                plays[place],
                tenant.id,
                calls,
                shifts,
                midnight_ms=midnight_ms,
                ring_ms=int(question["ring_s"] * 1000),
                progress=_progress(row, place, len(plays)),
            )
        )

    return {"present": played(0), "planned": played(1) if len(plays) > 1 else None}


def _planned(present: Config, tenant: str, queues: list[dict[str, Any]]) -> Config:
    if not queues:
        return present
    there = present.tenants[tenant]
    planned = {queue["id"]: msgspec.convert(queue, Queue) for queue in queues}
    changed = msgspec.structs.replace(there, queues={**there.queues, **planned})
    return Config(version=1, tenants={tenant: changed})


def _day(question: dict[str, Any]) -> dt.date:
    """The day that is played: the past one asked for, else a Monday of no holiday."""
    for part in ("traffic", "staff"):
        if question[part]["kind"] == "past":
            return dt.date.fromisoformat(question[part]["date"])
    return dt.date(2026, 3, 2)


def _calls(row: Simulation) -> list[TracedCall]:
    traffic, seed = row.question["traffic"], row.question["seed"]
    if traffic["kind"] == "past":
        seen = queries.seen_calls(row.tenant_id, row.tenant.timezone, dt.date.fromisoformat(traffic["date"]))
        return supposed(seen, seed)
    loads = [
        Load(
            queue=load["queue"],
            calls=tuple(load["calls_per_hour"]),
            interval_ms=HOUR_MS,
            talk_ms=load["talk_s"] * 1000,
            patience_ms=load["patience_s"] * 1000 if load["patience_s"] is not None else None,
        )
        for load in traffic["loads"]
    ]
    return drawn(loads, seed)


def _shifts(row: Simulation, configs: tuple[Config, ...]) -> list[Shift]:
    """The same people are at work on both days, whether a queue of that day's asks them or not."""
    staff = row.question["staff"]
    if staff["kind"] == "past":
        return queries.seen_shifts(row.tenant_id, row.tenant.timezone, dt.date.fromisoformat(staff["date"]))
    queues = [queue for config in configs for queue in config.tenants[row.tenant_id].queues.values()]
    members = {member.agent for queue in queues for member in queue.members}
    start_ms, end_ms = int(staff["start"] * HOUR_MS), int(staff["end"] * HOUR_MS)
    return [Shift(agent=agent, start_ms=start_ms, end_ms=end_ms) for agent in sorted(members)]


def _day_result(day: DayResult) -> dict[str, Any]:
    queues = [
        {**msgspec.to_builtins(queue), "service_level": queue.service_level}
        for queue in sorted(day.queues.values(), key=lambda queue: queue.queue)
    ]
    return {"queues": queues, "calls": day.calls, "agents": day.agents, "occupancy": day.occupancy}


def _progress(row: Simulation, place: int, plays: int) -> Progress:
    said = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal said
        now = (place + done / max(1, of)) / plays
        if now - said >= 0.02:
            said = now
            if not _set(row, progress=min(now, 0.99)):
                raise Deleted

    return tell


def _set(row: Simulation, **values: Any) -> bool:
    """False where it is no more."""
    return Simulation.objects.filter(id=row.id).update(seen_at=dt.datetime.now(dt.UTC), **values) > 0
