"""That SIPp's own count finds what is not written, what is written twice, and what failed."""

from __future__ import annotations

import pytest

from benchmarks.callers import CallerCounts
from tests.chaos.accounts import Interaction
from tests.chaos.sipp_callers import hold_against

WRITTEN = [Interaction("a", "13800001", 100.0, 110.0), Interaction("b", "13800002", 101.0, 111.0)]
ANOTHERS = Interaction("c", "13700000001", 100.0, 110.0)


def counts(created: int, succeeded: int, failed: int = 0) -> CallerCounts:
    return CallerCounts(created=created, succeeded=succeeded, failed=failed, retransmissions=0, under_way=0)


@pytest.mark.parametrize(
    ("counted", "written", "found"),
    [
        (counts(2, 2), [*WRITTEN, ANOTHERS], []),
        (counts(3, 2), WRITTEN, ["facts_lost"]),
        (counts(2, 1), WRITTEN, ["facts_doubled"]),
        (counts(2, 2), [*WRITTEN, WRITTEN[0]], ["facts_doubled", "facts_doubled"]),
        (counts(2, 2), [WRITTEN[0], Interaction("b", "13800002", 101.0, 0.0)], ["facts_lost"]),
        (counts(2, 1, failed=1), WRITTEN, ["dropped"]),
    ],
)
def test_what_sipp_counts_is_written_once_and_ended(counted: CallerCounts, written: list[Interaction], found: list[str]) -> None:
    assert [problem.kind for problem in hold_against({"1380000": counted}, written)] == found
