from __future__ import annotations

import socket
import stat
from dataclasses import replace

import msgspec
import pytest

from callbase.platform.environment import Environment
from callbase.platform.prepare import prepare_folders, prepare_runtime
from callbase.platform.runtime import NotRunning, Runtime, SwitchNode, read_runtime, runtime_file, write_runtime
from callbase.platform.services import engine_specs


def test_before_the_first_start_there_is_no_runtime_and_the_error_says_what_to_do(environment: Environment) -> None:
    with pytest.raises(NotRunning, match="make run"):
        read_runtime(environment.home)


def test_ports_and_secrets_stay_from_start_to_start(environment: Environment) -> None:
    first = prepare_runtime(environment)
    assert prepare_runtime(environment) == first == read_runtime(environment.home)
    assert len({first.link_port, first.ari_port, first.ami_port, first.postgres_port}) == 4
    assert len({first.internal_token, first.secret_key, first.ari_password, first.postgres_password}) == 4


def test_a_port_taken_meanwhile_is_picked_anew_and_the_others_stay(environment: Environment) -> None:
    first = prepare_runtime(environment)
    with socket.create_server(("127.0.0.1", first.link_port)):
        second = prepare_runtime(environment)
    assert second.link_port != first.link_port
    assert msgspec.structs.replace(second, link_port=first.link_port) == first


def test_secrets_are_for_their_owner_only(environment: Environment) -> None:
    prepare_folders(environment)
    prepare_runtime(environment)
    assert stat.S_IMODE(runtime_file(environment.home).stat().st_mode) == 0o600
    assert stat.S_IMODE(environment.recordings_dir.stat().st_mode) == 0o700


def test_a_database_of_ones_own_is_used_and_the_embedded_one_is_remembered(environment: Environment) -> None:
    embedded = prepare_runtime(environment)
    own = prepare_runtime(replace(environment, database_url="postgresql://u:p@db/centre"))
    assert own.database_url == "postgresql://u:p@db/centre"
    assert prepare_runtime(environment) == embedded


def test_a_damaged_runtime_file_is_replaced(environment: Environment) -> None:
    prepare_runtime(environment)
    runtime_file(environment.home).write_text('{"link_port": "no')
    assert prepare_runtime(environment) == read_runtime(environment.home)


def test_further_nodes_have_names_and_ports_of_their_own_and_keep_them(environment: Environment) -> None:
    three = replace(environment, asterisk_nodes=3)
    first = prepare_runtime(three)
    assert prepare_runtime(three) == first
    assert [node.name for node in first.nodes] == ["a", "b", "c"]
    assert [node.sip_port for node in first.nodes] == [environment.sip_port + at for at in range(3)]
    assert len({port for node in first.nodes for port in (node.ari_port, node.ami_port)}) == 6
    assert [node.name for node in prepare_runtime(environment).nodes] == ["a"]


def written_by_hand(environment: Environment, **changes: object) -> Runtime:
    """As docs/reliability.md has it for machines of their own."""
    runtime = msgspec.structs.replace(prepare_runtime(environment), **changes)
    write_runtime(environment.home, runtime)
    return runtime


ELSEWHERE = SwitchNode(name="b", ari_host="10.0.0.2", ari_port=8088, ami_port=5038, sip_host="10.0.0.2", sip_port=5060)


@pytest.mark.usefixtures("all_ports_free")
def test_engines_and_nodes_of_other_machines_stay_as_a_person_wrote_them(environment: Environment) -> None:
    by_hand = written_by_hand(environment, link_host="10.0.0.1", standby_links=("10.0.0.2:7001",), further_nodes=(ELSEWHERE,))
    assert prepare_runtime(environment) == by_hand


@pytest.mark.usefixtures("all_ports_free")
def test_those_of_this_machine_come_first_and_go_where_they_are_not_wanted_any_more(environment: Environment) -> None:
    written_by_hand(environment, link_host="10.0.0.1", standby_links=("10.0.0.2:7001",), further_nodes=(ELSEWHERE,))
    two = replace(environment, engines=2, asterisk_nodes=2)
    prepared = prepare_runtime(two)
    assert prepare_runtime(two) == prepared
    assert [host for host, _ in prepared.links()] == ["10.0.0.1", "10.0.0.1", "10.0.0.2"]
    assert [(node.name, node.sip_host) for node in prepared.nodes] == [("a", "127.0.0.1"), ("c", "127.0.0.1"), ("b", "10.0.0.2")]
    one = prepare_runtime(environment)
    assert one.standby_links == ("10.0.0.2:7001",)
    assert one.further_nodes == (ELSEWHERE,)


def test_where_sip_listens_on_all_addresses_the_one_a_person_wrote_stays(environment: Environment) -> None:
    everywhere = replace(environment, bind="0.0.0.0", asterisk_nodes=2)
    assert {node.sip_host for node in prepare_runtime(everywhere).nodes} == {"127.0.0.1"}
    written_by_hand(everywhere, sip_host="10.0.0.1")
    assert {node.sip_host for node in prepare_runtime(everywhere).nodes} == {"10.0.0.1"}
    assert {node.sip_host for node in prepare_runtime(replace(everywhere, bind="10.0.0.3")).nodes} == {"10.0.0.3"}


def test_only_engines_of_this_machine_are_started(environment: Environment) -> None:
    by_hand = written_by_hand(environment, standby_links=("10.0.0.2:7001",))
    assert [spec.name for spec in engine_specs(environment, by_hand)] == ["engine"]


def test_each_node_has_its_share_of_the_rtp_ports(environment: Environment) -> None:
    shares = [replace(environment, rtp_first=10000, rtp_last=10999, asterisk_nodes=3).rtp_ports(at) for at in range(3)]
    assert shares == [(10000, 10331), (10332, 10663), (10664, 10999)]
    assert replace(environment, rtp_first=10001, rtp_last=10999).rtp_ports(0) == (10001, 10999)
