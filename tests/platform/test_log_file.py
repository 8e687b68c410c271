from __future__ import annotations

import json
from pathlib import Path

from callbase.platform.supervisor.log_file import LogEvent, LogFile


def lines(path: Path) -> list[LogEvent]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_json_lines_are_kept_as_they_are_and_others_are_wrapped(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "engine.log", "engine")
    log.feed(b'{"event": "call offered", "level": "info"}\nTraceback (most recent call last):\n{"not json\n[1]\n')
    log.close()
    first, *wrapped = lines(tmp_path / "engine.log")
    assert first == {"event": "call offered", "level": "info"}
    assert [line["event"] for line in wrapped] == ["Traceback (most recent call last):", '{"not json', "[1]"]
    assert {line["process"] for line in wrapped} == {"engine"}


def test_a_line_that_arrives_in_pieces_is_one_line(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", "a")
    for byte in "来电 answered\nlast, without an end".encode():
        log.feed(bytes([byte]))
    log.close()
    assert [line["event"] for line in lines(tmp_path / "a.log")] == ["来电 answered", "last, without an end"]


def test_the_file_is_rotated_by_size_and_the_oldest_are_forgotten(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", "a", limit_bytes=1000, keep=2)
    for number in range(50):
        log.feed(b'{"event": "%d", "filler": "%s"}\n' % (number, b"x" * 80))
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())
    assert lines(tmp_path / "a.log")[-1]["event"] == "49"


def test_a_listener_hears_every_event(tmp_path: Path) -> None:
    heard: list[LogEvent] = []
    log = LogFile(tmp_path / "a.log", "a", listener=heard.append)
    log.feed(b'{"event": "disk full", "level": "error"}\nplain\n')
    log.close()
    assert [event["event"] for event in heard] == ["disk full", "plain"]


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", "a")
    for _ in range(100):
        log.feed(b"x" * 10_000)
    log.close()
    assert max(len(line["event"]) for line in lines(tmp_path / "a.log")) <= 64 * 1024


def test_the_last_words_of_a_process_can_be_told(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", "a")
    log.feed(b"one\ntwo\nthree\n")
    assert log.last_lines(2) == ["two", "three"]
    log.close()
