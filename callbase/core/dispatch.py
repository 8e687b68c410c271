"""Which part of the core takes which event, request and timer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from callbase.core import events, limits, nodes
from callbase.core.agent import presence
from callbase.core.agent import requests as agents
from callbase.core.call import (
    arrivals,
    callback,
    data,
    functions,
    leg_events,
    lost,
    make_call,
    parking,
    pick_up,
    predictive,
    referred,
    telephone,
    voicemail,
)
from callbase.core.call import requests as calls
from callbase.core.call.destination import meant
from callbase.core.call.ending import finish_wrap_up
from callbase.core.call.missed import calls_missed
from callbase.core.call.offer import offer_failed
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import AnyEvent
from callbase.core.facts import CustomerIdentified
from callbase.core.flow import interpreter
from callbase.core.flow.select_route import select_route
from callbase.core.output import Answer, Reply
from callbase.core.publish import config_published
from callbase.core.queue import beside, keys, places, treatment
from callbase.core.reconcile import node_dead, switch_connected, switch_lost, unseen
from callbase.core.recording.policy import finish_recording
from callbase.core.routing import preference
from callbase.core.routing import requests as supervisors
from callbase.core.rules import overflow, senders, targets
from callbase.core.rules.priority import add_priority
from callbase.core.stats import windows
from callbase.core.stats.agents import bucket_over
from callbase.core.stats.today import new_day
from callbase.core.supervision import requests as supervision
from callbase.core.supervision.joined import ring_over
from callbase.core.timers import GRACE_MS, Timer, TimerKind


def handle(core: Core, event: AnyEvent) -> None:
    EVENTS[type(event)](core, event)


def fire(core: Core, number: int, timer: Timer) -> None:
    TIMERS[timer.kind](core, number, timer)


# --- events --------------------------------------------------------------------------------------------------------


def _engine_started(core: Core, event: events.EngineStarted) -> None:
    core.state.ids.epoch = core.state.chance = event.epoch
    for node in core.state.nodes:
        unseen(core, node, core.last_ms)
    core.clock.postpone_overdue(core.now_ms + GRACE_MS)
    core.touch_everything()


def _request(core: Core, event: events.Request) -> None:
    error = answer = None
    try:
        if event.tenant not in core.state.config.tenants:
            raise RequestRefused("tenant_unknown", "tenant", tenant=event.tenant)
        limits.check(event.action)
        action = _with_destination(core, event.tenant, event.action)
        answer = REQUESTS[type(action)](core, event.tenant, action, event.actor)
    except RequestRefused as refused:
        error = refused.error
    core.out.replies.append(Reply(id=event.id, tenant=event.tenant, error=error, answer=answer))


def _with_destination(core: Core, tenant: str, action: events.AnyAction) -> events.AnyAction:
    """Where the request says where a call goes, that as it is meant."""
    to: events.Party | None = getattr(action, "to", None)
    return msgspec.structs.replace(action, to=meant(core, tenant, to)) if to is not None else action


def _lookup_finished(core: Core, event: events.LookupFinished) -> None:
    interaction = core.state.interactions.get(event.interaction)
    if interaction is None or interaction.tenant != event.tenant or interaction.lookup != event.lookup:
        return
    interaction.lookup = None
    if event.customer is not None:
        interaction.customer = event.customer
        core.touch(interaction)
        tenant = core.tenant(interaction.tenant)
        more = tenant.customer_levels.get(event.customer.level, 0) if tenant is not None else 0
        if more and interaction.places:
            places.add_priority(core, interaction, more, why="customer_level")
        else:
            add_priority(core, interaction, "customer_level", event.customer.level, more)
        core.note(
            CustomerIdentified(tenant=interaction.tenant, at_ms=core.now_ms, interaction=interaction.id, customer=event.customer)
        )
    arrivals.caller_known(core, interaction)


def _nothing(core: Core, event: Any) -> None:
    """Only told; what it says shows elsewhere."""


EVENTS: dict[type, Callable[[Core, Any], None]] = {
    events.EngineStarted: _engine_started,
    events.ConfigPublished: config_published,
    events.TimerDue: _nothing,
    events.SwitchConnected: switch_connected,
    events.SwitchLost: switch_lost,
    events.NodeDrained: nodes.drained,
    events.CallsMissed: calls_missed,
    events.DeviceRegistered: lambda core, event: presence.device_registered(core, event.device, event.contact, event.node),
    events.DeviceUnregistered: lambda core, event: presence.device_unregistered(core, event.device, event.node),
    events.CallOffered: arrivals.call_offered,
    events.DataAttached: data.data_attached,
    events.LegAlerting: _nothing,
    events.LegAnswered: leg_events.leg_answered,
    events.LegEnded: leg_events.leg_ended,
    events.LegHeld: leg_events.leg_held,
    events.LegRetrieved: leg_events.leg_retrieved,
    events.LegTransfers: referred.leg_transfers,
    events.DigitPressed: leg_events.digit_pressed,
    events.PlaybackFinished: leg_events.playback_finished,
    events.RecordingStarted: _nothing,
    events.RecordingEnded: leg_events.recording_ended,
    events.RecordingFailed: leg_events.recording_failed,
    events.LookupFinished: _lookup_finished,
    events.Request: _request,
}

REQUESTS: dict[type, Callable[[Core, str, Any, str], Answer | None]] = {
    events.SignIn: agents.sign_in,
    events.SignOut: agents.ask_sign_out,
    events.RestartSession: agents.restart_session,
    events.SetReady: agents.set_ready,
    events.SetNotReady: agents.set_not_ready,
    events.AnswerCall: agents.answer_call,
    events.RejectCall: agents.reject_call,
    events.ClearCall: agents.clear_call,
    events.HoldCall: agents.hold_call,
    events.RetrieveCall: agents.retrieve_call,
    events.MakeCall: make_call.make_call,
    events.MakePredictiveCall: predictive.make_predictive_call,
    events.GenerateDigits: agents.generate_digits,
    events.DeflectCall: pick_up.deflect_call,
    events.DirectedPickupCall: pick_up.directed_pickup_call,
    events.ParkCall: parking.park_call,
    events.ConsultationCall: functions.consultation_call,
    events.ReconnectCall: functions.reconnect_call,
    events.AlternateCall: functions.alternate_call,
    events.TransferCall: functions.transfer_call,
    events.ConferenceCall: functions.conference_call,
    events.SingleStepTransferCall: functions.single_step_transfer_call,
    events.SingleStepConferenceCall: functions.single_step_conference_call,
    events.ClearConnection: functions.clear_connection,
    events.FinishWrapUp: agents.ask_finish_wrap_up,
    events.ConsoleLost: agents.console_lost,
    events.ConsoleBack: agents.console_back,
    events.SetOutcome: calls.set_outcome,
    events.SetData: calls.set_data,
    events.GetData: calls.get_data,
    events.ClearData: calls.clear_data,
    events.ReportQuality: calls.report_quality,
    events.ReleaseInteraction: calls.release_interaction,
    events.MoveAgent: supervisors.move_agent,
    events.Reprioritize: supervisors.reprioritize,
    events.Reroute: supervisors.reroute,
    events.SelectRoute: select_route,
    events.Supervise: supervision.supervise,
    events.StopSupervising: supervision.stop_supervising,
    events.ExplainAgent: supervisors.explain_agent,
}


# --- timers: each first checks that its subject still waits for it ------------------------------------------------------


def _offer_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    for offer in interaction.offers if interaction is not None else ():
        if interaction is not None and offer.timer == number:
            offer_failed(core, interaction, offer, "no_answer", cause="no_answer")
            return


def _dial_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.dial is not None and interaction.dial.timer == number:
        reachable = core.node_online(interaction.node)
        leg_events.dial_failed(core, interaction, "no_answer" if reachable else "switch_lost")


def _consultation_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.consultation is not None and interaction.consultation.timer == number:
        leg_events.consulted_gone(core, interaction, "no_answer")


def _playback_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.playback_timer == number:
        leg_events.playback_over(core, interaction)


def _menu_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.flow is not None and interaction.flow.timer == number:
        interaction.flow.timer = None
        interpreter.timed_out(core, interaction)


def _waiting_step_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.step_timer == number:
        interaction.step_timer = None
        treatment.go_on(core, interaction)


def _question_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.question is not None and interaction.question.timer == number:
        keys.unanswered(core, interaction)


def _voicemail_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.voicemail is not None and interaction.voicemail.timer == number:
        voicemail.recorded(core, interaction)


def _callback_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.callback is not None and interaction.callback.retry_timer == number:
        callback.due(core, interaction)


def _reconnect_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None:
        lost.grace_over(core, interaction, number)


def _parked_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.parked is not None and interaction.parked.timer == number:
        parking.long_enough(core, interaction)


def _lookup_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.lookup_timer == number:
        arrivals.caller_known(core, interaction)


def _own_telephone_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.own_telephone_timer == number:
        make_call.own_telephone_silent(core, interaction)


def _key_due(core: Core, number: int, timer: Timer) -> None:
    telephone.ask_again(core, timer.subject, number)


def _no_line_due(core: Core, number: int, timer: Timer) -> None:
    leg_events.without_line(core, timer.subject)


def _wrap_up_due(core: Core, number: int, timer: Timer) -> None:
    agent = core.agent(timer.tenant, timer.subject)
    if agent is not None and agent.wrap_up_timer == number:
        finish_wrap_up(core, agent, actor="system")


def _console_due(core: Core, number: int, timer: Timer) -> None:
    agent = core.agent(timer.tenant, timer.subject)
    if agent is not None and agent.console_timer == number:
        presence.console_grace_over(core, agent)


def _step_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None:
        places.step_reached(core, interaction, number)
        beside.step_reached(core, interaction, number)


def _again_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None:
        places.stand_again(core, interaction)


def _prefer_due(core: Core, number: int, timer: Timer) -> None:
    interaction = core.state.interactions.get(timer.subject)
    if interaction is not None and interaction.preferred is not None and interaction.preferred.timer == number:
        preference.let_go(core, interaction, "timed_out")


def _tally_due(core: Core, number: int, timer: Timer) -> None:
    agent = core.agent(timer.tenant, timer.subject)
    if agent is not None:
        bucket_over(core, agent, number)


def _recording_due(core: Core, number: int, timer: Timer) -> None:
    finish_recording(core, timer.subject)


def _supervision_due(core: Core, number: int, timer: Timer) -> None:
    ring_over(core, timer.subject, number)


def _overflow_due(core: Core, number: int, timer: Timer) -> None:
    overflow.tick(core, timer.tenant, timer.subject)


def _window_due(core: Core, number: int, timer: Timer) -> None:
    windows.roll(core, timer.tenant, timer.subject)


def _node_due(core: Core, number: int, timer: Timer) -> None:
    if core.state.node_timers.get(timer.subject) == number:
        node_dead(core, timer.subject)


def _midnight(core: Core, number: int, timer: Timer) -> None:
    if timer.tenant in core.state.tenants:
        new_day(core, timer.tenant)


targets.SENDERS.update(senders.TABLE)

TIMERS: dict[TimerKind, Callable[[Core, int, Timer], None]] = {
    "offer": _offer_due,
    "dial": _dial_due,
    "consultation": _consultation_due,
    "playback": _playback_due,
    "menu": _menu_due,
    "waiting_step": _waiting_step_due,
    "parked": _parked_due,
    "lookup": _lookup_due,
    "own_telephone": _own_telephone_due,
    "key": _key_due,
    "no_line": _no_line_due,
    "wrap_up": _wrap_up_due,
    "console": _console_due,
    "question": _question_due,
    "voicemail": _voicemail_due,
    "callback": _callback_due,
    "reconnect": _reconnect_due,
    "recording": _recording_due,
    "supervision": _supervision_due,
    "overflow": _overflow_due,
    "window": _window_due,
    "midnight": _midnight,
    "again": _again_due,
    "step": _step_due,
    "prefer": _prefer_due,
    "tally": _tally_due,
    "node": _node_due,
}
