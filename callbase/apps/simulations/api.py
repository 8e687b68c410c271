"""/api/simulations"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.organization.access import request_language
from callbase.apps.simulations import actions, queries
from callbase.apps.simulations.access import manage
from callbase.apps.simulations.schemas import SimulationIn, SimulationOut
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["simulations"])


@router.get("", response=Page[SimulationOut])
def list_simulations(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.simulations(manage(request)), paging, default="-created_at", sort={"created_at": "created_at", "state": "state"}
    )
    language = request_language(request)
    return {**page, "items": [queries.simulation_detail(row, language) for row in page["items"]]}


@router.post("", response={202: SimulationOut})
def ask(request: HttpRequest, data: SimulationIn) -> Status[dict[str, Any]]:
    """Played in the background; ask for it again to see how far it is."""
    row = actions.do_ask(manage(request), data.model_dump(mode="json"))
    return Status(202, queries.simulation_detail(row, request_language(request)))


@router.get("/{simulation_id}", response=SimulationOut)
def get_simulation(request: HttpRequest, simulation_id: str) -> dict[str, Any]:
    row = one(queries.simulations(manage(request)), id=simulation_id)
    return queries.simulation_detail(row, request_language(request))


@router.delete("/{simulation_id}", response={204: None})
def delete_simulation(request: HttpRequest, simulation_id: str) -> Status[None]:
    access = manage(request)
    actions.do_delete(access, one(queries.simulations(access), id=simulation_id))
    return Status(204, None)
