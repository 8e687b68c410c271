"""/api/skills"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.skills import actions, queries
from callbase.apps.skills.access import manage, see
from callbase.apps.skills.schemas import SkillIn, SkillOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["skills"])


@router.get("", response=Page[SkillOut])
def list_skills(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.skills(see(request)), paging, search=["key__icontains", "name__icontains"], default="id", sort={"id": "key"}
    )
    return {**page, "items": [queries.skill_detail(skill) for skill in page["items"]]}


@router.post("", response={201: SkillOut})
def create_skill(request: HttpRequest, data: SkillIn) -> Status[dict[str, Any]]:
    return Status(201, queries.skill_detail(actions.do_create_skill(manage(request), data.dict())))


@router.get("/{skill_id}", response=SkillOut)
def get_skill(request: HttpRequest, skill_id: str) -> dict[str, Any]:
    return queries.skill_detail(one(queries.skills(see(request)), key=skill_id))


@router.patch("/{skill_id}", response=SkillOut)
def change_skill(request: HttpRequest, skill_id: str, data: Changes[SkillIn]) -> dict[str, Any]:
    return queries.skill_detail(actions.do_change_skill(manage(request), skill_id, data))


@router.delete("/{skill_id}", response={204: None})
def delete_skill(request: HttpRequest, skill_id: str) -> Status[None]:
    actions.do_delete_skill(manage(request), skill_id)
    return Status(204, None)
