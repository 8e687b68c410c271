"""Texts of errors: there for every code, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from callbase.core.errors import Code
from callbase.platform.environment import ROOT
from callbase.web.language import LANGUAGES, from_accept_language
from callbase.web.messages import ERRORS, FIELDS, text

RAISED = re.compile(r"""(?:ApiError|Conflict|FieldProblem|Refused)\(\s*"(\w+)"|Invalid\.of\([^,]+,\s*"(\w+)\"""")


def sources() -> list[Path]:
    return [*ROOT.glob("callbase/apps/**/*.py"), *ROOT.glob("callbase/web/**/*.py")]


def test_every_code_raised_has_a_text() -> None:
    raised = {code for file in sources() for pair in RAISED.findall(file.read_text()) for code in pair if code}
    assert raised
    assert raised <= ERRORS.keys() | FIELDS.keys()


def test_every_refusal_of_the_core_has_a_text() -> None:
    assert set(get_args(Code)) <= ERRORS.keys()


@pytest.mark.parametrize("catalogue", [ERRORS, FIELDS])
def test_both_languages_say_the_same_things(catalogue: dict[str, dict[str, str]]) -> None:
    for code, texts in catalogue.items():
        assert set(texts) == set(LANGUAGES), code
        assert re.search("[一-鿿]", texts["zh-CN"]), code
        assert not re.search("[一-鿿]", texts["en-US"]), code
        mentioned = [set(re.findall(r"{(\w+)}", one)) for one in texts.values()]
        assert mentioned[0] == mentioned[1], code


def test_a_text_without_its_data_is_still_a_text() -> None:
    assert text("locked_out", "en-US") == "Too many attempts; please try again in ? minutes."
    assert text("never_heard_of", "en-US") == "never_heard_of"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "That value is not valid."),
        ({"key": "k", "longest": "4000"}, "That is too long: at most 4000 characters."),
        ({"most": "100"}, "There can be 100 at most."),
        ({"number": "1@x"}, "“1@x” is no telephone number that can be used here."),
        ({"allowed": "0-9 * # A-D"}, "This must be some of 0-9 * # A-D."),
    ],
)
def test_what_makes_a_value_impossible_is_told_where_it_is_known(data: dict[str, str], told: str) -> None:
    assert text("value_invalid", "en-US", data) == told


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en-US"),
        ("zh-TW", "zh-CN"),
        ("fr, en;q=0.2, zh;q=0.3", "zh-CN"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        ("en;q=0, zh", "zh-CN"),
        (";;q=,,en;q=x", "zh-CN"),
    ],
)
def test_the_browsers_wish_is_read(header: str, language: str) -> None:
    assert from_accept_language(header) == language
