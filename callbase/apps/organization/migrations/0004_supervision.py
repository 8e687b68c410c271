"""Whether agents see supervisors at their calls; and ending another's call is a right of its own: who supervised had it."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def may_release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for role in apps.get_model("organization", "Role").objects.all():
        if "agents.supervise" in role.permissions and "calls.release" not in role.permissions:
            role.permissions = [*role.permissions, "calls.release"]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("organization", "0003_language_not_chosen")]
    operations = [
        migrations.AddField(model_name="tenant", name="supervision_shown", field=models.BooleanField(default=False)),
        migrations.RunPython(may_release, migrations.RunPython.noop),
    ]
