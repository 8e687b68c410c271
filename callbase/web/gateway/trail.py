"""What people and programs did to somebody else over the link, into the audit trail: once the engine has accepted it, and without
keeping anybody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog
from channels.db import database_sync_to_async

from callbase.apps.audit.actions import record_change
from callbase.apps.organization.access import Access
from callbase.core import events
from callbase.core.events import AnyAction, GenerateDigits, MoveAgent, SetData
from callbase.core.views import TenantView

log = structlog.get_logger(__name__)

CLOSE_TIMEOUT_S = 5.0
"""How long the end of the process waits for rows that are still to be written."""

NAMES: Mapping[type[AnyAction], str] = {
    events.SignIn: "agent.sign_in",
    events.SignOut: "agent.sign_out",
    events.RestartSession: "agent.restart",
    events.SetReady: "agent.ready",
    events.SetNotReady: "agent.not_ready",
    events.AnswerCall: "agent.answer",
    events.RejectCall: "agent.reject",
    events.ClearCall: "agent.clear",
    events.HoldCall: "agent.hold",
    events.RetrieveCall: "agent.retrieve",
    events.MakeCall: "agent.make_call",
    events.GenerateDigits: "agent.generate_digits",
    events.DeflectCall: "agent.deflect",
    events.DirectedPickupCall: "agent.pick_up",
    events.ParkCall: "agent.park",
    events.ConsultationCall: "agent.consult",
    events.ReconnectCall: "agent.reconnect",
    events.AlternateCall: "agent.alternate",
    events.TransferCall: "agent.transfer",
    events.ConferenceCall: "agent.conference",
    events.SingleStepTransferCall: "agent.single_step_transfer",
    events.SingleStepConferenceCall: "agent.single_step_conference",
    events.ClearConnection: "agent.clear_connection",
    events.FinishWrapUp: "agent.finish_wrap_up",
    events.MoveAgent: "agent.move",
    events.Supervise: "agent.supervise",
    events.StopSupervising: "agent.stop_supervising",
    events.MakePredictiveCall: "queue.make_predictive_call",
    events.SetOutcome: "interaction.set_outcome",
    events.SetData: "interaction.set_data",
    events.ClearData: "interaction.clear_data",
    events.ReportQuality: "interaction.report_quality",
    events.ReleaseInteraction: "interaction.release",
    events.Reprioritize: "interaction.reprioritize",
    events.Reroute: "interaction.reroute",
    events.SelectRoute: "interaction.select_route",
}
"""Of every action that changes something and may be asked for over the link."""


class Deed(msgspec.Struct, frozen=True):
    """A row to be: `before` and `after` are its summary."""

    access: Access
    action: str
    object_id: str
    before: dict[str, Any]
    after: dict[str, Any]


def deed_of(access: Access, action: AnyAction, view: TenantView | None) -> Deed:
    """`view`: the state in which it was asked."""
    name = NAMES[type(action)]
    fields = msgspec.structs.asdict(action).items()
    asked = {field: msgspec.to_builtins(value) for field, value in fields if value not in (None, "") and value is not False}
    subject = str(asked.pop(name.partition(".")[0]))
    before: dict[str, Any] = {}
    if isinstance(action, SetData):
        asked["data"] = sorted(action.data)  # which keys: what they say may be the customer's secret
    if isinstance(action, GenerateDigits):
        asked["digits"] = len(action.digits)  # they may be a secret, too
    if isinstance(action, MoveAgent) and view is not None and subject in view.agents:
        before["queues"] = view.agents[subject].queues
    return Deed(access=access, action=name, object_id=subject, before=before, after=asked)


def write(deed: Deed) -> None:
    record_change(deed.access, deed.action, deed.object_id, deed.before, deed.after)


class Trail:
    """Written one after the other; what cannot be written is told in the log as an error, with all that the row would say."""

    def __init__(self, write: Callable[[Deed], None] = write) -> None:
        self._write = write
        self._waiting: asyncio.Queue[Deed] = asyncio.Queue()

    def put(self, deed: Deed) -> None:
        self._waiting.put_nowait(deed)

    async def run(self) -> None:
        while True:
            deed = await self._waiting.get()
            try:
                await database_sync_to_async(self._write)(deed)
            except asyncio.CancelledError:
                _not_written(deed)
                raise
            except Exception:  # whatever the reason: the next one is to be written
                _not_written(deed)
            finally:
                self._waiting.task_done()

    async def close(self) -> None:
        """Until all is written, within reason. `run` is still running."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._waiting.join()
        except TimeoutError:
            while not self._waiting.empty():
                _not_written(self._waiting.get_nowait())


def _not_written(deed: Deed) -> None:
    log.exception(
        "an action is missing in the audit trail",
        tenant=deed.access.tenant.id,
        actor=deed.access.actor,
        address=deed.access.ip,
        action=deed.action,
        object_id=deed.object_id,
        before=deed.before,
        after=deed.after,
    )
