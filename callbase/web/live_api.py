"""/api/live: who is signed in and idle, what waits, and every function of the link, for programs that only ask now and then. What
is seen, and what may be asked, is what the link would show and take."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Annotated, Any

import msgspec
from asgiref.sync import sync_to_async
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from callbase.apps.organization.access import Access, access_of_request
from callbase.core.call.attached import AttachedData
from callbase.core.events import AnyAction, ClearData, GetData, SetData
from callbase.core.facts import AgentState
from callbase.core.views import AgentView, InteractionView, Phase, QueueView, TenantView
from callbase.cti.decoding import unknown_field
from callbase.cti.messages import ReplyMessage
from callbase.web.documents import told
from callbase.web.errors import ApiError, Forbidden, Invalid, NotFound
from callbase.web.fields import Strict
from callbase.web.gateway.asking import asked
from callbase.web.gateway.door import application as gateway
from callbase.web.gateway.hub import Hub
from callbase.web.gateway.sight import sight_of

router = Router(tags=["live"])
Id = Annotated[str, Field(max_length=80)]
STATUS = {"engine_unavailable": 503, "value_invalid": 422, "out_of_range": 422}
"""Of the link's refusals; all others are 409: the present state does not have it."""


class Paged(Schema):
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=500)] = 50


class Agents(Paged):
    queue: Id | None = None
    """Those who serve it now."""
    state: AgentState | None = None
    signed_in: bool | None = None


class Interactions(Paged):
    queue: Id | None = None
    phase: Phase | None = None
    agent: Id | None = None


class Rows(Schema):
    items: list[dict[str, Any]]
    """As the link's views of the same name have them."""
    total: int
    page: int
    page_size: int


class DataIn(Strict):
    data: Annotated[dict[str, str | None], Field(max_length=100)]
    """null removes a key."""


class DataOut(Schema):
    data: dict[str, str]


class RequestIn(Strict):
    action: dict[str, Any]
    """A request of the link, with its `type`: docs/link-protocol.md."""


class ReplyOut(Schema):
    answer: dict[str, Any] | None
    """What was asked for, where the request was a question."""


@router.get("/agents", response=Rows)
async def list_agents(request: HttpRequest, wanted: Query[Agents]) -> dict[str, Any]:
    """Their states and reasons; idle ones: ?state=ready."""
    seen = await _seen(request)
    _known("queue", wanted.queue, seen.queues)
    return _page(filter(_wanted_agent(wanted), seen.agents.values()), wanted)


@router.get("/queues", response=Rows)
async def list_queues(request: HttpRequest, wanted: Query[Paged]) -> dict[str, Any]:
    """Groups with how many wait, are ready, busy and not ready."""
    return _page((await _seen(request)).queues.values(), wanted)


@router.get("/interactions", response=Rows)
async def list_interactions(request: HttpRequest, wanted: Query[Interactions]) -> dict[str, Any]:
    """Calls that go on now; who waits in a queue: ?phase=queue&queue=sales."""
    seen = await _seen(request)
    _known("queue", wanted.queue, seen.queues)
    _known("agent", wanted.agent, seen.agents)
    return _page(filter(_wanted_interaction(wanted), seen.interactions.values()), wanted)


@router.get("/interactions/{interaction}/data", response=DataOut)
async def get_data(request: HttpRequest, interaction: str) -> dict[str, Any]:
    answer = (await _ask(request, GetData(interaction=interaction))).answer
    return {"data": answer.data if isinstance(answer, AttachedData) else {}}


@router.patch("/interactions/{interaction}/data", response={204: None})
async def set_data(request: HttpRequest, interaction: str, data: DataIn) -> Status[None]:
    half = half_a_pair(data.data, "data")
    if half is not None:
        raise Invalid.of(half, "pattern")
    await _ask(request, SetData(interaction=interaction, data=data.data))
    return Status(204, None)


@router.delete("/interactions/{interaction}/data", response={204: None})
async def clear_data(request: HttpRequest, interaction: str) -> Status[None]:
    await _ask(request, ClearData(interaction=interaction))
    return Status(204, None)


@router.post("/requests", response=ReplyOut)
async def post_request(request: HttpRequest, data: RequestIn) -> dict[str, Any]:
    """Any request of the link. 409 where the present state does not have it."""
    half = half_a_pair(data.action, "action")
    if half is not None:
        raise Invalid.of(half, "pattern")
    try:
        action: AnyAction = msgspec.convert(data.action, AnyAction)
    except msgspec.ValidationError as error:
        field, problem = told(str(error))
        raise Invalid({f"action.{field}".rstrip("."): problem}) from None
    unknown = unknown_field(data.action, action)
    if unknown:
        raise Invalid.of(f"action.{unknown}", "unknown_field")
    reply = await _ask(request, action)
    return {"answer": msgspec.to_builtins(reply.answer)}


def half_a_pair(said: object, path: str) -> str | None:
    """Where there is half a surrogate pair in it, which no message of the link can carry."""
    if isinstance(said, str):
        return path if any("\ud800" <= one <= "\udfff" for one in said) else None
    if isinstance(said, list):
        return next(filter(None, (half_a_pair(one, f"{path}.{index}") for index, one in enumerate(said))), None)
    if isinstance(said, dict):
        inside = (half_a_pair(name, path) or half_a_pair(value, f"{path}.{name}") for name, value in said.items())
        return next(filter(None, inside), None)
    return None


async def _seen(request: HttpRequest) -> TenantView:
    access = await sync_to_async(access_of_request)(request)
    return sight_of(access).snapshot(_hub(access).views[access.tenant.id])


async def _ask(request: HttpRequest, action: AnyAction) -> ReplyMessage:
    access = await sync_to_async(access_of_request)(request)
    reply = await asked(_hub(access), access, action)
    error = reply.error
    if error is None:
        return reply
    if error.code == "forbidden":
        raise Forbidden
    if error.code == "interaction_unknown":
        raise NotFound
    raise ApiError(error.code, STATUS.get(error.code, 409), field=error.field or None, **error.data)


def _hub(access: Access) -> Hub:
    hub = gateway.hub
    if hub is None or not hub.online(access.tenant.id):
        raise ApiError("engine_unavailable", 503)
    return hub


def _known(field: str, wanted: str | None, there: Container[str]) -> None:
    """Raises Invalid for what there is none of, which would be found at nothing."""
    if wanted is not None and wanted not in there:
        raise Invalid.of(field, "unknown", value=wanted)


def _wanted_agent(wanted: Agents) -> Any:
    def matches(one: AgentView) -> bool:
        return (
            (wanted.queue is None or wanted.queue in one.queues)
            and (wanted.state is None or wanted.state == one.state)
            and (wanted.signed_in is None or wanted.signed_in == (one.state != "logged_off"))
        )

    return matches


def _wanted_interaction(wanted: Interactions) -> Any:
    def matches(one: InteractionView) -> bool:
        return (
            (wanted.queue is None or wanted.queue == one.queue or wanted.queue in one.also_in)
            and (wanted.phase is None or wanted.phase == one.phase)
            and (wanted.agent is None or wanted.agent == one.agent)
        )

    return matches


def _page(found: Iterable[AgentView | QueueView | InteractionView], paged: Paged) -> dict[str, Any]:
    rows = list(found)
    first = (paged.page - 1) * paged.page_size
    return {
        "items": msgspec.to_builtins(rows[first : first + paged.page_size]),
        "total": len(rows),
        "page": paged.page,
        "page_size": paged.page_size,
    }
