"""Built-in roles made before there were rights to listen, whisper, barge in and take over get what a new centre gives them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_CALLS = ["calls.listen", "calls.whisper", "calls.barge", "calls.take_over", "calls.release"]
ADMINISTRATION = [
    "people.manage",
    "queues.manage",
    "dids.manage",
    "flows.manage",
    "prompts.manage",
    "trunks.manage",
    "audit.view",
    "tokens.manage",
]
SUPERVISOR = [
    "agent.work",
    "board.view",
    "interactions.view_own",
    "recordings.listen",
    "customers.view",
    "customers.edit",
    "interactions.view_all",
    "reports.view",
    "agents.supervise",
    *AT_CALLS,
]
BUILT_IN = {"team-leader": SUPERVISOR, "supervisor": SUPERVISOR, "administrator": [*SUPERVISOR, *ADMINISTRATION]}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("organization", "Role").objects.filter(key__in=BUILT_IN):
        missing = [right for right in BUILT_IN[role.key] if right not in role.permissions]
        if missing:
            role.permissions = [*role.permissions, *missing]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("organization", "0004_supervision")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
