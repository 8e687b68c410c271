"""What changed for a caller while it waited, and why an agent gets no calls, told in plain words."""

from __future__ import annotations

from callbase.apps.interactions import words
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.words import Word, duration, word
from callbase.core.facts import WaitingChanged
from callbase.core.routing.explained import AgentExplained, QueueReason
from callbase.web.language import LANGUAGES, Language

_ = words.both


def waiting_changed(fact: WaitingChanged, names: Names) -> Word:
    data = fact.data
    if fact.what == "relaxed":
        skill = _skill(data.get("skill", ""), names)
        if data.get("level") == "0":
            return _(f"等待较久：不再要求{skill['zh-CN']}", f"After so long a wait {skill['en-US']} is no longer required")
        return _(
            f"等待较久：{skill['zh-CN']}的要求由 {data.get('before')} 降为 {data.get('level')}",
            f"After so long a wait {skill['en-US']} at {data.get('level')} is enough, {data.get('before')} was asked for before",
        )
    if fact.what == "ring":
        return _(
            f"等待较久：扩大到优先级 {data.get('priority')} 以内、等级不低于 {data.get('level')} 的成员",
            f"After so long a wait members up to priority {data.get('priority')} and from level {data.get('level')} on are asked",
        )
    if fact.what == "priority":
        why = words.PRIORITY_REASONS.get(data.get("why", ""), _(data.get("why", ""), data.get("why", "")))
        return _(
            f"优先级变为 {data.get('priority')}（{why['zh-CN']}）", f"The priority became {data.get('priority')} ({why['en-US']})"
        )
    if fact.what == "preferred_over":
        agent, why = names.agent(data.get("agent")) or "", words.PREFERENCE_OVER.get(data.get("why", ""), _("", ""))
        return _(
            f"不再只等待 {agent}：{why['zh-CN']}，改由全体成员接听",
            f"It waits for {agent} no longer: {why['en-US']}; all are asked now",
        )
    if fact.what == "preference_dropped":
        agent, why = names.agent(data.get("agent")) or data.get("agent", ""), words.PREFERENCE_DROPPED[data.get("why", "")]
        return _(
            f"本应优先由 {agent} 接听，但{why['zh-CN']}，改由全体成员接听",
            f"{agent} was to have it before all others, but {why['en-US']}; all are asked",
        )
    if fact.what == "place_kept":
        lasted_ms = max(0, fact.at_ms - int(data.get("arrival_ms", fact.at_ms)))
        before: Word = {language: duration(lasted_ms, language) for language in LANGUAGES}
        return _(
            f"交换机故障后重新来电：保留原有排队位置，等待时间自 {before['zh-CN']}前首次排队算起",
            f"Called again after the switch failed, and has the old place: it counts as waiting since {before['en-US']} ago",
        )
    if fact.what == "closed":
        queue = _queue(fact.queue, names)
        return _(
            f"“{queue['zh-CN']}”队列已下班：待其再次开放后回拨，保留排队位置",
            f"“{queue['en-US']}” is closed: called back once it is open again, and the place is kept",
        )
    if "agent" in data:
        agent = names.agent(data["agent"]) or data["agent"]
        return _(f"班长指定由 {agent} 接听", f"A supervisor gave the call to {agent}")
    to = _queue(fact.queue, names)
    return _(f"班长将来电转到“{to['zh-CN']}”队列", f"A supervisor put the call into “{to['en-US']}”")


def agent_explained(answer: AgentExplained, names: Names, language: Language) -> str:
    """The agent's own state first, then queue by queue."""
    agent = names.agent(answer.agent) or answer.agent
    sentences = [_state(answer, agent, names)[language]]
    if not answer.queues:
        none = _(f"{agent} 不在任何队列中。", f"{agent} serves no queue.")
        sentences.append(none[language])
    sentences += [_reason(reason, names)[language] for reason in answer.queues]
    return ("" if language == "zh-CN" else " ").join(sentences)


def _state(answer: AgentExplained, agent: str, names: Names) -> Word:
    if answer.state == "ready":
        return _(f"{agent} 已就绪。", f"{agent} is ready.")
    why: Word = words.AGENT_STATES.get(answer.state, _(answer.state, answer.state))
    key = answer.reason or ""
    own = names.reasons.get(key, {})
    reason = words.NOT_READY_REASONS.get(key) or (_(own.get("zh-CN", key), own.get("en-US", key)) if own else None)
    zh = f"（{reason['zh-CN']}）" if reason else ""
    en = f" ({reason['en-US']})" if reason else ""
    return _(f"{agent} 现在不能接听：{why['zh-CN']}{zh}。", f"{agent} cannot be asked now: {why['en-US']}{en}.")


def _reason(reason: QueueReason, names: Names) -> Word:
    queue, data, waiting = _queue(reason.queue, names), reason.data, reason.waiting
    zh, en = f"“{queue['zh-CN']}”：", f"{queue['en-US']}: "
    callers = f"{waiting} caller{'' if waiting == 1 else 's'}"
    wait = "waits" if waiting == 1 else "wait"
    if reason.why == "nobody_waits":
        return _(f"{zh}没有来电在等待。", f"{en}nobody waits.")
    if reason.why == "others_first":
        rule: Word = {language: word(words.RULES, data.get("rule", ""), language) for language in ("zh-CN", "en-US")}
        ahead = data.get("ahead")
        agents = "agent is" if ahead == "1" else "agents are"
        return _(
            f"{zh}对没有特殊要求的来电，按“{rule['zh-CN']}”，有 {ahead} 名就绪座席排在前面。",
            f"{en}{ahead} ready {agents} asked first by the rule “{rule['en-US']}” for a caller without special needs.",
        )
    if reason.why == "requirement_unmet":
        return _unmet(zh, en, data, names)
    if reason.why == "skill_missing":
        skill = _skill(data.get("skill", ""), names)
        return _(
            f"{zh}{waiting} 个来电要求{skill['zh-CN']}不低于 {data.get('required')}，该座席为 {data.get('level')}。",
            f"{en}{callers} {wait} for {skill['en-US']} at {data.get('required')} or more; this agent has {data.get('level')}.",
        )
    if reason.why == "ring_not_reached":
        return _(
            f"{zh}{waiting} 个来电尚未扩大到优先级 {data.get('priority')}、等级 {data.get('level')} 的成员。",
            f"{en}{callers} {wait}, not yet offered to members of priority {data.get('priority')}, level {data.get('level')}.",
        )
    if reason.why == "waits_for_it":
        return _(f"{zh}{waiting} 个来电只等待该座席。", f"{en}{callers} {wait} for this agent and nobody else.")
    if reason.why == "kept_for_others":
        return _(f"{zh}{waiting} 个来电只等待指定的其他座席。", f"{en}{callers} {wait} for one other agent only.")
    if reason.why == "switch_away":
        return _(
            f"{zh}{waiting} 个来电所在的交换机暂时失去联系。",
            f"{en}{callers} {wait} on a switch that is out of reach now.",
        )
    return _(f"{zh}{waiting} 个来电在等待，就绪后即可接听。", f"{en}{callers} {wait} whom this agent could take once ready.")


def _unmet(zh: str, en: str, data: dict[str, str], names: Names) -> Word:
    """A queue's own requirement, which holds whether anybody waits or not."""
    skill, required, level = _skill(data.get("skill", ""), names), data.get("required"), data.get("level")
    speech = words.LANGUAGES.get(data.get("language", ""))
    zh_calls, en_calls = (speech["zh-CN"], f"for callers in {speech['en-US']}") if speech else ("所有", "for all callers")
    if "after_ms" in data:
        after: Word = {language: duration(int(data["after_ms"]), language) for language in LANGUAGES}
        then = _(f"来电等待 {after['zh-CN']}后才会振铃", f"it is asked only once a caller has waited {after['en-US']}")
    else:
        then = _("不会得到这些来电", "it never gets those")
    return _(
        f"{zh}队列的{zh_calls}来电要求{skill['zh-CN']}不低于 {required}，该座席为 {level}，{then['zh-CN']}。",
        f"{en}the queue requires {skill['en-US']} at {required} or more {en_calls}; this agent has {level}: {then['en-US']}.",
    )


def _queue(queue: str, names: Names) -> Word:
    found = names.queue(queue) or {}
    return _(found.get("zh-CN", queue), found.get("en-US", queue))


def _skill(skill: str, names: Names) -> Word:
    found = names.skills.get(skill, {})
    return _(found.get("zh-CN", skill), found.get("en-US", skill))
