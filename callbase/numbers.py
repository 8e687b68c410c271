"""Telephone numbers in one form, so that the number a call brings finds the customer it was filed under.

Numbers of the centre's own country are kept as dialled inside it ("13800138001", "02062783333"), others as E.164
("+14155550100"): what the carrier sends is what is stored, however it was typed.
"""

from __future__ import annotations

import phonenumbers

REGION = "CN"


def normalize(number: str, region: str = REGION) -> str | None:
    """The number's stored form; None where it cannot be a telephone number at all."""
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
