"""Why a leg ended, out of Asterisk's Q.850 cause and the SIP status it keeps beside it.

The SIP status is the better witness: Asterisk's own dial status says NOANSWER for nearly everything.
"""

from __future__ import annotations

from callbase.core.events import Cause

_BY_SIP: dict[int, Cause] = {
    **dict.fromkeys((300, 301, 302, 305, 380), "rejected"),  # whom it names instead is not called
    403: "rejected",
    404: "unallocated",
    408: "no_user_responding",
    410: "unallocated",
    480: "no_answer",
    484: "invalid_number",
    486: "busy",
    487: "cancelled",
    488: "error",
    500: "error",
    502: "unreachable",
    503: "congestion",
    600: "busy",
    603: "rejected",
    604: "unallocated",
}

_BY_Q850: dict[int, Cause] = {
    1: "unallocated",
    16: "normal",
    17: "busy",
    18: "no_user_responding",
    19: "no_answer",
    20: "unreachable",
    21: "rejected",
    22: "unallocated",
    23: "rejected",
    27: "unreachable",
    28: "invalid_number",
    31: "normal",
    34: "congestion",
    38: "error",
    42: "congestion",
    44: "media_lost",
}

MEDIA_LOST_Q850 = 44
"""What Asterisk sets when it ends a call because no RTP arrived within `rtp_timeout`."""

NORMAL_Q850 = {0, 16}
"""A party's BYE, with a reason or without. Any other may be Asterisk's own, as 58 where it cannot agree on media any more, and
the telephone has not heard of it yet."""


LOST_SIP = {408, 481, 488, 500, 503, 504}
"""What ends a call where a request within it is answered so: 481 comes from a telephone that has begun anew, 408 means that
nothing came, and 488 that there is no codec in common any more."""


def failed_cause(q850: int, sip: int) -> Cause:
    """Why a leg that was called never was answered."""
    if sip in _BY_SIP:
        return _BY_SIP[sip]
    if q850 == 0:
        return "error"
    cause = _BY_Q850.get(q850, "error")
    return "no_answer" if cause == "normal" else cause


def ended_cause(q850: int, sip: int = 0) -> Cause:
    """Why an answered leg ended: a hang-up is normal whatever its number, except that the media were lost, or that a request
    within the call failed, upon which Asterisk ends it. The status may be left of an earlier one; who hangs up has a normal
    number."""
    lost = q850 == MEDIA_LOST_Q850 or (sip in LOST_SIP and q850 not in NORMAL_Q850)
    return "media_lost" if lost else "normal"


def cause_of(q850: int, sip: int, *, outbound: bool, answered: bool) -> Cause:
    """Why a leg that nobody here released ended."""
    if answered:
        return ended_cause(q850, sip)
    return failed_cause(q850, sip) if outbound else "cancelled"
