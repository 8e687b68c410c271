"""Every write operation of the API: one valid example of each, who may do it, and what there is to do it to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from callbase.apps.alarms.models import Alarm
from callbase.apps.organization.models import Person as PersonRow
from callbase.apps.simulations.models import Simulation
from tests.web.centre import Call
from tests.web.conftest import PASSWORD, Person
from tests.web.test_prompts import sound
from tests.web.test_voicemails import left

ADMINISTRATOR = frozenset({"administrator"})
EVERYBODY = ADMINISTRATOR | {"supervisor", "agent"}

Operation = tuple[str, str]
"""Method, and the address as the OpenAPI document has it."""


@dataclass(frozen=True)
class Write:
    body: Any = None
    by: frozenset[str] = ADMINISTRATOR
    """Of the roles there are at first; empty: of none, and there is nothing to write (a screen on the wall: test_sign_in.py)."""
    file: bytes = b""
    """In place of a body."""
    open: bool = False
    """Also for who is not signed in."""
    engine: bool = False
    """Asked of the engine, which is away here."""
    everybodys: bool = False
    """To what is of the whole installation; each tenant's word on it is its own."""
    own: bool = False
    """Only to what is one's own: the spare one is the administrator's, for others it is not there."""


NAMED = {"zh-CN": "甲", "en-US": "A"}
FLOW = {"name": NAMED, "start": "a", "nodes": {"a": {"type": "hang_up"}}}
SIMULATION = {
    "traffic": {"kind": "drawn", "loads": [{"queue": "sales", "calls_per_hour": [1] * 24}]},
    "staff": {"kind": "members"},
}
BODIES: dict[str, dict[str, Any]] = {
    "units": {"name": "Spare"},
    "roles": {"id": "spare", "name": NAMED, "permissions": ["board.view"]},
    "queues": {"id": "spare", "name": NAMED},
    "dids": {"number": "95001", "flow": "main-menu"},
    "prompts": {"id": "spare", "text": NAMED},
    "music": {"id": "spare", "name": NAMED},
    "trunks": {"id": "spare", "match": ["192.0.2.1"]},
    "trunk-groups": {"id": "spare", "name": NAMED},
    "skills": {"id": "spare", "name": NAMED},
    "calendars": {"id": "spare", "name": NAMED},
    "caller-lists": {"id": "spare", "name": NAMED, "kind": "red"},
    "outcomes": {"id": "spare", "name": NAMED},
    "not-ready-reasons": {"id": "spare", "name": NAMED},
    "customers": {"name": "Spare"},
    "customer-levels": {"level": "spare", "priority": 1},
    "tokens": {"name": "Spare", "scopes": ["board.view"]},
    "boards": {"name": "Spare"},
    "alarm-recipients": {"kind": "webhook", "address": "http://127.0.0.1:9/", "secret": "spare"},
}
"""What makes one in each collection."""
LISTED = "13800000001"
"""A number in the spare caller list."""


def _collection(
    name: str, other: dict[str, Any], change: dict[str, Any], by: frozenset[str] = ADMINISTRATOR, own: bool = False
) -> Any:
    """Making another one, changing and deleting the spare one. `other`: what makes it another."""
    address = f"/api/{name}"
    parameter = PARAMETERS[name]
    return {
        ("post", address): Write(BODIES[name] | other, by),
        ("patch", f"{address}/{{{parameter}}}"): Write(change, by, own=own),
        ("delete", f"{address}/{{{parameter}}}"): Write(by=by, own=own),
    }


PARAMETERS = {
    "units": "unit_id",
    "roles": "role_id",
    "queues": "queue_id",
    "dids": "number",
    "prompts": "prompt_id",
    "music": "music_id",
    "trunks": "trunk_id",
    "trunk-groups": "group_id",
    "skills": "skill_id",
    "calendars": "calendar_id",
    "caller-lists": "list_id",
    "outcomes": "row_id",
    "not-ready-reasons": "row_id",
    "customers": "customer_id",
    "customer-levels": "level",
    "boards": "board_id",
}
RENAMED = {"name": {"zh-CN": "乙", "en-US": "B"}}

WRITES: dict[Operation, Write] = {
    ("post", "/api/auth/sign-in"): Write({"login": "1001", "password": PASSWORD}, EVERYBODY, open=True),
    ("post", "/api/auth/sign-out"): Write(by=EVERYBODY),
    ("post", "/api/auth/renew"): Write(by=frozenset()),
    ("post", "/api/auth/password"): Write({"old": PASSWORD, "new": "brand-new-secret"}, EVERYBODY),
    ("patch", "/api/me"): Write({"theme": "dark"}, EVERYBODY),
    ("put", "/api/softphone/outside-number"): Write({"number": "13700137000"}, frozenset({"agent"})),
    ("patch", "/api/interactions/{interaction}"): Write({"note": "x"}, EVERYBODY),
    ("patch", "/api/voicemails/{recording}"): Write({"handled": True}, EVERYBODY),
    ("post", "/api/system/alarms/{alarm}/acknowledge"): Write({"note": "at it"}, everybodys=True),
    ("post", "/api/alarm-recipients"): Write(BODIES["alarm-recipients"] | {"address": "http://127.0.0.1:9/other"}),
    ("patch", "/api/alarm-recipients/{recipient}"): Write({"severity": "major"}),
    ("delete", "/api/alarm-recipients/{recipient}"): Write(),
    ("post", "/api/alarm-recipients/{recipient}/test"): Write({}),
    ("post", "/api/live/requests"): Write({"action": {"type": "SetReady", "agent": "1001"}}, EVERYBODY, engine=True),
    ("patch", "/api/live/interactions/{interaction}/data"): Write({"data": {"a": "b"}}, EVERYBODY, engine=True),
    ("delete", "/api/live/interactions/{interaction}/data"): Write(by=EVERYBODY, engine=True),
    ("post", "/api/simulations"): Write(SIMULATION),
    ("delete", "/api/simulations/{simulation_id}"): Write(),
    ("post", "/api/people"): Write({"login": "x", "name": "x"}),
    ("patch", "/api/people/{person_id}"): Write({"name": "x"}),
    ("delete", "/api/people/{person_id}"): Write(),
    ("post", "/api/people/{person_id}/sip-password"): Write(),
    ("patch", "/api/centre"): Write({"park_returns_after_s": 90}),
    **_collection("units", {"name": "x"}, {"name": "y"}),
    **_collection("roles", {"id": "x"}, {"scope": "unit"}),
    **_collection("queues", {"id": "x"}, {"priority": 1}),
    **_collection("dids", {"number": "95002"}, {"priority": 1}),
    ("put", "/api/flows/{flow_id}"): Write(FLOW | RENAMED),
    ("delete", "/api/flows/{flow_id}"): Write(),
    **_collection("prompts", {"id": "x"}, {"text": RENAMED["name"]}),
    ("put", "/api/prompts/{prompt_id}/recording/{language}"): Write(file=sound(600, 8000, "WAV")),
    ("delete", "/api/prompts/{prompt_id}/recording/{language}"): Write(),
    **_collection("music", {"id": "x"}, RENAMED),
    ("put", "/api/music/{music_id}/recording"): Write(file=sound(500, 8000, "WAV")),
    **_collection("trunks", {"id": "x"}, {"max_channels": 3}),
    **_collection("trunk-groups", {"id": "x"}, RENAMED),
    **_collection("skills", {"id": "x"}, RENAMED),
    **_collection("calendars", {"id": "x"}, RENAMED),
    **_collection("caller-lists", {"id": "x"}, RENAMED),
    ("post", "/api/caller-lists/{list_id}/numbers"): Write({"numbers": ["13800000002"]}),
    ("delete", "/api/caller-lists/{list_id}/numbers/{number}"): Write(),
    ("post", "/api/caller-lists/{list_id}/import"): Write(file=b"13800000003,x\n"),
    **_collection("outcomes", {"id": "x"}, RENAMED),
    **_collection("not-ready-reasons", {"id": "x"}, RENAMED),
    **_collection("customers", {"name": "x"}, {"name": "y"}, EVERYBODY),
    **_collection("customer-levels", {"level": "x"}, {"priority": 2}),
    **_collection("boards", {"name": "x"}, {"name": "y"}, EVERYBODY, own=True),
    ("post", "/api/tokens"): Write(BODIES["tokens"]),
    ("delete", "/api/tokens/{token_id}"): Write(),
    ("put", "/api/embedding"): Write({"origins": ["https://crm.example.com"]}),
}


def operations(anybody: Person) -> list[Operation]:
    """All that write, by the API's own description."""
    paths = anybody.get("/api/openapi.json").json()["paths"]
    return [(method, path) for path, found in paths.items() for method in found if method in ("post", "put", "patch", "delete")]


@dataclass
class Stock:
    """One of everything in the demo centre that a write can be done to, and that nothing else needs."""

    admin: Person
    ids: dict[str, str] = field(default_factory=dict)
    """Of the first thing an address names, by collection."""

    def __post_init__(self) -> None:
        for name, body in BODIES.items():
            made = self._made(self.admin.post(f"/api/{name}", body))
            self.ids[name] = str(made.get("id") or made.get("number") or made["level"])
        self._made(self.admin.put("/api/flows/spare", FLOW))
        agent = PersonRow.objects.get(tenant="demo", login="1001")
        self._made(self.admin.patch(f"/api/people/{agent.id}", {"outside": "own"}))
        self._made(self.admin.post("/api/caller-lists/spare/numbers", {"numbers": [LISTED]}))
        recording = Write(file=sound(400, 8000, "WAV"))
        self._made(self._sent(self.admin, "put", "/api/prompts/spare/recording/zh-CN", recording))
        call = Call("demo", datetime(2026, 11, 23, 2, 0, tzinfo=UTC)).talked("1001", 5, 60, "sales").ended(60)
        done = Simulation.objects.create(tenant_id="demo", created_by="", question=SIMULATION, state="done")
        self.ids |= {
            "people": str(PersonRow.objects.get(tenant="demo", login="1002").id),
            "flows": "spare",
            "interactions": call.id,
            "live": call.id,
            "voicemails": left("sales", "139"),
            "simulations": str(done.id),
            "system": str(Alarm.objects.create(source="worker", text="away", raised_at=datetime.now(UTC)).pk),
        }

    def send(self, person: Person, operation: Operation) -> Any:
        """The operation's example, done by that person."""
        method, path = operation
        return self._sent(person, method, self.address(path), WRITES[operation])

    def address(self, path: str) -> str:
        names = {"language": "zh-CN", "number": LISTED}
        first, *more = re.findall(r"{(\w+)}", path) or [""]
        return path.format(**{first: self.ids.get(path.split("/")[2], "")}, **{name: names[name] for name in more})

    @staticmethod
    def _made(answer: Any) -> Any:
        assert answer.status_code in (200, 201), answer.content.decode()
        return answer.json()

    @staticmethod
    def _sent(person: Person, method: str, path: str, write: Write) -> Any:
        if not write.file:
            return person.delete(path) if method == "delete" else getattr(person, method)(path, write.body)
        body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("file.bin", write.file)})
        headers = {"X-CSRFToken": person.csrf} if person.csrf else {}
        return person.http.generic(method.upper(), path, body, content_type=MULTIPART_CONTENT, headers=headers)
