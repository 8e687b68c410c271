"""ARI's messages as Asterisk 22 sends them, and what the core is told."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbase.core import events
from callbase.core.commands import Originate
from callbase.core.config import Config, Device, Tenant, Trunk
from callbase.sealing import seal, unseal
from callbase.switch.asterisk import messages
from callbase.switch.asterisk.bridges import Bridges
from callbase.switch.asterisk.causes import ended_cause, failed_cause
from callbase.switch.asterisk.legs import Leg
from callbase.switch.asterisk.provisioning import desired, fingerprint
from callbase.switch.asterisk.translate import Translator
from callbase.switch.asterisk.trunks import endpoint_of, trunk_of

OURS = "0190b6a0-0000-7000-8000-000000000001"


def channel(name: str = "PJSIP/1001-web-00000001", number: str = OURS, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "state": "Up",
        "caller": {"name": "王先生", "number": "13900001111"},
        "dialplan": {"context": "callbase", "exten": "4008001234", "priority": 1, "app_name": "Stasis", "app_data": "callbase"},
        "language": "en",
        **more,
    }


def message(kind: str, **fields: Any) -> messages.AnyMessage:
    decoded = messages.decode(json.dumps({"type": kind, "application": "callbase", "timestamp": "", **fields}).encode())
    assert decoded is not None
    return decoded


def test_a_call_from_a_trunk_names_trunk_and_tenant_and_one_from_a_device_the_device() -> None:
    translator = Translator("a")
    (by_trunk,) = translator.translate(message("StasisStart", channel=channel("PJSIP/trunk.demo.my-trunk.x-0000000a", "a-1.1")))
    assert isinstance(by_trunk, events.CallOffered)
    assert (by_trunk.tenant, by_trunk.trunk, by_trunk.device) == ("demo", "my-trunk.x", None)
    assert (by_trunk.caller_name, by_trunk.caller_number, by_trunk.called_number) == ("王先生", "13900001111", "4008001234")
    (by_device,) = translator.translate(message("StasisStart", channel=channel("PJSIP/demo-customer-1-0000000b", "a-1.2")))
    assert isinstance(by_device, events.CallOffered)
    assert (by_device.tenant, by_device.trunk, by_device.device) == (None, None, "demo-customer-1")


@pytest.mark.parametrize(
    ("came", "waited_ms"),
    [("2026-11-29T17:14:02.100+0000", 5250), ("2026-11-29T17:14:07.100+0000", 0), ("2026-11-29T17:20:00.000+0000", 0), ("", 0)],
)
def test_how_long_the_dialplan_had_kept_a_call_is_told(came: str, waited_ms: int) -> None:
    kept = channel("PJSIP/trunk.demo.my-trunk.x-0000000a", "a-1.1", creationtime=came)
    (offered,) = Translator("a").translate(message("StasisStart", channel=kept, timestamp="2026-11-29T17:14:07.350+0000"))
    assert isinstance(offered, events.CallOffered)
    assert offered.waited_ms == waited_ms


def test_a_leg_is_reported_once_at_each_stage() -> None:
    translator = Translator("a")
    translator.legs[OURS] = Leg(OURS, "1001-web", outbound=True)
    ringing = message("ChannelStateChange", channel=channel(state="Ringing"))
    entered, gone = message("StasisStart", channel=channel()), message("ChannelDestroyed", channel=channel(), cause=16)
    told = [event for each in (ringing, ringing, entered, entered, gone, gone) for event in translator.translate(each)]
    assert [type(event) for event in told] == [events.LegAlerting, events.LegAnswered, events.LegEnded]
    assert translator.legs == {}


def test_who_picks_up_and_hangs_up_before_we_have_the_leg_has_answered() -> None:
    translator = Translator("a")
    translator.legs[OURS] = Leg(OURS, "1001", outbound=True)
    ringing, up = (message("ChannelStateChange", channel=channel(state=state)) for state in ("Ringing", "Up"))
    gone = message("ChannelDestroyed", channel=channel(), cause=16)
    told = [event for each in (ringing, up, gone) for event in translator.translate(each)]
    assert told == [events.LegAlerting(leg=OURS), events.LegAnswered(leg=OURS), events.LegEnded(leg=OURS, cause="normal")]


def test_a_called_party_that_hangs_up_is_free_before_asterisk_has_taken_its_channel_apart() -> None:
    translator = Translator("a")
    leg = translator.legs[OURS] = Leg(OURS, "1001", outbound=True, answered=True)
    (ended,) = translator.translate(message("ChannelHangupRequest", channel=channel(), cause=16))
    assert ended == events.LegEnded(leg=OURS, cause="normal")
    assert leg.ended
    for late in (message("ChannelHangupRequest", channel=channel()), message("ChannelDestroyed", channel=channel(), cause=16)):
        assert translator.translate(late) == []


@pytest.mark.parametrize(
    ("leg", "cause", "soft"),
    [
        (Leg(OURS, "1001", outbound=True, answered=True), 2, True),  # by Asterisk, whose reason comes with the channel's end
        (Leg(OURS, "1001", outbound=True, answered=True), 58, False),  # no media in common any more: the telephone is to hear it
        (Leg(OURS, "1001", outbound=True), 16, False),
        (Leg(OURS, "trunk.demo.x", outbound=False, answered=True), 16, False),
    ],
)
def test_other_legs_end_with_their_channel(leg: Leg, cause: int, soft: bool) -> None:
    translator = Translator("a")
    translator.legs[OURS] = leg
    assert translator.translate(message("ChannelHangupRequest", channel=channel(), cause=cause, soft=soft)) == []
    (ended,) = translator.translate(message("ChannelDestroyed", channel=channel(), cause=44))
    assert isinstance(ended, events.LegEnded)


def test_of_who_was_called_it_is_not_told_that_they_called_a_number() -> None:
    """Else one whose end was told while Asterisk had the channel still would be taken for a new call after a reconnection."""
    called = channel("PJSIP/trunk.demo.my-trunk.x-0000000a", dialplan={"exten": "s", "app_name": "Stasis"})
    calls = channel("PJSIP/trunk.demo.my-trunk.x-0000000b", "a-1.1")
    client: Any = None
    there = [message("ChannelStateChange", channel=each) for each in (called, calls)]
    channels = [each.channel for each in there if isinstance(each, messages.OfChannel)]
    told = Translator("a").snapshot(channels, Bridges(client), [], {}, set(), 0)
    assert [(leg.trunk, leg.called_number) for leg in told.legs] == [("my-trunk.x", ""), ("my-trunk.x", "4008001234")]


def test_what_happens_on_channels_that_are_not_ours_is_not_told() -> None:
    translator = Translator("a")
    for each in (
        message("ChannelDestroyed", channel=channel(), cause=16),
        message("ChannelDtmfReceived", channel=channel(), digit="1"),
        message("ChannelHold", channel=channel()),
        message("StasisStart", channel=channel("Announcer/ARI-00000001;2", "a-1.3")),
        message("PlaybackFinished", playback={"id": "p", "target_uri": "channel:none", "state": "done"}),
        message("ContactStatusChange", **contact("trunk.demo.x", "sip:far", "Reachable")),
    ):
        assert translator.translate(each) == []


def contact(device: str, uri: str, status: str, *, state: str = "online") -> dict[str, Any]:
    """`state`: of the endpoint, after what is told."""
    return {
        "endpoint": {"technology": "PJSIP", "resource": device, "state": state},
        "contact_info": {"uri": uri, "contact_status": status, "aor": device},
    }


def test_a_page_that_reloads_is_not_taken_for_gone() -> None:
    """The new page registers before the old one's connection is found dead."""
    translator = Translator("a")
    told = []
    for uri, status, state in (
        ("sip:old", "Created", "online"),
        ("sip:new", "Created", "online"),
        ("sip:old", "Removed", "online"),
        ("sip:new", "Removed", "offline"),
    ):
        told += translator.translate(message("ContactStatusChange", **contact("1001-web", uri, status, state=state)))
    assert told == [
        events.DeviceRegistered(device="1001-web", contact="sip:old", node="a"),
        events.DeviceRegistered(device="1001-web", contact="sip:new", node="a"),
        events.DeviceUnregistered(device="1001-web", node="a"),
    ]


def test_a_telephone_keeps_its_registration_when_a_contact_goes_that_was_there_before_we_listened() -> None:
    assert Translator("a").translate(message("ContactStatusChange", **contact("1001", "sip:old", "Removed"))) == []


@pytest.mark.parametrize(
    ("q850", "sip", "cause"),
    [
        (44, 0, "media_lost"),
        (127, 481, "media_lost"),  # it has begun anew and knows of no call
        (18, 408, "media_lost"),
        (38, 500, "media_lost"),
        (58, 488, "media_lost"),
        (16, 401, "normal"),  # which was answered to its INVITE
        (31, 0, "normal"),
        (127, 0, "normal"),  # by the Reason of its BYE
    ],
)
def test_a_telephone_that_is_lost_is_told_from_one_that_hangs_up(q850: int, sip: int, cause: str) -> None:
    translator = Translator("a")
    translator.legs[OURS] = Leg(OURS, "1001-web", outbound=True, answered=True)
    (ended,) = translator.translate(message("ChannelDestroyed", channel=channel(), cause=q850, tech_cause=sip))
    assert isinstance(ended, events.LegEnded)
    assert (ended.cause, ended.by_far_end) == (cause, True)


def called(endpoint: str = "1001-web") -> Translator:
    translator = Translator("a")
    command = Originate(leg=OURS, node="a", tenant="demo", interaction="i", device=endpoint)
    translator.legs[OURS] = Leg(OURS, endpoint, outbound=True, called=True, command=command)
    return translator


def busy() -> list[messages.AnyMessage]:
    said = {"channel": channel(), "cause": 17, "tech_cause": 486}
    return [message("ChannelHangupRequest", **said), message("ChannelDestroyed", **said)]


def test_a_telephone_that_says_busy_without_having_rung_is_believed_the_second_time() -> None:
    translator = called()
    at_first = [event for each in busy() for event in translator.translate(each)]
    leg = translator.legs[OURS]
    assert (at_first, leg.called, leg.over.is_set()) == ([], False, False)
    leg.called = True
    assert [event for each in busy() for event in translator.translate(each)] == [
        events.LegEnded(leg=OURS, cause="busy", sip_code=486)
    ]


@pytest.mark.parametrize("state", ["Ringing", "Up"])
def test_one_that_rang_or_was_answered_is_believed_at_once(state: str) -> None:
    translator = called()
    translator.translate(message("ChannelStateChange", channel=channel(state=state)))
    assert isinstance([event for each in busy() for event in translator.translate(each)][-1], events.LegEnded)


def test_so_is_one_that_is_not_wanted_any_more_and_a_number_outside() -> None:
    for translator in (called(), called(endpoint_of("demo", "trunk"))):
        leg = translator.legs[OURS]
        leg.release = "normal" if leg.device is not None else None
        (ended,) = [event for each in busy() for event in translator.translate(each)]
        assert isinstance(ended, events.LegEnded)


@pytest.mark.parametrize(
    ("sip", "q850", "cause"),
    [
        (404, 1, "unallocated"),
        (486, 17, "busy"),
        (600, 17, "busy"),
        (480, 19, "no_answer"),
        (408, 18, "no_user_responding"),
        (403, 21, "rejected"),
        (603, 21, "rejected"),
        (484, 28, "invalid_number"),
        (503, 34, "congestion"),
        (502, 27, "unreachable"),
        (302, 23, "rejected"),
        (0, 23, "rejected"),
        (0, 17, "busy"),
        (0, 0, "error"),
    ],
)
def test_a_failed_call_is_classified_by_its_sip_status_first(sip: int, q850: int, cause: str) -> None:
    assert failed_cause(q850, sip) == cause


@given(st.integers(0, 200), st.integers(0, 699))
def test_every_cause_has_a_name(q850: int, sip: int) -> None:
    assert failed_cause(q850, sip)
    assert ended_cause(q850) in ("normal", "media_lost")


@given(st.binary(max_size=200))
def test_rubbish_is_no_event(data: bytes) -> None:
    assert messages.decode(data) is None


def test_events_nobody_needs_are_passed_over() -> None:
    assert messages.decode(b'{"type":"ChannelVarset","variable":"x","value":"1"}') is None


@given(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True), st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True))
def test_a_trunks_endpoint_leads_back_to_it(tenant: str, trunk: str) -> None:
    assert trunk_of(endpoint_of(tenant, trunk)) == (tenant, trunk)


def test_a_unit_changes_its_fingerprint_with_its_password_only_where_it_matters() -> None:
    def units(ha1: str) -> dict[str, str]:
        devices = {name: Device(id=name, kind="sip", ha1=ha1 if name == "1001" else "h") for name in ("1001", "1002")}
        trunks = {"t": Trunk(id="t", host="carrier.example", username="u", password="p", register=True)}
        tenant = Tenant(id="demo", name="Demo", devices=devices, trunks=trunks)
        wanted = desired(Config(version=1, tenants={"demo": tenant}), "127.0.0.1", str, 30)
        return {name: fingerprint(unit) for name, unit in wanted.items()}

    before, after = units("one"), units("two")
    assert set(before) == {"1001", "1002", "trunk.demo.t"}
    assert {name for name in before if before[name] != after[name]} == {"1001"}


def test_what_has_a_secret_of_another_installation_is_not_made() -> None:
    devices = {name: Device(id=name, kind="sip", ha1=seal("h", key)) for name, key in (("1001", "ours"), ("1002", "other"))}
    trunks = {
        name: Trunk(id=name, host="carrier.example", username="u", password=seal("p", key))
        for name, key in (("a", "ours"), ("b", "other"))
    }
    config = Config(version=1, tenants={"demo": Tenant(id="demo", name="Demo", devices=devices, trunks=trunks)})
    wanted = desired(config, "", partial(unseal, secret_key="ours"), 30)
    assert set(wanted) == {"1001", "trunk.demo.a"}
    assert ("md5_cred", "h") in dict(wanted["1001"])["res_pjsip/auth"]
    assert ("password", "p") in dict(wanted["trunk.demo.a"])["res_pjsip/auth"]


def test_an_answered_leg_that_nobody_knows_of_is_an_orphan_and_no_new_call() -> None:
    translator = Translator("a")
    entered = message("StasisStart", channel=channel())
    assert translator.is_orphan(entered)
    assert translator.translate(entered) == []
    translator.legs[OURS] = Leg(OURS, "1001-web", outbound=True)
    assert not translator.is_orphan(entered)
    assert not translator.is_orphan(message("StasisStart", channel=channel(number="a-1.1")))


@pytest.mark.parametrize("hangs_up", [False, True])
def test_what_is_said_is_not_heard_to_its_end_by_who_hangs_up(hangs_up: bool) -> None:
    translator = Translator("a")
    translator.legs["a-1.1"] = Leg("a-1.1", "trunk.demo.demo-trunk", outbound=False, answered=True)
    if hangs_up:
        translator.translate(message("ChannelHangupRequest", channel=channel(number="a-1.1"), cause=16))
    told = translator.translate(
        message("PlaybackFinished", playback={"id": "p", "target_uri": "channel:a-1.1", "state": "failed"})
    )
    assert told == ([] if hangs_up else [events.PlaybackFinished(leg="a-1.1", playback="p", result="failed")])


def test_a_leg_that_asterisk_calls_by_itself_is_an_orphan_and_one_that_comes_in_or_was_asked_for_is_not() -> None:
    translator = Translator("a")
    called = {"state": "Ringing", "dialplan": {"exten": "s", "app_name": "AppDial2"}}
    assert translator.is_orphan(message("ChannelStateChange", channel=channel(number="a-1.1", **called)))
    assert not translator.is_orphan(message("ChannelStateChange", channel=channel(**called)))
    assert not translator.is_orphan(message("ChannelStateChange", channel=channel(number="a-1.1")))


def test_a_browsers_telephone_is_the_same_one_after_its_websocket_was_another() -> None:
    translator = Translator("a")
    told = [
        event
        for port in (40001, 40002)
        for event in translator.translate(
            message("ContactStatusChange", **contact("1001-web", f"sip:k3jd8s2a@127.0.0.1:{port};transport=WS", "Created"))
        )
    ]
    assert told[0] == told[1]
    assert told[0] == events.DeviceRegistered(device="1001-web", contact="sip:k3jd8s2a", node="a")
