"""Whose number and which number an INVITE tells, however a network writes them."""

from __future__ import annotations

import itertools
import socket

from callbase.core import events
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.audio import ALAW
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.conftest import hang_up_all
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch

SDP = f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP {ALAW.payload_type}\r\n"
WRITTEN = [
    (f"<sip:{CUSTOMER}@127.0.0.1>", CUSTOMER),
    (f"<sip:+86{CUSTOMER};cpc=ordinary@127.0.0.1;user=phone>", f"+86{CUSTOMER}"),
    (f"<sip:{CUSTOMER};phone-context=+86@127.0.0.1;user=phone>", CUSTOMER),
    (f"<tel:+86{CUSTOMER}>", f"+86{CUSTOMER}"),
    (f"<tel:{CUSTOMER};phone-context=+86>", CUSTOMER),
    (f'"\U0001f600 王先生" <sip:{CUSTOMER}@127.0.0.1>', CUSTOMER),
    ('"Anonymous" <sip:anonymous@anonymous.invalid>', ""),
    ("<sip:127.0.0.1>", ""),
]
"""From, and the caller's number it tells."""
CALLED = [
    f"sip:{DID};phone-context=+86@127.0.0.1;user=phone",
    f"sip:{DID};npdi@127.0.0.1;user=phone",
    f"tel:{DID};phone-context=+86",
]
_times = itertools.count(1)


def invite(switch: RunningSwitch, stranger: socket.socket, *, caller: str, called: str) -> None:
    here = "{}:{}".format(*stranger.getsockname())
    number = f"{here}-{next(_times)}"
    head = (
        f"INVITE {called} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{number}\r\nFrom: {caller};tag=1\r\n"
        f"To: <{called}>\r\nCall-ID: {number}\r\nCSeq: 1 INVITE\r\nContact: <sip:a@{here}>\r\nMax-Forwards: 70\r\n"
        f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n"
    )
    stranger.sendto((head + SDP).encode(), switch.sip_address)


async def test_numbers_are_known_however_they_are_written(driver: AsteriskDriver, heard: Heard, switch: RunningSwitch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        for caller, number in WRITTEN:
            invite(switch, stranger, caller=caller, called=f"sip:{DID}@127.0.0.1")
            offered = await heard.wait(events.CallOffered)
            assert offered.caller_number == number, caller
            heard.events.clear()
        for called in CALLED:
            invite(switch, stranger, caller=f"<sip:{CUSTOMER}@127.0.0.1>", called=called)
            assert (await heard.wait(events.CallOffered)).called_number == DID, called
            heard.events.clear()


async def test_so_they_are_where_asterisk_has_found_the_trunk_on_its_disk(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch
) -> None:
    switch.stop()
    switch.start()
    await heard.wait(events.SwitchConnected, count=2)
    await test_numbers_are_known_however_they_are_written(driver, heard, switch)
    await hang_up_all(switch)
