"""docs/reliability.md has a rule for each difference there may be after a gap."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from callbase.core.facts import Difference

RELIABILITY = Path(__file__).parents[2] / "docs/reliability.md"


def test_each_kind_of_difference_has_one_rule() -> None:
    (section,) = re.findall(r"^## What differs after a gap$(.*?)^## ", RELIABILITY.read_text(), re.MULTILINE | re.DOTALL)
    assert sorted(re.findall(r"\| `(\w+)` \|$", section, re.MULTILINE)) == sorted(get_args(Difference))
