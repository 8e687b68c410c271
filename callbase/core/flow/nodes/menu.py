"""Speaks and waits for one key. A key counts from the moment it is pressed, whatever is being said (type-ahead)."""

from __future__ import annotations

from callbase.core.call.audio import quiet, speak
from callbase.core.call.data import attach_what_fits
from callbase.core.call.ending import say_goodbye
from callbase.core.commands import Speech
from callbase.core.config import Menu
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.flow.speech import HANG_UP, resolve, standing
from callbase.core.queue.aside import is_aside


class MenuKind(NodeKind[Menu]):
    def enter(self, walk: Walk, node: Menu) -> Step:
        walk.run.attempts = 0
        if walk.run.keys:
            key, walk.run.keys = walk.run.keys[0], walk.run.keys[1:]
            return self.digit(walk, node, key)
        return self._ask(walk, node, ())

    def digit(self, walk: Walk, node: Menu, digit: str) -> Step:
        self._stop_timer(walk)
        quiet(walk.core, walk.interaction)
        if digit in node.choices:
            if node.keep_as is not None:
                attach_what_fits(walk.core, walk.interaction, {node.keep_as: digit}, "flow")
            return Go(digit, node.choices[digit])
        walk.run.keys = ""
        return self._attempt_failed(walk, node, resolve(walk.tenant, walk.interaction, node.invalid))

    def played(self, walk: Walk, node: Menu) -> Step:
        self._start_timer(walk, node)
        return None

    def timed_out(self, walk: Walk, node: Menu) -> Step:
        walk.run.timer = None
        return self._attempt_failed(walk, node, ())

    def resume(self, walk: Walk, node: Menu) -> Step:
        self._stop_timer(walk)
        return self._ask(walk, node, ())

    def _attempt_failed(self, walk: Walk, node: Menu, first: tuple[Speech, ...]) -> Step:
        walk.run.attempts += 1
        if walk.run.attempts < node.attempts:
            return self._ask(walk, node, first)
        if node.otherwise is not None or walk.interaction.entering is not None:
            return Go("otherwise", node.otherwise)
        if is_aside(walk.interaction):
            return Go("otherwise", None)
        say_goodbye(walk.core, walk.interaction, standing(walk.tenant, walk.interaction, HANG_UP), "flow_ended")
        return None

    def _ask(self, walk: Walk, node: Menu, first: tuple[Speech, ...]) -> Step:
        if not speak(walk.core, walk.interaction, first + resolve(walk.tenant, walk.interaction, node.say)):
            self._start_timer(walk, node)
        return None

    def _start_timer(self, walk: Walk, node: Menu) -> None:
        self._stop_timer(walk)
        after_ms = max(100, int(node.timeout_s * 1000))
        walk.run.timer = walk.core.set_timer("menu", walk.interaction.tenant, walk.interaction.id, after_ms)

    def _stop_timer(self, walk: Walk) -> None:
        walk.core.cancel_timer(walk.run.timer)
        walk.run.timer = None
