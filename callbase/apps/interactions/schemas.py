"""What the API of interactions takes and gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from callbase.apps.interactions.filters import Filters, today
from callbase.apps.interactions.measures import Metric
from callbase.apps.interactions.results import Result
from callbase.core.facts import EndReason
from callbase.web.errors import Invalid
from callbase.web.fields import Strict
from callbase.web.language import Language

Word = Annotated[str, StringConstraints(max_length=80)]


class FilterIn(Schema):
    """`report=today` stands for from and to of the tenant's present day."""

    begun_from: datetime | None = Field(None, alias="from")
    begun_before: datetime | None = Field(None, alias="to")
    report: Literal["today"] | None = None
    metric: Metric | None = None
    queue: Word | None = None
    agent: Word | None = None
    came_to: Word | None = None
    caller: Word | None = None
    called: Word | None = None
    customer: Word | None = None
    direction: Literal["inbound", "outbound", "internal"] | None = None
    result: Result | None = None
    end_reason: EndReason | None = None
    outcome: Word | None = None
    search: Word | None = None

    def filters(self, timezone: str, now: datetime) -> Filters:
        """Raises Invalid for a `to` before `from`. A time without a zone counts as UTC."""
        first, before = (
            None if at is None else at if at.tzinfo else at.replace(tzinfo=UTC) for at in (self.begun_from, self.begun_before)
        )
        if self.report == "today":
            day_first, day_after = today(timezone, now)
            first, before = first or day_first, before or day_after
        if first and before and before < first:
            raise Invalid.of("to", "end_before_start")
        return Filters(
            begun_from=first,
            begun_before=before,
            queue=self.queue or None,
            agent=self.agent or None,
            came_to=self.came_to or None,
            caller=self.caller or None,
            called=self.called or None,
            direction=self.direction,
            result=self.result,
            end_reason=self.end_reason,
            outcome=self.outcome or None,
            customer=self.customer or None,
            search=self.search or None,
            metric=self.metric,
        )


class PageIn(Schema):
    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=500)
    sort: str = Field(
        "-started_at",
        pattern="^-?(started_at|answered_at|ended_at|caller_number|called_number|queue|agent|"
        "queue_ms|talk_ms|hold_ms|wrap_up_ms)$",
    )


class InteractionPatch(Strict):
    outcome: Annotated[str, StringConstraints(max_length=80)] | None = None
    note: Annotated[str, StringConstraints(max_length=4_000)] | None = None


class CustomerRef(Schema):
    id: str
    name: str


class InteractionSummary(Schema):
    id: str
    channel: str
    direction: str
    caller_number: str
    called_number: str
    trunk: str | None
    language: str
    customer: CustomerRef | None
    queue: str | None
    queue_name: dict[str, str] | None
    agent: str | None
    agent_name: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    cause: str | None
    outcome: str | None
    outcome_name: dict[str, str] | None
    note: str
    data: dict[str, str]
    queue_ms: int
    talk_ms: int
    hold_ms: int
    wrap_up_ms: int
    has_recording: bool
    not_answered_by: list[str]
    """Agents at whom it rang until their time was up, offered or asked for advice, and who never talked in it."""
    own_talk_ms: int | None = None
    """Where the list is of what came to an agent: how long that one talked in it; null where it did not."""


class InteractionPage(Schema):
    items: list[InteractionSummary]
    total: int
    page: int
    page_size: int


class SegmentOut(Schema):
    id: str
    kind: str
    started_at: datetime
    ended_at: datetime | None
    result: str | None
    queue: str | None
    agent: str | None
    agent_name: str | None
    flow: str | None
    flow_name: dict[str, str] | None
    party: str | None
    party_name: str | None


class PassedOverOut(Schema):
    agent: str
    name: str | None
    why: str
    data: dict[str, str]


class ExplanationOut(Schema):
    at: datetime
    rule: str
    queue: str
    chosen: str | None
    chosen_name: str | None
    chosen_idle_ms: int | None
    chosen_also: list[str]
    figures: dict[str, str]
    requires: dict[str, int]
    preferred: str | None
    states: dict[str, int]
    waited_ms: int
    position: int
    priority: int
    passed_over: list[PassedOverOut]
    passed_over_count: int
    text: dict[Language, str]


class FlowStepOut(Schema):
    at: datetime
    flow: str
    node: str
    node_type: str
    digit: str | None
    port: str | None


class RecordingOut(Schema):
    id: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    """recording, ended (being prepared), stored, empty (no audio came from either side) or failed."""
    duration_ms: int | None
    error: str
    """Why there is no recording, or none yet; empty where there is one."""
    cut_short: str
    """Why it ends before the call does; empty where it does not."""


class QualityOut(Schema):
    """Of an agent's telephone in the call, or a part of it: a browser that came back begins anew."""

    agent: str
    agent_name: str | None
    started_at: datetime
    rtt_ms: int | None
    jitter_ms: int
    loss: float
    mos: float
    lowest_mos: float


class EventOut(Schema):
    at: datetime
    type: str
    text: str


class CustomerOut(Schema):
    id: str
    name: str
    number: str
    level: str
    company: str
    notes: str


class InteractionDetail(InteractionSummary):
    customer: CustomerOut | None  # type: ignore[assignment]
    segments: list[SegmentOut]
    explanations: list[ExplanationOut]
    flow_steps: list[FlowStepOut]
    recordings: list[RecordingOut]
    quality: list[QualityOut]
    events: list[EventOut]
