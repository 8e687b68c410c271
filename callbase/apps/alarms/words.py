"""What is sent of an alarm, in either language. The console has the same words in `frontend/src/admin/useStateText.ts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from callbase.web.language import DEFAULT, Language, supported

Texts = dict[Language, str]


def _(zh: str, en: str) -> Texts:
    return {"zh-CN": zh, "en-US": en}


SOURCES: dict[str, Texts] = {
    "database": _("数据库", "Database"),
    "engine": _("呼叫引擎", "Call engine"),
    "switch": _("交换机", "Telephone exchange"),
    "nodes": _("交换机节点", "Switch nodes"),
    "standby": _("备用引擎", "Standby engine"),
    "replica": _("数据库备库", "Replica of the database"),
    "worker": _("后台任务", "Background worker"),
    "backup": _("备份", "Backup"),
    "disk": _("磁盘", "Disk"),
    "trunks": _("中继", "Trunks"),
    "telephones": _("话机", "Telephones"),
    "recordings": _("录音", "Recordings"),
    "jobs": _("后台作业", "Background jobs"),
    "certificate": _("证书", "Certificate"),
    "clock": _("时钟", "Clock"),
    "test": _("测试", "Test"),
}
OF_A_MACHINE = _("{part}（{machine}）", "{part} ({machine})")
SEVERITIES: dict[str, Texts] = {"critical": _("严重", "Critical"), "major": _("重要", "Major")}
EVENTS: dict[str, Texts] = {
    "raised": _("发生", "raised"),
    "cleared": _("恢复", "cleared"),
    "test": _("测试消息，无需处理", "a test, nothing is wrong"),
}
STATES: tuple[tuple[re.Pattern[str], Texts], ...] = tuple(
    (re.compile(pattern, re.DOTALL), texts)
    for pattern, texts in (
        (r"silent for (?P<n>\d+) s", _("已 {n} 秒没有动静", "Silent for {n} s")),
        (r"no answer within (?P<n>[\d.]+) s", _("{n} 秒内没有回答", "No answer within {n} s")),
        (r"not answering: (?P<why>.*)", _("没有应答：{why}", "Does not answer: {why}")),
        (r"none leads: (?P<why>.*)", _("没有引擎在处理呼叫：{why}", "None leads: {why}")),
        (r"database: (?P<why>.*)", _("数据库：{why}", "Database: {why}")),
        (r"no configuration was ever published", _("尚未发布任何配置", "No configuration was ever published")),
        (
            r"(?P<n>\d+) events failed within (?P<time>[\d.]+) s.*",
            _("{time} 秒内有 {n} 个事件处理失败，原因见日志", "{n} events failed within {time} s; the log says why"),
        ),
        (
            r"(?P<home>\S+) has not been prepared.*",
            _("{home} 尚未准备，请先运行 callbase up", "{home} has not been prepared; run `callbase up` first"),
        ),
        (r"not running", _("未运行", "Not running")),
        (r"not ready to take over", _("尚不能接管", "Not ready to take over")),
        (r"none stands by", _("没有待命的引擎", "None stands by")),
        (r"not connected", _("未连接", "not connected")),
        (r"no node", _("没有节点", "No node")),
        (r"node (?P<node>[^:]*): (?P<why>.*)", _("节点 {node}：{why}", "Node {node}: {why}")),
        (r"the last one failed: (?P<why>.*)", _("上一次备份失败：{why}", "The last one failed: {why}")),
        (r"the last one is (?P<n>\d+) hours old", _("上一次备份已过 {n} 小时", "The last one is {n} hours old")),
        (r"none was made yet", _("尚未备份", "None was made yet")),
        (r"(?P<n>\d+) MB free.*", _("仅剩 {n} MB，很快将无法录音", "{n} MB free: calls are no longer recorded soon")),
        (
            r"(?P<one>\S+) and (?P<other>\S+) both take writes.*",
            _(
                "{one} 和 {other} 同时可写，数据已各不相同：请停止已被接替的那一台",
                "{one} and {other} both take writes, so each has what the other one lacks: stop the one that was followed",
            ),
        ),
        (
            r"none of the servers takes writes.*",
            _("没有可写的数据库：尚未提升任何备库", "No server takes writes: no replica has been promoted yet"),
        ),
        (r"(?P<server>\S+) is (?P<n>\d+) s behind.*", _("{server} 落后 {n} 秒", "{server} is {n} s behind")),
        (r"(?P<server>\S+) does not answer: (?P<why>.*)", _("{server} 没有应答：{why}", "{server} does not answer: {why}")),
        (
            r"(?P<trunk>\S+) is (?P<why>\w+) at the carrier.*",
            _("{trunk} 未能在运营商注册（{why}）", "{trunk} is {why} at the carrier"),
        ),
        (
            r"(?P<gone>\d+) of (?P<all>\d+) agents on duty have no telephone",
            _("在岗的 {all} 名座席中有 {gone} 名的话机不在线", "{gone} of {all} agents on duty have no telephone"),
        ),
        (
            r"(?P<n>\d+) recordings could not be kept.*",
            _("一天内有 {n} 个录音未能保存", "{n} recordings could not be kept in a day"),
        ),
        (
            r"recordings have waited for (?P<n>\d+) minutes.*",
            _("录音已等待处理 {n} 分钟", "Recordings have waited for {n} minutes"),
        ),
        (r"jobs have been due for (?P<n>\d+) minutes", _("作业已逾期 {n} 分钟", "Jobs have been due for {n} minutes")),
        (r"(?P<n>\d+) jobs failed.*", _("一小时内有 {n} 个作业失败", "{n} jobs failed in an hour")),
        (r"(?P<file>\S+) ends in (?P<n>\d+) days", _("{file} 将在 {n} 天后到期", "{file} ends in {n} days")),
        (r"(?P<file>\S+) has ended", _("{file} 已过期", "{file} has ended")),
        (r"(?P<file>\S+) cannot be read: (?P<why>.*)", _("{file} 无法读取：{why}", "{file} cannot be read: {why}")),
        (r"(?P<n>[\d.]+) s apart from the database's", _("与数据库的时钟相差 {n} 秒", "{n} s apart from the database's")),
        (r"(?P<n>[\d.]+) s apart from the engine's", _("与呼叫引擎的时钟相差 {n} 秒", "{n} s apart from the engine's")),
        (r"ok", _("正常", "well")),
        (r"rejected", _("被拒绝", "rejected")),
        (r"unregistered", _("未注册", "unregistered")),
        (r"stopping", _("正在停止", "stopping")),
        (r"stopped", _("已停止", "stopped")),
    )
)

SEVERAL = re.compile(r", (?=node [^:]*: )|; (?=\S+ (?:is|does not answer) )", re.ASCII)
"""Between what is said of several nodes, trunks or servers."""
BETWEEN = _("；", "; ")


@dataclass(frozen=True, slots=True)
class Message:
    """What is told. `event`: "raised", "cleared" or "test"."""

    event: str
    id: int
    source: str
    severity: str
    text: str
    raised_at: datetime
    cleared_at: datetime | None = None


def state(text: str, language: Language) -> str:
    """What nobody foresaw, a library's complaint say, stays as it was said."""
    each = SEVERAL.split(text)
    if len(each) > 1:
        return BETWEEN[language].join(state(one, language) for one in each)
    for pattern, texts in STATES:
        if found := pattern.fullmatch(text):
            said = {name: state(value, language) for name, value in found.groupdict().items()}
            return texts[language].format_map(said)
    return text


def part(source: str, language: Language) -> str:
    """What the alarm is of, and of which machine, if it is of one of several."""
    name, _, machine = source.partition("@")
    called = SOURCES[name][language] if name in SOURCES else name
    return OF_A_MACHINE[language].format(part=called, machine=machine) if machine else called


def told(message: Message, language: str) -> tuple[str, str]:
    """Subject and body."""
    tongue = supported(language) or DEFAULT
    source = part(message.source, tongue)
    severity, event = SEVERITIES[message.severity][tongue], EVENTS[message.event][tongue]
    labels = ("原因", "发生时间", "恢复时间") if tongue == "zh-CN" else ("What", "Since", "Until")
    lines = [f"{severity} · {source} · {event}", "", f"{labels[0]}: {state(message.text, tongue)}"]
    lines.append(f"{labels[1]}: {message.raised_at:%Y-%m-%d %H:%M:%S} UTC")
    if message.cleared_at is not None:
        lines.append(f"{labels[2]}: {message.cleared_at:%Y-%m-%d %H:%M:%S} UTC")
    return f"[callbase] {severity}: {source}, {event}", "\n".join(lines) + "\n"
