"""The form in which a list keeps its numbers, and lists as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from callbase.numbers import normalize, prefix_form

MOST = 50_000
"""Numbers a tenant's lists may hold together."""
_PREFIX = re.compile(r"\+?[0-9]{1,20}\*")
_EXTENSION = re.compile(r"[0-9]{1,8}")
NOTE_LENGTH = 120


def listed_form(number: str) -> str | None:
    """ "+86 138 0013 8000" → "13800138000"; a prefix likewise, "+86 138*" → "138*"; None for what is neither."""
    text = re.sub(r"[\s()-]", "", number)
    if text.endswith("*"):
        prefix = prefix_form(text[:-1]) if _PREFIX.fullmatch(text) else None
        return f"{prefix}*" if prefix is not None else None
    return normalize(text) or (text if _EXTENSION.fullmatch(text) else None)


@dataclass(slots=True)
class Sifted:
    """What was typed or stands in a file, sifted before anything is written."""

    wanted: dict[str, str] = field(default_factory=dict)
    """Number in the form a list keeps → its note."""
    faulty: list[tuple[int, str]] = field(default_factory=list)
    """(place, what stands there in place of a number)"""
    repeated: int = 0
    """So many name a number that came before."""
    shortened: int = 0
    """So many notes are too long, and lose their end."""


def sift(entries: Iterable[tuple[int, str, str]]) -> Sifted:
    """Of (place, number, note); of a number named twice the first note counts."""
    sifted = Sifted()
    for place, number, note in entries:
        form = listed_form(number)
        if form is None:
            sifted.faulty.append((place, number[:40]))
        elif form in sifted.wanted:
            sifted.repeated += 1
        else:
            sifted.wanted[form] = note[:NOTE_LENGTH]
            sifted.shortened += len(note) > NOTE_LENGTH
    return sifted


def read_csv(content: bytes) -> list[tuple[int, str, str]]:
    """(line, number, note) of each line that is not empty; a heading is passed over. Raises UnicodeDecodeError, csv.Error.

    What spreadsheets write is read: UTF-8 with or without a byte order mark, GB 18030 besides, comma or semicolon.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = []
    for line, row in enumerate(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter), start=1):
        cells = [cell.strip().lstrip("'") for cell in row]
        if not cells or not cells[0] or (line == 1 and not any(character.isdigit() for character in cells[0])):
            continue
        rows.append((line, cells[0], cells[1] if len(cells) > 1 else ""))
    return rows


def write_csv(rows: Iterable[tuple[str, str]]) -> str:
    """Number and note. A spreadsheet takes text that begins so for a formula; an apostrophe keeps it text (CWE-1236)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["number", "note"])
    for number, note in rows:
        writer.writerow([number, f"'{note}" if note[:1] in ("=", "+", "-", "@", "\t", "\r") else note])
    return "\ufeff" + text.getvalue()
