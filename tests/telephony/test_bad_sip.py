"""What a stranger may send: Asterisk refuses or ignores it, and the next caller is served."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from callbase.core import events
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.telephone import Telephone
from tests.telephony.centre import CUSTOMER
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_talk import hear_each_other, talking

_INVITE = (
    "INVITE sip:4008001234@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKbad\r\n"
    "From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: bad{n}@x\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:a@127.0.0.1:9>\r\nMax-Forwards: 70\r\n"
)
MALFORMED: dict[str, bytes] = {
    "nothing but line breaks": b"\r\n\r\n\r\n",
    "not SIP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "binary": bytes(range(256)) * 4,
    # RFC 4475 §3.1.2.1, extraneous separators
    "extraneous header field separators": (_INVITE + "Contact: <sip:a@127.0.0.1>;;,;,,\r\nContent-Length: 0\r\n\r\n").encode(),
    # RFC 4475 §3.1.2.2
    "content length larger than message": (_INVITE + "Content-Length: 9999\r\n\r\nv=0\r\n").encode(),
    # RFC 4475 §3.1.2.3
    "negative content length": (_INVITE + "Content-Length: -999\r\n\r\n").encode(),
    # RFC 4475 §3.1.2.4
    "overlarge sequence number": _INVITE.replace("CSeq: 1", "CSeq: 36893488147419103232").encode() + b"Content-Length: 0\r\n\r\n",
    # RFC 4475 §3.1.2.6
    "unterminated quoted string": _INVITE.replace("To: <", 'To: "Mr. J. User <').encode() + b"Content-Length: 0\r\n\r\n",
    # RFC 4475 §3.1.2.16
    "unknown version": _INVITE.replace("SIP/2.0\r", "SIP/7.0\r", 1).encode() + b"Content-Length: 0\r\n\r\n",
    # RFC 4475 §3.3.1
    "missing required fields": b"INVITE sip:user@example.com SIP/2.0\r\nCSeq: 193942 INVITE\r\nContent-Length: 0\r\n\r\n",
    "a session description of rubbish": (
        _INVITE + "Content-Type: application/sdp\r\nContent-Length: 20\r\n\r\nv=0\r\nm=audio x y z w\r\n"
    ).encode(),
    "a very long number": _INVITE.replace("4008001234", "4" * 5000).encode() + b"Content-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_sip_does_no_harm(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: Callable[..., Telephone], sent: bytes
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(sent, switch.sip_address)
    async with new_phone(CUSTOMER) as customer:
        call = await customer.call("4001")
        await heard.wait(events.CallOffered, called_number="4001")
        call.hang_up()
        await heard.wait(events.LegEnded, cause="cancelled")
    assert switch.process is not None
    assert switch.process.poll() is None


async def test_a_call_in_the_middle_of_rubbish_over_tcp_closes_only_that_connection(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: Callable[..., Telephone]
) -> None:
    with socket.create_connection(switch.sip_address, timeout=5) as stranger:
        stranger.sendall(b"\x00" * 10_000)
    async with new_phone(CUSTOMER) as customer:
        await customer.call("4001")
        await heard.wait(events.CallOffered, called_number="4001")


async def test_a_number_of_one_key_is_offered_too(
    driver: AsteriskDriver, heard: Heard, new_phone: Callable[..., Telephone]
) -> None:
    async with new_phone(CUSTOMER) as customer:
        await customer.call("9")
        assert (await heard.wait(events.CallOffered)).called_number == "9"


async def test_a_callers_refer_is_declined_and_cannot_end_the_switch(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: Callable[..., Telephone]
) -> None:
    """One that wants no NOTIFY (RFC 4488) ends Asterisk 22.10 where a program answers transfers."""
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        assert "603" in await talk.customer.transfer("1002", ("refer-sub", "false"))
        assert "603" in await talk.customer.transfer("1002")
        assert not heard.all(events.LegTransfers)
        await hear_each_other(talk)
    assert switch.process is not None
    assert switch.process.poll() is None
