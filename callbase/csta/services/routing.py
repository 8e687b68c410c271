"""A program routes callers (ECMA-269 §20): registered for a device it is asked by RouteRequest and answers by RouteSelect."""

from __future__ import annotations

from callbase.core.events import SelectRoute
from callbase.csta.desk import Desk
from callbase.csta.document import Document, Part
from callbase.csta.failures import Failure
from callbase.csta.parts import device
from callbase.csta.routes import Dialog
from callbase.csta.services.functions import destination


async def route_register(desk: Desk, asked: Document) -> Part:
    """For what flows ask under that name; without one for all. Calls that wait for a word now are asked about at once."""
    registration = desk.routes.register(asked.value("routeingDevice"))
    for message in desk.routes.requests(desk.view.interactions.values()):
        desk.later(message)
    media: Part = ("actualRouteingMediaClass", [("voice", "true")])
    return ("RouteRegisterResponse", [("routeRegisterReqID", registration), media])


async def route_register_cancel(desk: Desk, asked: Document) -> Part:
    desk.routes.cancel(asked.value("routeRegisterReqID"))
    return ("RouteRegisterCancelResponse", [])


async def route_select(desk: Desk, asked: Document) -> None:
    """The first of the routes that can be taken. Where none can, the program is asked again while there is time."""
    dialog = desk.routes.dialog(asked.value("crossRefIdentifier"))
    alternates = asked.find("alternateRoutes")
    names = [asked.value("routeSelected"), *(one.text for one in (alternates.every("deviceID") if alternates else ()))]
    for name in filter(None, names):
        if await _taken(desk, dialog, name):
            if asked.value("routeUsedReq") in ("true", "1"):
                desk.later(dialog.message("RouteUsed", device("routeUsed", name)))
            desk.later(dialog.message("RouteEnd"))
            return
    if desk.routes.open(dialog, desk.view.interactions):
        desk.later(dialog.message("ReRoute"))
    else:
        desk.end_routes()


async def route_end(desk: Desk, asked: Document) -> None:
    """The program leaves it to the flow: its own end of the question, or a rejection of the call."""
    dialog = desk.routes.dialog(asked.value("crossRefIdentifier"))
    desk.routes.end(dialog)
    try:
        await desk.ask(SelectRoute(interaction=dialog.interaction, asked=dialog.asked))
    except Failure:
        return  # the call waits no more, which is as well


async def _taken(desk: Desk, dialog: Dialog, name: str) -> bool:
    dialog.tried = True
    try:
        to = destination(desk.view, name)
        await desk.ask(SelectRoute(interaction=dialog.interaction, asked=dialog.asked, to=to))
    except Failure:
        return False
    else:
        desk.routes.end(dialog)
        return True
    finally:
        dialog.tried = False
