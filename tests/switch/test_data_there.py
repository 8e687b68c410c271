"""What is attached to a call on another maker's switch is attached to it here, and the other way round; our mark is beside it."""

from __future__ import annotations

import pytest

from callbase.core.events import AnswerCall, HoldCall, SetData
from callbase.core.facts import DataChanged, InteractionEnded
from callbase.switch.csta import driver
from callbase.switch.csta.attached import MARK, SIGN
from tests.csta.pbx import NUMBER, PbxCentre
from tests.switch.own_centre import CALLER, OwnCentre, own_centre, rings

THEIRS = {"x-order": "17", "correlatorData": "order=17", "userData": "来自网页", "name": "王"}


def attach(there: PbxCentre, **data: str | None) -> None:
    there.act(SetData(interaction=there.only().interaction, data=dict(data)))


def data_there(pbx: PbxCentre) -> dict[str, str]:
    """As programs there find it, without our mark."""
    return {key: value for key, value in pbx.only().data.items() if key != MARK}


async def talking(centre: OwnCentre, pbx: PbxCentre) -> None:
    """A caller whose call has data there talks with 1001."""
    pbx.call(NUMBER, caller=CALLER, headers={"X-Order": "17"})
    attach(pbx, correlatorData="order=17", userData="来自网页", name="王")
    await rings(centre, pbx)
    assert centre.calls[0].data == THEIRS, "the screen has it while it rings"
    centre.act(AnswerCall(agent="1001"))
    pbx.answer("1001")
    await centre.until(lambda: centre.agent("1001").connection == "connected")


async def test_data_there_is_on_the_screen_when_it_rings_and_stays_as_it_is_there(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talking(centre, pbx)
    assert data_there(pbx) == THEIRS
    assert pbx.only().data[MARK].startswith(SIGN)
    assert {fact.actor for fact in centre.told(DataChanged)} == {"switch"}


async def test_what_is_changed_there_is_changed_here_and_the_other_way_round(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talking(centre, pbx)
    attach(pbx, correlatorData="order=18", name=None)
    await centre.until(lambda: centre.calls[0].data == {"x-order": "17", "correlatorData": "order=18", "userData": "来自网页"})
    changes: dict[str, str | None] = {"correlatorData": "order=19", "x-order": None, "note": "<&>", "accountCode": "7"}
    centre.act(SetData(interaction=centre.calls[0].interaction, data=changes))
    both = {"correlatorData": "order=19", "userData": "来自网页", "note": "<&>", "accountCode": "7"}
    await centre.until(lambda: data_there(pbx) == both)
    assert centre.calls[0].data == both
    centre.act(HoldCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection == "hold")
    assert centre.calls[0].data == data_there(pbx) == both


async def test_what_is_attached_there_while_the_link_is_lost_is_here_once_it_is_back(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talking(centre, pbx)
    await pbx.cut()
    await centre.until(lambda: not centre.view.switch_online)
    attach(pbx, order="20")
    centre.act(SetData(interaction=centre.calls[0].interaction, data={"note": "here"}))
    await pbx.offer_csta()
    await centre.until(lambda: centre.calls[0].data == {**THEIRS, "order": "20", "note": "here"})
    await centre.until(lambda: data_there(pbx) == {**THEIRS, "order": "20", "note": "here"})


async def test_a_call_that_waited_there_before_we_came_brings_its_data(pbx: PbxCentre) -> None:
    pbx.call(NUMBER, caller=CALLER, headers={"X-Order": "17"})
    async with own_centre(pbx) as centre:
        await centre.until(lambda: centre.calls and centre.calls[0].data == {"x-order": "17"})


async def _keeps_none(switch: object) -> bool:
    return False


@pytest.mark.parametrize("theirs", ["order=17", None])
async def test_on_a_switch_that_keeps_no_private_data_the_mark_never_takes_the_place_of_correlator_data(
    monkeypatch: pytest.MonkeyPatch, pbx: PbxCentre, theirs: str | None
) -> None:
    monkeypatch.setattr(driver, "keeps_ours", _keeps_none)
    async with own_centre(pbx, "1001") as centre:
        pbx.call(NUMBER, caller=CALLER)
        attach(pbx, correlatorData=theirs)
        await rings(centre, pbx)
        pbx.answer("1001")
        await centre.until(lambda: centre.agent("1001").connection == "connected")
        assert MARK not in pbx.only().data
        assert (pbx.only().data["correlatorData"] == theirs) if theirs else pbx.only().data["correlatorData"].startswith(SIGN)
        assert centre.calls[0].data == ({"correlatorData": theirs} if theirs else {})
        await centre.restart()
        if theirs:
            # without a mark it is not known again
            await centre.until(lambda: centre.told(InteractionEnded, reason="switch_lost"))
        else:
            centre.act(HoldCall(agent="1001"))
            await centre.until(lambda: pbx.agent("1001").connection == "hold")
