"""The one service that brings a call on the switch nearer to what the core wants, found anew after each answer.

What the core wants is said of legs and bridges, what the switch can do of calls. So it matters little by which commands a wish
was uttered, or whether a person at the telephone was faster: where the call is as it should be there is nothing to ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callbase.switch.csta.affairs import Affair
from callbase.switch.csta.rules import begins, ends, holds, joins, watching
from callbase.switch.csta.service import Service
from callbase.switch.csta.sight import Sight

_RULES: Sequence[Callable[[Sight, Affair], Service | None]] = (
    watching.look,
    ends.clear,
    watching.watch,
    joins.transfer,
    joins.conference,
    ends.drop_consulted,
    ends.leave,
    ends.hang_up,
    begins.attach,
    begins.mark,
    begins.bring,
    begins.answer,
    holds.hold_or_retrieve,
    holds.digits,
)
"""First what ends, so that nobody is called or held for a call that is over."""


def next_service(sight: Sight, affair: Affair) -> Service | None:
    for rule in _RULES:
        service = rule(sight, affair)
        if service is not None and service.key not in affair.refused:
            return service
    return None
