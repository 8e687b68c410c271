"""Data that requests bring (ECMA-269 §18.1.1).

Whatever asks something of a call may bring some. It is attached first, so that it is on the screen of whoever rings by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from callbase.core.call.attached import AttachedData, changed_data
from callbase.core.errors import RequestRefused
from callbase.core.events import GetData, SetData
from callbase.core.views import InteractionView
from callbase.csta import failures
from callbase.csta.data import items_in, octets_in, text_of
from callbase.csta.desk import Desk
from callbase.csta.devices import call_named, connection_named, interaction_of
from callbase.csta.document import Document, Part
from callbase.csta.failures import Failure

Service = Callable[[Desk, Document], Awaitable[Part | None]]
"""Answers a request, or raises Failure. None: the standard has no answer to it."""

_NAMES_THE_CALL = (
    "callToBeAnswered",
    "callToBeCleared",
    "callToBeDiverted",
    "callToBeHeld",
    "callToBePickedUp",
    "callToBeRetrieved",
    "connectionToBeCleared",
    "connectionToSendDigits",
    "existingCall",
    "heldCall",
    "activeCall",
    "parking",
)
"""The elements of requests that name what call they are about."""


def with_data(service: Service) -> Service:
    """The service, with the data a request brings for the call it names. Refused data refuses the request; where the service
    itself is refused, the data is as it was."""

    async def serve(desk: Desk, asked: Document) -> Part | None:
        data = data_of(asked)
        one = _call_of(desk, asked) if data else None
        if one is None:
            return await service(desk, asked)
        try:
            before = await _attached(desk, one.interaction, data)
            await attach(desk, one.interaction, data)
        except Failure:
            if asked.name != "DirectedPickupCall":
                raise
            return await _then_attached(service, desk, asked, one)
        try:
            return await service(desk, asked)
        except Failure:
            await _put_back(desk, one.interaction, data, before)
            raise

    return serve


async def attach(desk: Desk, interaction: str, data: dict[str, str | None]) -> None:
    """Raises Failure."""
    if data:
        await desk.ask(SetData(interaction=interaction, data=data))


def data_of(asked: Document) -> dict[str, str | None]:
    """What a request brings; an item that is empty is removed. Raises Failure."""
    data: dict[str, str | None] = {key: _text(octets) or None for key, octets in octets_in(asked).items()}
    return data | {key: value or None for key, value in (items_in(asked) or {}).items()}


def checked(data: dict[str, str | None], before: InteractionView | None = None) -> dict[str, str | None]:
    """Data that a call may have. Raises Failure."""
    try:
        changed_data(before.data if before is not None else {}, data)
    except RequestRefused as refused:
        raise failures.failure_of(refused.error) from refused
    return data


def _call_of(desk: Desk, asked: Document) -> InteractionView | None:
    """None where the request is about none. Raises Failure."""
    if asked.name.startswith("Route") and asked.value("crossRefIdentifier"):
        return desk.view.interactions.get(desk.routes.dialog(asked.value("crossRefIdentifier")).interaction)
    named = next((found for name in _NAMES_THE_CALL if (found := asked.find(name)) is not None), None)
    if named is None:
        return None
    call = call_named(desk.view, named.value("callID")) if named.value("callID") else connection_named(desk.view, named)[0]
    return interaction_of(desk.view, call)


async def _then_attached(service: Service, desk: Desk, asked: Document, one: InteractionView) -> Part | None:
    """Who fetches a call may have no right to what is attached to it before it is its own."""
    data = checked(data_of(asked), one)
    answer = await service(desk, asked)
    await attach(desk, one.interaction, data)
    return answer


async def _attached(desk: Desk, interaction: str, keys: Iterable[str]) -> dict[str, str]:
    """As the engine has it: what is shown may be on its way. Raises Failure."""
    answer = (await desk.ask(GetData(interaction=interaction, keys=tuple(keys)))).answer
    return answer.data if isinstance(answer, AttachedData) else {}


async def _put_back(desk: Desk, interaction: str, data: dict[str, str | None], before: dict[str, str]) -> None:
    with suppress(Failure):
        if not desk.view.interactions.get(interaction):
            return
        now = await _attached(desk, interaction, data)
        await attach(desk, interaction, {key: before.get(key) for key, value in data.items() if now.get(key) == value})


def _text(octets: str | None) -> str:
    """Raises Failure where they are not hexadecimal UTF-8, or in a form of the program's own."""
    try:
        if octets is not None:
            return text_of(octets)
    except ValueError as error:
        raise failures.operation("invalidParameterValue") from error
    raise failures.operation("invalidParameterValue")
