"""Whole numbers as people say them, in words, so that no speech engine reads them digit by digit."""

from __future__ import annotations

from callbase.core.config import Language

# fmt: off
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
# fmt: on
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
MOST = 9999
"""Beyond it, digits."""


def in_words(number: int, language: Language) -> str:
    """`number`, 0 or more: "twenty-one", 二十一. In Chinese as before a measure word: 两位, not 二位."""
    if number > MOST:
        return str(number)
    if language.startswith("zh"):
        return "两" if number == 2 else _chinese(number)
    return _english(number)


def _english(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    many, rest = divmod(number, size)
    link = " and " if rest < 100 else " "
    return f"{_ONES[many]} {name}" + (link + _english(rest) if rest else "")


def _chinese(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    said, gap = "", False
    for size, unit in _UNITS:
        digit = number // size % 10
        if digit:
            zero = "零" if said and gap else ""
            said += zero + ("" if digit == 1 and size == 10 and not said else _DIGITS[digit]) + unit
            gap = False
        else:
            gap = True
    return said
