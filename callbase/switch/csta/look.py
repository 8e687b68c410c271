"""What the switch says when it is asked how things are (ECMA-269 §16, §22)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from callbase.csta.document import Document, Part
from callbase.csta.parts import MANUFACTURER
from callbase.switch.csta.attached import Attached, attached_to
from callbase.switch.csta.board import caller_of


class Found(NamedTuple):
    """A call as the switch has it."""

    parties: dict[str, str]
    """Device → state of its connection."""
    caller: str
    attached: Attached


class Asks(Protocol):
    async def ask(self, request: Part) -> Document:
        """The answer, be it an error."""
        ...


def refused(answer: Document) -> bool:
    return answer.name == "CSTAErrorCode"


def reason_of(answer: Document) -> str:
    """Of an error: as in ECMA-323, such as invalidCallID."""
    while answer.children:
        answer = answer.children[0]
    return answer.text


async def somebody_at(switch: Asks, device: str) -> bool:
    """Whether the agent of that telephone is signed in; it counts as such where the switch knows no agents."""
    answer = await switch.ask(("GetAgentState", [("device", device)]))
    states = [one.text for one in answer.every("loggedOnState")]
    return not states or "true" in states


async def keeps_ours(switch: Asks) -> bool:
    """Whether it keeps private data of ours with a call: another maker's is not asked to, which might take none at all."""
    return (await switch.ask(("GetSwitchingFunctionCaps", []))).value("manufacturerName") == MANUFACTURER


async def calls_at(switch: Asks, device: str) -> set[str]:
    answer = await switch.ask(("SnapshotDevice", [("snapshotObject", device)]))
    return {one.value("callID") for one in answer.every("connectionIdentifier")} - {""}


async def call_there(switch: Asks, call: str) -> Found | None:
    answer = await switch.ask(snapshot_call(call))
    if refused(answer):
        return None
    return Found(parties_of(answer), caller_of(answer), attached_to(answer))


def snapshot_call(call: str) -> Part:
    return ("SnapshotCall", [("snapshotObject", [("callID", call), ("deviceID", "")])])


def parties_of(snapshot: Document) -> dict[str, str]:
    """Device → state of its connection."""
    connections = snapshot.every("snapshotCallResponseInfo")
    return {one.value("callIdentifier", "deviceID"): one.value("localConnectionInfo") for one in connections}
