"""What happened in an interaction, fact by fact, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from callbase.apps.interactions import words
from callbase.apps.interactions.conditions import decided, priority_added
from callbase.apps.interactions.explain import nobody, queue_name, who
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.queries import Fact
from callbase.apps.interactions.redirected import redirected
from callbase.apps.interactions.waiting_words import waiting_changed
from callbase.apps.interactions.words import duration, word
from callbase.core import facts
from callbase.web.language import Language


def timeline(stated: Iterable[Fact], names: Names, language: Language) -> list[dict[str, Any]]:
    """`at`, `type` and `text` of each fact that means something to a reader."""
    told = []
    for one in stated:
        teller = TELLERS.get(type(one.fact))
        text = teller(one.fact, names)[language] if teller else ""
        if text:
            told.append({"at": one.at, "type": type(one.fact).__name__, "text": text})
    return told


def flow_steps(stated: Iterable[Fact]) -> list[dict[str, Any]]:
    return [
        {
            "at": one.at,
            "flow": one.fact.flow,
            "node": one.fact.node,
            "node_type": one.fact.node_type,
            "digit": one.fact.digit,
            "port": one.fact.port,
        }
        for one in stated
        if isinstance(one.fact, facts.FlowStep)
    ]


Text = dict[Language, str]
NOTHING: Text = {"zh-CN": "", "en-US": ""}


def _(zh: str, en: str) -> Text:
    return {"zh-CN": zh, "en-US": en}


def _started(fact: facts.InteractionStarted, names: Names) -> Text:
    by = _(f"，经由中继 {fact.trunk}", f" over trunk {fact.trunk}") if fact.trunk else NOTHING
    return _(
        f"{fact.caller_number or '匿名'} 呼叫 {fact.called_number}{by['zh-CN']}",
        f"{fact.caller_number or 'Anonymous'} called {fact.called_number}{by['en-US']}",
    )


def _identified(fact: facts.CustomerIdentified, names: Names) -> Text:
    return _(f"识别出客户：{fact.customer.name}", f"Recognised the customer: {fact.customer.name}")


def _segment_started(fact: facts.SegmentStarted, names: Names) -> Text:
    agent = who(fact.agent, names) if fact.agent else ""
    queue = {language: queue_name(fact.queue or "", names, language) for language in ("zh-CN", "en-US")}
    flow = {language: (names.flow(fact.flow) or {}).get(language) or fact.flow for language in ("zh-CN", "en-US")}
    party = who(fact.party, names) if fact.party else ""
    return {
        "flow": _(f"进入“{flow['zh-CN']}”流程", f"Entered flow “{flow['en-US']}”") if fact.flow else NOTHING,
        "queue": _(f"进入“{queue['zh-CN']}”队列", f"Entered queue “{queue['en-US']}”"),
        "offer": _(f"向 {agent} 振铃", f"Rang at {agent}"),
        "talk": _(f"与 {agent} 通话", f"Talking with {agent}") if agent else _("与外线通话", "Talking with an outside telephone"),
        "hold": _(f"{agent} 将客户置于保持", f"{agent} put the customer on hold") if agent else _("已驻留", "Parked"),
        "voicemail": _("开始语音留言", "Leaving a message"),
        "callback": _("等待回拨", "Waiting to be called back"),
        "conference": _("三方或多方通话", "All talk together"),
        "consult": _(f"{agent} 呼叫 {party}，咨询或邀请加入", f"{agent} called {party} to consult or to join")
        if party
        else _(f"{agent} 向“{queue['zh-CN']}”队列咨询", f"{agent} asked queue “{queue['en-US']}” for somebody to consult"),
        "wrap_up": _(f"{agent} 开始话后处理", f"{agent} began wrap-up"),
    }.get(fact.kind, NOTHING)


def _segment_ended(fact: facts.SegmentEnded, names: Names) -> Text:
    """The ends of flow, talk and hold are told by what follows them."""
    lasted = fact.at_ms - fact.started_ms
    took: Text = {language: duration(lasted, language) for language in ("zh-CN", "en-US")}
    agent = who(fact.agent, names) if fact.agent else ""
    if fact.kind == "queue":
        result: Text = {language: word(words.QUEUE_RESULTS, fact.result, language) for language in ("zh-CN", "en-US")}
        return _(f"排队 {took['zh-CN']}后{result['zh-CN']}", f"After {took['en-US']} in the queue {result['en-US']}")
    if fact.kind == "callback":
        result = {language: word(words.CALLBACK_RESULTS, fact.result, language) for language in ("zh-CN", "en-US")}
        return _(f"等待回拨 {took['zh-CN']}：{result['zh-CN']}", f"Waited {took['en-US']} to be called back: {result['en-US']}")
    if fact.kind == "offer":
        result = {language: word(words.OFFER_RESULTS, fact.result, language) for language in ("zh-CN", "en-US")}
        return _(f"{agent}：{result['zh-CN']}（振铃 {took['zh-CN']}）", f"{agent}: {result['en-US']} (rang {took['en-US']})")
    if fact.kind == "consult":
        result = {language: word(words.CONSULT_RESULTS, fact.result, language) for language in ("zh-CN", "en-US")}
        zh, en = (f" {who(fact.party, names)} ", f" with {who(fact.party, names)},") if fact.party else (" ", " of")
        return _(f"咨询{zh}{took['zh-CN']}：{result['zh-CN']}", f"Consultation{en} {took['en-US']}: {result['en-US']}")
    if fact.kind == "wrap_up":
        return _(f"{agent} 完成话后处理，用时 {took['zh-CN']}", f"{agent} finished wrap-up after {took['en-US']}")
    return NOTHING


def _routed(fact: facts.RoutingExplained, names: Names) -> Text:
    if fact.chosen is None:
        return nobody(fact)
    chosen = who(fact.chosen, names)
    return _(f"选中 {chosen}", f"Chose {chosen}")


def _step(fact: facts.FlowStep, names: Names) -> Text:
    if fact.digit is not None:
        return _(f"客户按键 {fact.digit}", f"The customer pressed {fact.digit}")
    return NOTHING


def _tried(fact: facts.CallbackTried, names: Names) -> Text:
    result: Text = {language: word(words.CALLBACK_ATTEMPTS, fact.result, language) for language in ("zh-CN", "en-US")}
    return _(
        f"第 {fact.attempt} 次回拨 {fact.number}：{result['zh-CN']}",
        f"Called back {fact.number}, attempt {fact.attempt}: {result['en-US']}",
    )


def _outcome(fact: facts.OutcomeSet, names: Names) -> Text:
    agent = who(fact.agent, names)
    if fact.outcome is None:
        return _(f"{agent} 写了备注", f"{agent} wrote a note")
    name = names.outcome(fact.outcome) or {}
    return _(
        f"{agent} 记录结果：{name.get('zh-CN', fact.outcome)}", f"{agent} set the outcome: {name.get('en-US', fact.outcome)}"
    )


def _data(fact: facts.DataChanged, names: Names) -> Text:
    keys = ", ".join(sorted(fact.data))
    return _(f"随路数据变更：{keys}", f"Attached data changed: {keys}")


def _recording(fact: facts.RecordingBegan, names: Names) -> Text:
    return _("开始录音", "Recording began")


def _recorded(fact: facts.RecordingFinished, names: Names) -> Text:
    if fact.failed:
        return _(f"录音失败：{fact.failed}", f"Recording failed: {fact.failed}")
    if fact.cut_short:
        return _(f"录音提前结束：{fact.cut_short}", f"Recording cut short: {fact.cut_short}")
    return _("录音结束", "Recording ended")


def _discrepancy(fact: facts.Discrepancy, names: Names) -> Text:
    what: Text = {language: word(words.DISCREPANCIES, fact.what, language) for language in ("zh-CN", "en-US")}
    return _(f"重新连接后核对：{what['zh-CN']}，已修正", f"Checked after a reconnect: {what['en-US']}; mended")


def _ended(fact: facts.InteractionEnded, names: Names) -> Text:
    reason: Text = {language: word(words.END_REASONS, fact.reason, language) for language in ("zh-CN", "en-US")}
    return _(f"结束：{reason['zh-CN']}", f"Ended: {reason['en-US']}")


TELLERS: dict[type, Callable[[Any, Names], Text]] = {
    facts.InteractionStarted: _started,
    facts.CustomerIdentified: _identified,
    facts.SegmentStarted: _segment_started,
    facts.SegmentEnded: _segment_ended,
    facts.RoutingExplained: _routed,
    facts.WaitingChanged: waiting_changed,
    facts.FlowStep: _step,
    facts.Redirected: redirected,
    facts.Decided: decided,
    facts.PriorityAdded: priority_added,
    facts.CallbackTried: _tried,
    facts.OutcomeSet: _outcome,
    facts.DataChanged: _data,
    facts.RecordingBegan: _recording,
    facts.RecordingFinished: _recorded,
    facts.Discrepancy: _discrepancy,
    facts.InteractionEnded: _ended,
}
