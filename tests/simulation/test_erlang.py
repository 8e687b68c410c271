"""Queueing theory's formulas, against figures known from elsewhere."""

from __future__ import annotations

import pytest

from callbase.simulation.erlang import agents_needed, by_priority, erlang_b, erlang_c, impatient, patient


def test_erlang_b_of_ten_erlang_and_ten_lines() -> None:
    assert erlang_b(10, 10) == pytest.approx(0.214582, abs=1e-6)


def test_patient_callers_at_fifty_agents() -> None:
    waits = patient(load=48, agents=50, handling=60, threshold=20)
    assert waits.waiting == pytest.approx(0.694456, abs=1e-6)
    assert waits.asa == pytest.approx(20.834, abs=1e-3)


def test_service_level_of_patient_callers() -> None:
    waits = patient(load=24, agents=28, handling=240, threshold=20)
    assert (waits.service_level, waits.asa) == (pytest.approx(0.761296, abs=1e-6), pytest.approx(19.988, abs=1e-3))


def test_one_pool_waits_far_less_than_ten_little_ones() -> None:
    assert patient(8, 10, 180, 20).asa == pytest.approx(36.83, abs=0.01)
    assert patient(80, 100, 180, 20).asa == pytest.approx(0.177, abs=0.001)


def test_impatient_callers() -> None:
    waits = impatient(load=48, agents=50, handling=60, patience=120)
    assert waits.waiting == pytest.approx(0.467774, abs=1e-6)
    assert waits.abandoning == pytest.approx(0.030912, abs=1e-6)
    assert waits.wait == pytest.approx(3.7095, abs=1e-4)
    assert waits.occupancy == pytest.approx(0.930324, abs=1e-6)


def test_more_come_than_can_be_served_and_the_impatient_still_reach_a_steady_state() -> None:
    waits = impatient(load=200, agents=100, handling=60, patience=60)
    assert waits.occupancy == pytest.approx(1.0, abs=1e-6)
    assert waits.abandoning == pytest.approx(0.5, abs=1e-3)


def test_the_mean_of_all_priorities_is_that_of_a_queue_without_any() -> None:
    high, low = by_priority((6, 18), 28, 240)
    assert high < 20 < low
    assert (6 * high + 18 * low) / 24 == pytest.approx(patient(24, 28, 240, 20).asa)


def test_who_cannot_keep_up_lets_everybody_wait_for_ever() -> None:
    assert erlang_c(10, 10) == 1.0
    with pytest.raises(ValueError, match="cannot keep up"):
        patient(10, 10, 60, 20)


def test_the_fewest_agents_that_meet_a_service_level() -> None:
    agents = agents_needed(24, 240, 20, 0.8)
    assert patient(24, agents, 240, 20).service_level >= 0.8 > patient(24, agents - 1, 240, 20).service_level
