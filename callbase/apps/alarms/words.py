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
        (r"(?:not answering|none leads): (?P<why>.*)", _("没有应答：{why}", "Does not answer: {why}")),
        (r"not running", _("未运行", "Not running")),
        (r"not ready to take over", _("尚不能接管", "Not ready to take over")),
        (r"none stands by", _("没有待命的引擎", "None stands by")),
        (r"node (?P<node>[^:]*): not connected", _("节点 {node}：未连接", "Node {node}: not connected")),
        (r"the last one failed: (?P<why>.*)", _("上一次备份失败：{why}", "The last one failed: {why}")),
        (r"the last one is (?P<n>\d+) hours old", _("上一次备份已过 {n} 小时", "The last one is {n} hours old")),
        (r"none was made yet", _("尚未备份", "None was made yet")),
        (r"(?P<n>\d+) MB free.*", _("仅剩 {n} MB，很快将无法录音", "{n} MB free: calls are no longer recorded soon")),
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
        (r"(?P<n>[\d.]+) s apart from the (?P<whose>\w+)'s", _("与 {whose} 的时钟相差 {n} 秒", "{n} s apart from the {whose}'s")),
    )
)


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
    """What nobody foresaw stays as it was said."""
    for pattern, texts in STATES:
        if found := pattern.fullmatch(text):
            return texts[language].format_map(found.groupdict())
    return text


def told(message: Message, language: str) -> tuple[str, str]:
    """Subject and body."""
    tongue = supported(language) or DEFAULT
    source = SOURCES[message.source][tongue] if message.source in SOURCES else message.source
    severity, event = SEVERITIES[message.severity][tongue], EVENTS[message.event][tongue]
    labels = ("原因", "发生时间", "恢复时间") if tongue == "zh-CN" else ("What", "Since", "Until")
    lines = [f"{severity} · {source} · {event}", "", f"{labels[0]}: {state(message.text, tongue)}"]
    lines.append(f"{labels[1]}: {message.raised_at:%Y-%m-%d %H:%M:%S} UTC")
    if message.cleared_at is not None:
        lines.append(f"{labels[2]}: {message.cleared_at:%Y-%m-%d %H:%M:%S} UTC")
    return f"[callbase] {severity}: {source}, {event}", "\n".join(lines) + "\n"
