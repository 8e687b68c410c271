"""The present state and the link's functions over the API: what the link would show and take, and no more."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.call.attached import AttachedData, changed_data
from callbase.core.errors import CoreError, RequestRefused
from callbase.core.events import AnyAction, ClearData, GetData, RestartSession, SetData, SetReady
from callbase.core.views import TenantView
from callbase.cti.messages import ReplyMessage
from callbase.web.gateway.door import application as gateway
from callbase.web.gateway.hub import EngineAway
from callbase.web.gateway.trail import Deed
from tests.web.conftest import Person, fields
from tests.web.fake_engine import agent as agent_view
from tests.web.fake_engine import interaction, queue

pytestmark = pytest.mark.django_db


class HubThere:
    """What the API asks of the hub."""

    def __init__(self, view: TenantView) -> None:
        self.views = {view.tenant: view}
        self.asked: list[tuple[str, AnyAction]] = []
        self.deeds: list[Deed] = []
        self.trail = self
        self.away = False
        self.error: CoreError | None = None

    def online(self, name: str) -> bool:
        return name in self.views

    def put(self, deed: Deed) -> None:
        self.deeds.append(deed)

    async def ask(self, name: str, actor: str, action: AnyAction) -> ReplyMessage:
        if self.away:
            raise EngineAway
        self.asked.append((name, action))
        data = AttachedData(interaction="i1", data={"order": "7"}) if isinstance(action, GetData) else None
        return ReplyMessage(id="1", error=self.error, answer=None if self.error else data)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> HubThere:
    view = TenantView(
        tenant="demo",
        config_version=1,
        agents={
            "1001": agent_view("1001", state="busy", interaction="i1"),
            "1002": agent_view("1002", state="ready"),
            "1003": agent_view("1003", state="logged_off", queues=("support",)),
        },
        interactions={
            "i1": interaction("i1", phase="talk", agent="1001"),
            "i2": interaction("i2", phase="queue", queue="support"),
        },
        queues={"sales": queue("sales", waiting=0), "support": queue("support", waiting=1)},
        trunks={},
        switch_online=True,
    )
    there = HubThere(view)
    monkeypatch.setattr(gateway, "hub", there)
    return there


def ids(answer: Any, name: str) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one[name] for one in answer.json()["items"]]


def test_idle_agents_states_of_a_group_and_of_all_signed_in(admin: Person, hub: HubThere) -> None:
    assert ids(admin.get("/api/live/agents?state=ready"), "agent") == ["1002"]
    assert ids(admin.get("/api/live/agents?signed_in=true"), "agent") == ["1001", "1002"]
    assert ids(admin.get("/api/live/agents?queue=support"), "agent") == ["1003"]
    second = admin.get("/api/live/agents?page=2&page_size=2").json()
    assert ([one["agent"] for one in second["items"]], second["total"], second["page"]) == (["1003"], 3, 2)
    assert set(fields(admin.get("/api/live/agents?page=0&page_size=501"))) == {"page", "page_size"}


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ("agents?state=bogus", "state", "应为以下之一：logged_off, not_ready, ready, "),
        ("agents?stat=ready", "stat", "没有这个字段。"),
        ("interactions?phase=zzz", "phase", "queue"),
        ("interactions?state=ready", "state", "没有这个字段。"),
        ("queues?queue=sales", "queue", "没有这个字段。"),
    ],
)
def test_a_filter_that_is_typed_wrong_is_refused_by_name(
    admin: Person, hub: HubThere, asked: str, field: str, words: str
) -> None:
    refused = admin.get(f"/api/live/{asked}")
    assert refused.status_code == 422
    ((name, problems),) = fields(refused).items()
    assert name == field and words in str(problems)


def test_groups_with_who_waits_and_the_calls_themselves(admin: Person, hub: HubThere) -> None:
    waiting = {one["queue"]: one["waiting"] for one in admin.get("/api/live/queues").json()["items"]}
    assert waiting == {"sales": 0, "support": 1}
    assert ids(admin.get("/api/live/interactions?phase=queue&queue=support"), "interaction") == ["i2"]
    assert ids(admin.get("/api/live/interactions?agent=1001"), "interaction") == ["i1"]


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("agents?queue=bogus", "queue"),
        ("agents?signed_in=perhaps", "signed_in"),
        ("queues?search=sales", "search"),
        ("interactions?agent=9999", "agent"),
        ("interactions/i1/data?key=order", "key"),
    ],
)
def test_a_filter_there_is_none_of_is_refused_by_its_name(admin: Person, hub: HubThere, address: str, field: str) -> None:
    assert list(fields(admin.get(f"/api/live/{address}"))) == [field]


def test_an_agent_sees_what_the_link_shows_it(agent: Person, hub: HubThere) -> None:
    hub.views["demo"] = msgspec.structs.replace(
        hub.views["demo"], agents={**hub.views["demo"].agents, "1001": agent_view("1001", interaction="i1")}
    )
    assert ids(agent.get("/api/live/interactions"), "interaction") == ["i1"]
    assert agent.get("/api/live/interactions/i2/data").status_code == 403


def test_attached_data_is_read_set_and_cleared(agent: Person, hub: HubThere) -> None:
    assert agent.get("/api/live/interactions/i1/data").json() == {"data": {"order": "7"}}
    assert agent.patch("/api/live/interactions/i1/data", {"data": {"order": None}}).status_code == 204
    assert agent.delete("/api/live/interactions/i1/data").status_code == 204
    assert [action for _, action in hub.asked] == [
        GetData(interaction="i1"),
        SetData(interaction="i1", data={"order": None}),
        ClearData(interaction="i1"),
    ]


@pytest.mark.parametrize(
    ("data", "field"),
    [({"order": "\ud800"}, "data.order"), ({"\udfff": "7"}, "data"), ({"a": "b", "note": "x\udc00y"}, "data.note")],
)
def test_text_no_message_can_carry_is_refused_by_its_name(
    agent: Person, admin: Person, hub: HubThere, data: dict[str, str], field: str
) -> None:
    assert list(fields(agent.patch("/api/live/interactions/i1/data", {"data": data}))) == [field]
    action = {"type": "SetData", "interaction": "i1", "data": data}
    assert list(fields(admin.post("/api/live/requests", {"action": action}))) == [f"action.{field}"]
    assert hub.asked == []


def test_data_that_no_call_may_have_is_no_matter_of_its_state_and_the_limit_is_said(agent: Person, hub: HubThere) -> None:
    many = fields(agent.patch("/api/live/interactions/i1/data", {"data": {f"k{n}": "v" for n in range(101)}}))
    assert many == {"data": ["最多 100 项。"]}
    for data, told in (({"k" * 101: "v"}, "最多 100 个字符"), ({"k": "v" * 4001}, "最多 4000 个字符")):
        with pytest.raises(RequestRefused) as refused:
            changed_data({}, data)
        hub.error = refused.value.error
        answer = agent.patch("/api/live/interactions/i1/data", {"data": data})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["field"]) == (422, "value_invalid", "data")
        assert told in error["message"]
        assert error["data"]["key"] == next(iter(data))[:100]


def test_every_request_of_the_link_can_be_made_and_what_is_done_to_others_is_in_the_trail(admin: Person, hub: HubThere) -> None:
    action = {"type": "RestartSession", "agent": "1001", "device": "1001"}
    assert admin.post("/api/live/requests", {"action": action}).json() == {"answer": None}
    assert hub.asked == [("demo", RestartSession(agent="1001", device="1001"))]
    assert [(deed.action, deed.object_id) for deed in hub.deeds] == [("agent.restart", "1001")]


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({}, "action.type"),
        ({"type": "Fly"}, "action.type"),
        ({"type": "SetReady"}, "action.agent"),
        ({"type": "SetReady", "agent": 7}, "action.agent"),
        ({"type": "SetData", "interaction": "i1", "data": {"order": 4711}}, "action.data"),
        ({"type": "SignOut", "agent": "1002", "nwo": True}, "action.nwo"),
        ({"type": "SetReady", "agent": "1002", "bogus": 1}, "action.bogus"),
        ({"type": "MakeCall", "agent": "1002", "to": {"type": "agent", "agent": "1001", "queu": "x"}}, "action.to.queu"),
    ],
)
def test_what_is_no_request_is_refused_by_field(admin: Person, hub: HubThere, action: dict[str, Any], field: str) -> None:
    assert list(fields(admin.post("/api/live/requests", {"action": action}))) == [field]
    assert hub.asked == []


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e30])
def test_a_number_beyond_all_bounds_does_not_get_to_the_engine(admin: Person, hub: HubThere, seconds: float) -> None:
    to = {"type": "number", "number": "0215556", "timeout_s": seconds}
    refused = admin.post("/api/live/requests", {"action": {"type": "MakeCall", "agent": "1002", "to": to}})
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["field"]) == (422, "out_of_range", "to.timeout_s")
    assert error["message"] in ("That number must be 3 to 300.", "数值应在 3 至 300 之间。")
    assert hub.asked == []


def test_refusals_say_why(admin: Person, agent: Person, hub: HubThere) -> None:
    ready = {"action": {"type": "SetReady", "agent": "1002"}}
    assert agent.post("/api/live/requests", ready).status_code == 403
    assert admin.post("/api/live/requests", {"action": {"type": "ConsoleLost", "agent": "1002"}}).status_code == 403
    hub.error = CoreError(code="device_offline", field="agent", data={"device": "1002"})
    refused = admin.post("/api/live/requests", ready)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "device_offline")
    assert hub.asked == [("demo", SetReady(agent="1002"))]
    assert hub.deeds == []
    hub.error = CoreError(code="interaction_unknown", field="interaction", data={"interaction": "i9"})
    gone = admin.post("/api/live/requests", {"action": {"type": "ReleaseInteraction", "interaction": "i9"}})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "not_found")
    hub.away = True
    assert admin.post("/api/live/requests", ready).status_code == 503


def test_without_the_engine_it_says_so(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "hub", None)
    refused = admin.get("/api/live/agents")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "engine_unavailable")
