"""That growth of memory and descriptors is told from warming up and from restarts."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.chaos.resources import FEWEST_SAMPLES, Resources, Sample

Figure = Callable[[int], int]
"""At each sample."""


def resources(*lives: list[Sample]) -> Resources:
    made = Resources()
    for pid, samples in enumerate(lives):
        made._samples["engine", pid].extend(samples)
    return made


@pytest.mark.parametrize(
    ("rss_kb", "fds", "flat"),
    [
        (lambda at: 80_000, lambda at: 30, True),
        (lambda at: min(80_000, 50_000 + 5_000 * at), lambda at: 30, True),
        (lambda at: 80_000 + 2_000 * at, lambda at: 30, False),
        (lambda at: 80_000, lambda at: 30 + 2 * at, False),
    ],
    ids=["steady", "warms up", "memory grows", "descriptors grow"],
)
def test_what_grows_for_as_long_as_it_lives_is_not_flat(rss_kb: Figure, fds: Figure, flat: bool) -> None:
    life = [Sample(rss_kb(at), fds(at)) for at in range(2 * FEWEST_SAMPLES)]
    assert resources(life).report()["engine"]["flat"] is flat


def test_the_process_that_lived_longest_tells_and_all_are_counted() -> None:
    said = resources([Sample(90_000, 99)], [Sample(50_000, 20)] * 9).report()["engine"]
    assert (said["processes"], said["samples"], said["rss_kb"], said["fds"]) == (2, 9, (50_000, 50_000), (20, 20))
    assert (said["rss_kb_max"], said["fds_max"]) == (90_000, 99)


def test_what_is_not_flat_is_said_in_words() -> None:
    grows = [Sample(80_000 + 2_000 * at, 30) for at in range(2 * FEWEST_SAMPLES)]
    assert resources([Sample(80_000, 30)] * FEWEST_SAMPLES).growing() == []
    (said,) = resources(grows).growing()
    assert said.startswith("engine is not flat") and "30 to 30 descriptors" in said


def test_a_life_too_short_to_tell_is_neither_flat_nor_not() -> None:
    made = resources([Sample(80_000 * at, 30) for at in range(FEWEST_SAMPLES - 1)])
    assert made.report()["engine"]["flat"] is None
    assert (made.untold(), made.growing()) == (["engine"], [])
    made.take({os.getpid(): "web"})
    made._samples["engine", 0].append(Sample(80_000, 30))
    assert made.untold() == ["web"]


def test_a_living_process_is_measured_and_one_that_is_gone_left_out() -> None:
    made = Resources()
    made.take({os.getpid(): "engine", 2**30: "web"})
    assert list(made.report()) == ["engine"]
    assert made.report()["engine"]["rss_kb_max"] != 0
