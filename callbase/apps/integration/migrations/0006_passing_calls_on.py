"""Taking another's call away and bringing somebody into it are rights of their own: tokens that supervised could do both."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_CALLS = ("calls.release", "calls.take_over", "calls.barge")


def may_pass_on(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for token in apps.get_model("integration", "ApiToken").objects.all():
        missing = [right for right in AT_CALLS if right not in token.scopes]
        if "agents.supervise" in token.scopes and missing:
            token.scopes = [*token.scopes, *missing]
            token.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("integration", "0005_reach_of_calls")]
    operations = [migrations.RunPython(may_pass_on, migrations.RunPython.noop)]
