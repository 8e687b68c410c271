"""Interactions as CSV: UTF-8 with a byte order mark, times in the tenant's zone, headings in the user's language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from callbase.apps.interactions import words
from callbase.apps.interactions.words import word
from callbase.web.language import Language

COLUMNS: dict[str, dict[Language, str]] = {
    "id": {"zh-CN": "编号", "en-US": "Id"},
    "started_at": {"zh-CN": "开始时间", "en-US": "Started"},
    "answered_at": {"zh-CN": "接听时间", "en-US": "Answered"},
    "ended_at": {"zh-CN": "结束时间", "en-US": "Ended"},
    "direction": {"zh-CN": "方向", "en-US": "Direction"},
    "caller_number": {"zh-CN": "主叫", "en-US": "Caller"},
    "called_number": {"zh-CN": "被叫", "en-US": "Called"},
    "customer": {"zh-CN": "客户", "en-US": "Customer"},
    "queue": {"zh-CN": "队列", "en-US": "Queue"},
    "agent": {"zh-CN": "座席", "en-US": "Agent"},
    "agent_name": {"zh-CN": "座席姓名", "en-US": "Agent's name"},
    "end_reason": {"zh-CN": "结束原因", "en-US": "End reason"},
    "outcome": {"zh-CN": "处理结果", "en-US": "Outcome"},
    "note": {"zh-CN": "备注", "en-US": "Note"},
    "queue_ms": {"zh-CN": "排队（秒）", "en-US": "Queue (s)"},
    "talk_ms": {"zh-CN": "通话（秒）", "en-US": "Talk (s)"},
    "hold_ms": {"zh-CN": "保持（秒）", "en-US": "Hold (s)"},
    "wrap_up_ms": {"zh-CN": "话后处理（秒）", "en-US": "Wrap-up (s)"},
    "consultations": {"zh-CN": "咨询次数", "en-US": "Consultations"},
    "conferences": {"zh-CN": "会议", "en-US": "Conferences"},
    "transfers": {"zh-CN": "转接次数", "en-US": "Transfers"},
}

WORDS = {"direction": words.DIRECTIONS, "end_reason": words.END_REASONS}

_NUMBER = re.compile(r"[+-]?[\d.]+")


def heading(language: Language) -> str:
    return "\ufeff" + _lines([[texts[language] for texts in COLUMNS.values()]])


def lines(interactions: Iterable[dict[str, Any]], timezone: str, language: Language) -> str:
    zone = ZoneInfo(timezone)
    return _lines([_cell(name, one, zone, language) for name in COLUMNS] for one in interactions)


def _lines(table: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue()


def _cell(name: str, one: dict[str, Any], zone: ZoneInfo, language: Language) -> str:
    value = one[name]
    if name in ("queue", "outcome"):
        value = (one[f"{name}_name"] or {}).get(language) or value
    if name == "customer":
        value = value and value["name"]
    if value is None:
        return ""
    if name in WORDS:
        return word(WORDS[name], value, language)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if name.endswith("_ms"):
        return f"{value / 1000:.1f}"
    return harmless(str(value))


def harmless(text: str) -> str:
    """A spreadsheet takes text that begins so for a formula; an apostrophe keeps it text (CWE-1236). Numbers stay numbers."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text) else text
