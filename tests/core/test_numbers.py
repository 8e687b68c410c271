"""Telephone numbers' stored forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callbase.numbers import normalize


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z").filter(lambda number: not number.startswith("179")))
def test_a_mobile_is_stored_as_it_is_dialled_whether_or_not_the_country_is_said(mobile: str) -> None:
    assert normalize(mobile) == normalize(f"+86{mobile}") == mobile
