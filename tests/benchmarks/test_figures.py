"""Every benchmark leaves its lines, also where there was nothing to measure: nulls, and why."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import benchmarks.__main__ as command
from benchmarks import agent_free_to_invite, queued_calls
from benchmarks.acd import Measured, together
from benchmarks.comparison import Comparison, backlogs
from benchmarks.context import Context
from benchmarks.figure import figure


@pytest.mark.parametrize("name", command.NAMES)
def test_each_that_is_offered_is_there(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name}").run)


def step(system: str = "ours", **fields: Any) -> Measured:
    usual: dict[str, Any] = {
        "system": system, "agents": 10, "talk_s": 1.0, "calls": 100, "calls_per_s": 10.0,
        "cpu_ms": {"asterisk": 500.0, "engine": 300.0, "web": 200.0}, "load_cpu_ms": {}, "window_s": 10.0,
        "failed_calls": 0, "double_offers": 0, "retransmissions": 0, "gaps_ms": [10.0, 30.0],
    }  # fmt: skip
    return Measured(**(usual | fields))


def queued(ours: list[Measured], peer: list[Measured], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(
        queued_calls,
        "compare",
        lambda context, agents, waiting, loads: [Comparison(agents, waiting, ours, peer, peer_records=True)],
    )
    return queued_calls.run(Context(home=Path(), work=Path(), agents=(10,), loads=(10,), window_s=1.0))


def test_clean_steps_give_rate_and_cpu_beside_the_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    rate, whole, switching = queued(
        [step(), step(calls_per_s=20.0, failed_calls=1)], [step("peer", calls_per_s=8.0), step("peer")], monkeypatch
    )
    assert (rate.unit, rate.ours, rate.peer, rate.ratio) == ("calls/s", 10.0, 10.0, 1.0)
    assert "why" not in rate.detail
    assert (whole.ours, switching.ours, whole.peer) == (10.0, 8.0, 10.0)


@pytest.mark.parametrize(
    ("ours", "peer", "expected", "who"),
    [
        ([step(retransmissions=3)], [step("peer")], (None, 10.0), "ours"),
        ([step()], [step("peer", double_offers=1)], (10.0, None), "peer"),
        ([step(calls=0)], [step("peer", failed_calls=9)], (None, None), "ours, peer"),
    ],
)
def test_without_a_clean_step_the_lines_are_there_with_nulls_and_say_why(
    ours: list[Measured], peer: list[Measured], expected: tuple[Any, Any], who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate, *cpu = queued(ours, peer, monkeypatch)
    assert (rate.ours, rate.peer, rate.ratio) == (*expected, None)
    assert rate.detail["why"] == f"no step without a failure: {who}"
    assert len(rate.detail["steps"]["ours"]) == 1
    assert [(made.ours, made.detail["why"]) for made in cpu] == [(None, "no step in which neither failed")] * 2


def test_what_a_system_did_in_several_turns_counts_as_one() -> None:
    found = together(
        [step(), step(calls=50, window_s=5.0, cpu_ms={"asterisk": 350.0, "engine": 50.0, "web": 0.0}, gaps_ms=[50.0])]
    )
    assert (found.calls, found.calls_per_s, found.cpu_ms_of("asterisk", "engine")) == (150, 10.0, 8.0)
    assert (found.mean_gap_ms, found.clean) == (30.0, True)
    assert not together([step(), step(failed_calls=1)]).clean


def test_where_a_quarter_of_the_agents_is_many_a_few_waiting_are_measured_too() -> None:
    assert [backlogs(agents) for agents in (10, 200, 1000)] == [(10,), (50,), (250, 50)]


def test_agents_who_got_no_second_call_have_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Comparison(10, 10, [step(gaps_ms=[])], [step("peer")], peer_records=False)
    monkeypatch.setattr(agent_free_to_invite, "compare", lambda context, agents, waiting, steps, rounds: [found])
    mean, p95 = agent_free_to_invite.run(Context(home=Path(), work=Path(), agents=(10,), loads=(10,), window_s=1.0))
    assert (mean.ours, mean.peer, mean.ratio) == (None, 20.0, None)
    assert "ours" in p95.detail["why"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_measured(value: float) -> None:
    assert (figure("x", "s", value, 1.0).ours, figure("x", "s", 1.0, value).ratio) == (None, None)


def test_a_benchmark_that_breaks_leaves_its_line_and_the_next_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(context: Context) -> Any:
        raise RuntimeError("Asterisk did not start")

    monkeypatch.setenv("CALLBASE_HOME", str(tmp_path))
    monkeypatch.setattr(command.signal, "signal", lambda *handler: None)
    monkeypatch.setattr(command, "_allow_many_sockets", lambda: None)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "queued_calls", "start_up"])
    monkeypatch.setattr("benchmarks.queued_calls.run", broken)
    monkeypatch.setattr("benchmarks.start_up.run", lambda context: [figure("start_up", "s", 2.5)])

    assert command.main() == 1

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert printed == [json.loads(line) for line in (tmp_path / "bench.jsonl").read_text().splitlines()]
    assert printed == [
        {
            "name": "queued_calls", "unit": "", "ours": None, "peer": None, "ratio": None,
            "detail": {"why": "RuntimeError: Asterisk did not start"},
        },
        {"name": "start_up", "unit": "s", "ours": 2.5, "peer": None, "ratio": None, "detail": {}},
    ]  # fmt: skip
