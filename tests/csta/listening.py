"""A simulated centre whose changes are heard as the link tells them, and monitors that turn them into CSTA."""

from __future__ import annotations

from typing import Any

from callbase.core.output import Output
from callbase.csta.document import NEWEST, Document, parse, render
from callbase.csta.follower import Follower
from callbase.csta.happenings import Happening
from callbase.csta.model import Party
from callbase.csta.monitors import Monitors
from callbase.cti.messages import PROTOCOL, Change, Snapshot
from callbase.engine.changes import change
from tests.core.centre import Centre


class ListeningCentre(Centre):
    def __init__(self, **changes: Any) -> None:
        self.follower = Follower()
        self.monitors = Monitors()
        self.heard: list[Happening] = []
        self.sent: list[Document] = []
        """Events as a program gets them, in order."""
        self._begun = False
        super().__init__(**changes)
        self.follower.take(self.snapshot())
        self._begun = True

    def snapshot(self) -> Snapshot:
        return Snapshot(seq=0, now_ms=self.now_ms, protocol=PROTOCOL, state=self.view)

    def monitor(self, device: str, kind: Any = "agent", *, follows: bool = False, unwanted: tuple[str, ...] = ()) -> str:
        party = Party(kind, device)
        return self.monitors.add(device=party, follows=follows, unwanted=frozenset(unwanted)).reference

    def give(self, event: Any) -> Output:
        output = super().give(event)
        changed = output.changed.get("demo")
        if self._begun and changed is not None:
            view = self.engine.view("demo", None if changed.everything else changed)
            assert view is not None
            self.take(self.snapshot() if changed.everything else change(view, changed, self.now_ms))
        return output

    def take(self, message: Snapshot | Change) -> None:
        for happening in self.follower.take(message):
            self.heard.append(happening)
            for monitor in self.monitors.concerned(happening):
                told = monitor.message(happening)
                if told is not None:
                    self.sent.append(parse(render(NEWEST, told)))

    def told(self, reference: str) -> list[str]:
        """What a monitor was sent: the events' names and, of calls, their causes."""
        mine = [event for event in self.sent if event.value("monitorCrossRefID") == reference]
        return [" ".join(filter(None, (event.name.removesuffix("Event"), event.value("cause")))) for event in mine]
