"""That each machine's file names its own engines and nodes first, with ports and secrets of one installation."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from callbase.cli import main
from callbase.platform.environment import Environment
from callbase.platform.lock import HomeLock
from callbase.platform.machines import CannotChange, machines, seen_from, with_machine, without_machine
from callbase.platform.pbx import Pbx
from callbase.platform.prepare import prepare_folders, prepare_runtime
from callbase.platform.runtime import Runtime, read_runtime, runtime_file

OWN, OTHER, THIRD = "10.0.0.1", "10.0.0.2", "10.0.0.3"


@pytest.fixture
def first(environment: Environment) -> Environment:
    """The first machine."""
    return replace(environment, bind=OWN, database_url="postgresql://u:p@10.0.0.9/centre")


@pytest.fixture
def alone(environment: Environment) -> Runtime:
    """As it was started before anybody thought of another machine."""
    return prepare_runtime(environment)


def test_another_machine_has_an_engine_and_a_node_at_the_same_ports(first: Environment, alone: Runtime) -> None:
    both = with_machine(first, alone, OTHER)
    assert both.links() == ((OWN, alone.link_port), (OTHER, alone.link_port))
    a, b = both.nodes
    assert (a.name, a.ari_host, a.sip_host) == ("a", OWN, OWN)
    assert b == msgspec.structs.replace(a, name="b", ari_host=OTHER, sip_host=OTHER)
    assert machines(both) == [OWN, OTHER]


def test_the_other_machines_file_has_the_same_secrets_and_its_own_first(first: Environment, alone: Runtime) -> None:
    both = with_machine(first, alone, OTHER)
    theirs = seen_from(both, OTHER)
    assert theirs.links() == both.links()[::-1]
    assert theirs.nodes == both.nodes[::-1]
    assert seen_from(theirs, OWN) == both
    for secret in ("internal_token", "secret_key", "ari_user", "ari_password"):
        assert getattr(theirs, secret) == getattr(alone, secret)


def test_several_nodes_of_each_of_three_machines(first: Environment) -> None:
    two_of_each = replace(first, asterisk_nodes=2)
    alone = prepare_runtime(replace(two_of_each, bind="127.0.0.1"))
    three = with_machine(two_of_each, with_machine(two_of_each, alone, OTHER), THIRD)
    assert [host for host, _ in three.links()] == [OWN, OTHER, THIRD]
    assert [(node.name, node.ari_host) for node in seen_from(three, THIRD).nodes] == [
        ("e", THIRD), ("f", THIRD), ("a", OWN), ("b", OWN), ("c", OTHER), ("d", OTHER),
    ]  # fmt: skip
    assert without_machine(three, THIRD) == with_machine(two_of_each, alone, OTHER)


def test_the_other_machine_starts_with_its_file_as_it_is(
    first: Environment, alone: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbase.platform.ports.is_free", lambda port, **where: True)
    theirs = seen_from(with_machine(first, alone, OTHER), OTHER)
    there = replace(first, bind=OTHER)
    started(there, theirs)
    assert prepare_runtime(there) == msgspec.structs.replace(theirs, database_url=first.database_url)


def started(environment: Environment, runtime: Runtime) -> None:
    prepare_folders(environment)
    runtime_file(environment.home).write_bytes(msgspec.json.encode(runtime))


def test_a_port_that_others_know_is_not_changed_behind_their_back(
    first: Environment, alone: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbase.platform.ports.is_free", lambda port, **where: port != alone.link_port)
    both = with_machine(first, alone, OTHER)
    started(first, both)
    with pytest.raises(RuntimeError, match=f"port {alone.link_port} of 10.0.0.1 is taken, and other machines"):
        prepare_runtime(first)
    assert read_runtime(first.home) == both, "nothing was written"


def test_another_machines_file_is_told_from_this_ones_own(first: Environment, alone: Runtime) -> None:
    theirs = msgspec.structs.replace(alone, link_host="203.0.113.77")
    started(first, theirs)
    with pytest.raises(RuntimeError, match=r"runtime\.json is of the machine 203\.0\.113\.77"):
        prepare_runtime(replace(first, bind="127.0.0.1"))
    assert read_runtime(first.home) == theirs, "nothing was written"


def test_another_makers_switch_stays_one_node(first: Environment, alone: Runtime) -> None:
    both = with_machine(replace(first, pbx=Pbx("10.0.0.20", 5000)), alone, OTHER)
    assert seen_from(both, OTHER).nodes == both.nodes
    assert [node.name for node in both.nodes] == ["a"]


@pytest.mark.parametrize(
    ("setting", "address", "names"),
    [
        ({"bind": "127.0.0.1"}, OTHER, "CALLBASE_BIND"),
        ({"bind": "0.0.0.0"}, OTHER, "CALLBASE_BIND"),
        ({"database_url": None}, OTHER, "CALLBASE_DATABASE_URL"),
        ({"database_url": "postgresql://u:p@localhost/centre"}, OTHER, "CALLBASE_DATABASE_URL"),
        ({"engines": 2}, OTHER, "CALLBASE_ENGINES"),
        ({}, "127.0.0.2", "127.0.0.2"),
        ({}, "0.0.0.0", "0.0.0.0"),
        ({}, "the other one", "the other one"),
        ({}, OWN, "already"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    first: Environment, alone: Runtime, setting: dict[str, str | int | None], address: str, names: str
) -> None:
    with pytest.raises(CannotChange, match=names):
        with_machine(replace(first, **setting), alone, address)  # type: ignore[arg-type]


def test_only_another_machine_that_is_there_is_taken_out(first: Environment, alone: Runtime) -> None:
    both = with_machine(first, alone, OTHER)
    for address in (OWN, THIRD):
        with pytest.raises(CannotChange, match=f"{address} is no other machine.*10.0.0.2"):
            without_machine(both, address)


@pytest.mark.usefixtures("all_ports_free")
def test_by_the_command_line(
    first: Environment, alone: Runtime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLBASE_HOME", str(first.home))
    monkeypatch.setenv("CALLBASE_BIND", OWN)
    monkeypatch.setenv("CALLBASE_DATABASE_URL", str(first.database_url))
    with HomeLock(first.home):
        assert main(["machine", OTHER]) == 1
        assert "already runs" in capsys.readouterr().err
    assert read_runtime(first.home) == alone
    assert main(["machine", OTHER]) == 0
    file = first.run_dir / f"runtime-{OTHER}.json"
    assert str(file) in capsys.readouterr().out
    assert msgspec.json.decode(file.read_bytes(), type=Runtime) == seen_from(read_runtime(first.home), OTHER)
    assert file.stat().st_mode & 0o777 == 0o600
    assert main(["machine", OTHER, "--remove"]) == 0
    assert machines(read_runtime(first.home)) == [OWN]
    assert not file.exists()
