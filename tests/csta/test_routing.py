"""A program on the socket says where callers go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callbase.csta.document import Document
from tests.core.centre import flows
from tests.core.test_asking_a_program import ROUTED, until_asked
from tests.csta.conftest import Csta, StartCsta
from tests.csta.program import Program
from tests.csta.test_server import error

REGISTER = "<RouteRegister><routeingDevice>{}</routeingDevice></RouteRegister>"


@asynccontextmanager
async def routing(start_csta: StartCsta) -> AsyncIterator[tuple[Csta, Program]]:
    """A program that routes for the device the caller's flow asks for."""
    async with start_csta(flows=flows() | ROUTED) as csta:
        program = await csta.program()
        registered = await program.ask(REGISTER.format("vdn1"))
        assert registered.value("routeRegisterReqID")
        yield csta, program


async def asked(csta: Csta, program: Program) -> Document:
    csta.centre.call()
    until_asked(csta.centre)
    return await program.request("RouteRequest")


def say(program: Program, request: Document, message: str, more: str = "") -> None:
    reference = f"<crossRefIdentifier>{request.value('crossRefIdentifier')}</crossRefIdentifier>"
    program.send(f"<{message}>{reference}{more}</{message}>", 77)


async def test_a_program_is_asked_and_says_a_queue(start_csta: StartCsta) -> None:
    async with routing(start_csta) as (csta, program):
        request = await asked(csta, program)
        assert request.value("currentRoute", "deviceIdentifier") == csta.centre.only().called_number
        assert request.value("callingDevice", "deviceIdentifier") == "13900139000"
        assert request.value("routeingDevice", "deviceIdentifier") == "vdn1"
        assert request.value("routedCall", "callID") == csta.centre.only().interaction
        say(program, request, "RouteSelect", "<routeSelected>support</routeSelected><routeUsedReq>true</routeUsedReq>")
        used = await program.request("RouteUsed")
        assert used.value("routeUsed", "deviceIdentifier") == "support"
        ended = await program.request("RouteEnd")
        assert ended.find("errorValue") is None
        assert csta.centre.only().queue == "support"


async def test_the_first_alternative_that_can_be_taken_is(start_csta: StartCsta) -> None:
    async with routing(start_csta) as (csta, program):
        request = await asked(csta, program)
        others = "<alternateRoutes><deviceID>1003</deviceID><deviceID>support</deviceID></alternateRoutes>"
        say(program, request, "RouteSelect", f"<routeSelected>1002</routeSelected>{others}")
        await program.request("RouteEnd")
        assert csta.centre.only().queue == "support"


async def test_where_the_route_cannot_be_taken_the_program_is_asked_again(start_csta: StartCsta) -> None:
    async with routing(start_csta) as (csta, program):
        request = await asked(csta, program)
        say(program, request, "RouteSelect", "<routeSelected>1002</routeSelected>")
        again = await program.request("ReRoute")
        say(program, again, "RouteSelect", "<routeSelected>02155556666</routeSelected>")
        await program.request("RouteEnd")
        assert csta.centre.only().dialled == "02155556666"


@pytest.mark.parametrize("message", ["RouteEnd", "RouteReject"])
async def test_a_program_that_does_not_know_leaves_it_to_our_rules_at_once(start_csta: StartCsta, message: str) -> None:
    async with routing(start_csta) as (csta, program):
        request = await asked(csta, program)
        await program.monitor("sales")
        say(program, request, message)
        await program.event("QueuedEvent")
        assert csta.centre.only().queue == "sales"


async def test_without_a_word_in_time_our_rules_hold_and_the_program_is_told(start_csta: StartCsta) -> None:
    async with routing(start_csta) as (csta, program):
        request = await asked(csta, program)
        csta.centre.run_for(3_000)
        ended = await program.request("RouteEnd")
        assert ended.value("crossRefIdentifier") == request.value("crossRefIdentifier")
        assert ended.value("errorValue", "operation") == "routeingTimerExpired"
        say(program, request, "RouteSelect", "<routeSelected>support</routeSelected>")
        assert error(await program.answer(77)) == ("operation", "invalidRouteingCrossRefID")
        assert csta.centre.only().queue == "sales"


async def test_of_two_programs_the_first_to_say_has_its_way(start_csta: StartCsta) -> None:
    async with routing(start_csta) as (csta, program):
        other = await csta.program()
        await other.ask("<RouteRegister/>")
        request, same = await asked(csta, program), await other.request("RouteRequest")
        say(other, same, "RouteSelect", "<routeSelected>support</routeSelected>")
        assert (await other.request("RouteEnd")).find("errorValue") is None
        assert (await program.request("RouteEnd")).find("errorValue") is not None
        assert request.value("routedCall", "callID") == same.value("routedCall", "callID")


async def test_who_registers_later_is_asked_about_who_waits_and_who_cancels_is_asked_no_more(start_csta: StartCsta) -> None:
    async with start_csta(flows=flows() | ROUTED) as csta:
        program = await csta.program()
        csta.centre.call()
        until_asked(csta.centre)
        elsewhere = await program.ask(REGISTER.format("vdn2"))
        registered = await program.ask(REGISTER.format("vdn1"))
        request = await program.request("RouteRequest")
        assert request.value("routeRegisterReqID") == registered.value("routeRegisterReqID")
        assert registered.value("routeRegisterReqID") != elsewhere.value("routeRegisterReqID")
        cancel = f"<RouteRegisterCancel><routeRegisterReqID>{registered.value('routeRegisterReqID')}</routeRegisterReqID>"
        assert (await program.ask(f"{cancel}</RouteRegisterCancel>")).name == "RouteRegisterCancelResponse"
        again = await program.ask(f"{cancel}</RouteRegisterCancel>")
        assert error(again) == ("operation", "invalidRouteRegistrationCrossRefID")
