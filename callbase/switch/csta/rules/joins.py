"""Two calls become one."""

from __future__ import annotations

from callbase.csta.document import Document, Part
from callbase.switch.csta.affairs import Affair
from callbase.switch.csta.service import Service, connection
from callbase.switch.csta.sight import Sight


def transfer(sight: Sight, affair: Affair) -> Service | None:
    """The agent leaves those two together whom it spoke with, or whom it was calling."""
    agent, consulted = sight.consulting(affair)
    if agent is None or consulted is None or not agent.released or consulted.released:
        return None
    call, second = affair.call, consulted.call

    def done(answer: Document) -> None:
        _joined(sight, affair, answer.value("transferredCall", "callID") or call, second, without=agent.device)
        agent.call = ""

    request: Part = (
        "TransferCall",
        [connection("heldCall", call, agent.device), connection("activeCall", second, agent.device)],
    )
    return Service(request, done, refused=lambda value: sight.fail(affair, consulted, "error"))


def conference(sight: Sight, affair: Affair) -> Service | None:
    agent, consulted = sight.consulting(affair)
    whose = affair.whose
    if agent is None or consulted is None or whose is None or agent.released or consulted.released:
        return None
    if consulted.bridge is None or not consulted.bridge == agent.bridge == whose.bridge:
        return None
    call, second = affair.call, consulted.call

    def done(answer: Document) -> None:
        _joined(sight, affair, answer.value("conferenceCall", "callID") or call, second)

    request: Part = (
        "ConferenceCall",
        [connection("heldCall", call, agent.device), connection("activeCall", second, agent.device)],
    )
    echo = ("RetrievedEvent", call, agent.device)
    return Service(request, done, refused=lambda value: sight.fail(affair, consulted, "error"), echoes=(echo,))


def _joined(sight: Sight, affair: Affair, new: str, second: str, *, without: str = "") -> None:
    was = (affair.call, second)
    sight.board.join(was, new, without=without)
    affair.renamed(was, new)
