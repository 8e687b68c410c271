"""Ending another's call is a right of its own: tokens that supervised had it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def may_release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for token in apps.get_model("integration", "ApiToken").objects.all():
        if "agents.supervise" in token.scopes and "calls.release" not in token.scopes:
            token.scopes = [*token.scopes, "calls.release"]
            token.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("integration", "0001_initial")]
    operations = [migrations.RunPython(may_release, migrations.RunPython.noop)]
