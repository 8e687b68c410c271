"""Callers that SIPp plays and counts, beside those of `load.py`: each waits until an agent has talked with it and hangs up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.callers import CallerCounts, Callers
from benchmarks.sip.transport import Address
from tests.chaos.accounts import Call, Interaction, Kind, Problem

PREFIX = "138"
"""Of their numbers; none of the other callers' have it."""
_PER_S = 2.0


@dataclass(slots=True)
class _Sipp:
    """One of its processes."""

    callers: Callers
    cut: bool = False
    """The switch died under its calls."""


@dataclass(slots=True)
class SippCallers:
    """`at_once` calls to one node, by one process of SIPp after another."""

    node: int
    target: Address
    number: str
    at_once: int
    media_port: int
    folder: Path
    _processes: list[_Sipp] = field(default_factory=list)

    async def come(self) -> None:
        """They do from now on, if they have not before."""
        if self._processes and not self._processes[-1].cut:
            return
        prefix = f"{PREFIX}{self.node}{len(self._processes):03}"
        callers = Callers(
            self.target, self.number, self.at_once, self.media_port, self.folder / prefix, prefix, _PER_S, writes_down=True
        )
        await callers.start()
        self._processes.append(_Sipp(callers))

    def place_no_more(self) -> None:
        for sipp in self._processes[-1:]:
            sipp.callers.place_no_more()

    def cut(self) -> None:
        """The switch is dead: nobody will say how their calls ended."""
        for sipp in self._processes[-1:]:
            sipp.callers.kill()
            sipp.cut = True

    async def stop(self) -> None:
        for sipp in self._processes:
            await sipp.callers.stop()

    @property
    def over(self) -> bool:
        """No call is under way."""
        return all(sipp.callers.over for sipp in self._processes)

    def calls(self) -> list[Call]:
        """So far."""
        return [
            Call(
                caller=call.caller,
                called=call.placed,
                answered=call.answered,
                ended=call.ended,
                silent=True,
                cut=sipp.cut and not call.ended,
            )
            for sipp in self._processes
            for call in sipp.callers.calls()
        ]

    def counts(self) -> dict[str, CallerCounts]:
        """SIPp's own, by the prefix of its callers' numbers, of each process that placed its calls to the end."""
        return {sipp.callers.prefix: sipp.callers.counts() for sipp in self._processes if not sipp.cut}


def hold_against(counts: Mapping[str, CallerCounts], interactions: Sequence[Interaction]) -> Iterator[Problem]:
    """Each call that SIPp counts is written once and has its end, and none went otherwise than its scenario."""
    for prefix, counted in counts.items():
        found = [one for one in interactions if one.caller.startswith(prefix)]
        ended = sum(one.ended > 0 for one in found)
        if counted.failed:
            yield Problem("dropped", f"of SIPp's calls {prefix}… {counted.failed} failed")
        for what, theirs, ours in (("placed", counted.created, len(found)), ("ended", counted.succeeded + counted.failed, ended)):
            if theirs != ours:
                kind: Kind = "facts_lost" if ours < theirs else "facts_doubled"
                yield Problem(kind, f"SIPp has {what} {theirs} calls {prefix}…, and {ours} are written")
