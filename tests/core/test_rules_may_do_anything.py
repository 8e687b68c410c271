"""Whatever rules say and whatever happens under them: nobody is stuck, lost or sent in a circle, and a replay does the same."""

from __future__ import annotations

from collections import Counter

import pytest

from callbase.core.engine import Output
from callbase.core.facts import Redirected
from tests.core.centre import tenant
from tests.core.ruled import ruled
from tests.core.test_anything_may_happen import SHAPES, Chaos, Life, step, walk

RULED = range(SHAPES - 1 - len(ruled(tenant())), SHAPES - 1)
"""Among the configurations of the random tests, those full of rules."""


class LifeUnderRules(Life):
    def watch(self, output: Output) -> None:
        super().watch(output)
        self.moved = getattr(self, "moved", Counter[tuple[str, str]]())
        for fact in output.facts:
            if isinstance(fact, Redirected):
                self.moved[fact.by, fact.target] += 1
                if fact.by == "overflow":
                    self.moved[fact.interaction, fact.rule + (fact.queue or "")] += 1
                    assert self.moved[fact.interaction, fact.rule + (fact.queue or "")] == 1, "a rule moves a caller once"

    @step(shape=RULED)
    def config_changes(self, shape: int) -> None:
        super().config_changes(shape)


class ChaosUnderRules(Chaos):
    @step(shape=RULED)
    def config_changes(self, shape: int) -> None:
        super().config_changes(shape)


def test_a_long_life_under_rules() -> None:
    moved = Counter[tuple[str, str]]()
    for seed in range(4):
        machine = LifeUnderRules()
        machine.begin(seed)
        machine.config_changes(RULED[0])
        walk(machine, seed, 1000)
        moved += machine.moved
    assert {by for by, _ in moved} >= {"overflow", "calendar", "entry", "key"}, "rules of all kinds were at work"


@pytest.mark.parametrize("seed", range(3))
def test_a_long_walk_without_sense_under_rules(seed: int) -> None:
    machine = ChaosUnderRules()
    machine.begin()
    machine.config_changes(RULED[0])
    walk(machine, seed, 1000)
