"""Which of the product's languages to speak to somebody."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh-CN", "en-US"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en-US")
DEFAULT: Language = "zh-CN"
_BY_PRIMARY: dict[str, Language] = {"zh": "zh-CN", "en": "en-US"}


def supported(tag: str) -> Language | None:
    """The product's language for a BCP 47 tag ("zh-Hans-CN" → "zh-CN"); None where there is none."""
    return _BY_PRIMARY.get(tag.strip().lower().split("-")[0])


def from_accept_language(header: str) -> Language:
    """The best supported language of an Accept-Language header (RFC 9110 §12.5.4); rubbish in it is passed over."""
    wanted: list[tuple[float, int, Language]] = []
    for place, item in enumerate(header.split(",")):
        tag, _, parameter = item.partition(";")
        language = supported(tag)
        try:
            weight = float(parameter.partition("=")[2]) if parameter.strip() else 1.0
        except ValueError:
            continue
        if language is not None and weight > 0:
            wanted.append((-weight, place, language))
    return min(wanted)[2] if wanted else DEFAULT
