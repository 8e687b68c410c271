"""Telephone numbers in one form, so that the number a call brings finds the customer it was filed under.

Numbers of the centre's own country are kept as dialled inside it ("13800138001", "02062783333"), others as E.164
("+14155550100"): what the carrier sends is what is stored, however it was typed.
"""

from __future__ import annotations

import re

import phonenumbers

REGION = "CN"
_MOBILE = re.compile(r"1(?!79)[3-9][0-9]{9}")
"""As carriers send it inside the country: the stored form already, which takes a hundred times as long to find out otherwise. 179
begins what chooses a carrier, too."""
_FROM_ABROAD = re.compile(r"(?:\+|00)86")
_UNDIALLED = re.compile(r"1[3-9]|400|800")
"""How numbers begin that have no area code, so no nought before it: mobiles and service numbers."""
_UNDECIDED = ("", "1", "4", "40", "8", "80")
"""Beginnings both of such numbers and of area codes, which only inside the country are dialled with a nought before them."""


def normalize(number: str, region: str = REGION) -> str | None:
    """The number's stored form; None where it cannot be a telephone number at all."""
    if region == REGION and _MOBILE.fullmatch(number):
        return number
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code is None or not phonenumbers.is_possible_number(parsed):
        return None
    if phonenumbers.region_code_for_country_code(parsed.country_code) != region:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(character for character in national if character.isdigit())


def caller_form(number: str, region: str = REGION) -> str:
    """What to look a caller up by: the stored form, or the number as it came where it has none (an extension)."""
    return normalize(number, region) or number


def caller_key(number: str) -> str:
    """What callers are told apart by: `caller_form` of one that may be written otherwise, and any other as it came, at once."""
    return caller_form(number) if number.startswith(("+", "00", "01", "86")) else number


def prefix_form(prefix: str) -> str | None:
    """The beginning of stored forms that this beginning of a number stands for: "+86138" → "138", "008620" → "020", "00852" →
    "+852". None where no single one does: all of "+861" are mobiles ("1…") and Beijing ("010…")."""
    inside = _FROM_ABROAD.match(prefix)
    if inside is None:
        return f"+{prefix[2:]}" if prefix.startswith("00") else prefix
    rest = prefix[inside.end() :]
    if rest in _UNDECIDED:
        return None
    return rest if rest.startswith("0") or _UNDIALLED.match(rest) else f"0{rest}"


def sought(text: str) -> list[str]:
    """What to look for in numbers where somebody seeks one by this part of it: as it is typed, and of a whole number, however it
    is written, its stored form and what a carrier may send instead ("01062783333" → "861062783333")."""
    typed = text.strip()
    stored = normalize(typed)
    forms = [typed] if stored is None else [typed, stored]
    if stored is not None and stored.startswith("0"):
        forms.append(f"86{stored[1:]}")
    return list(dict.fromkeys(forms))
