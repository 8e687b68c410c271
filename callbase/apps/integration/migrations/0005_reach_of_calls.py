"""A revoked token keeps its row, by whose name the audit trail knows it; and each token says whom it may call. Those limited to
agents and queues call within these, as the limit promised."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CHOICES = [("own", "own"), ("inside", "inside"), ("anywhere", "anywhere")]


def keep_limits(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for token in apps.get_model("integration", "ApiToken").objects.all():
        if token.agents or token.queues:
            token.calls = "own"
            token.save(update_fields=["calls"])


class Migration(migrations.Migration):
    dependencies = [("integration", "0004_embedding")]
    operations = [
        migrations.AddField("apitoken", "revoked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("apitoken", "calls", models.CharField(choices=CHOICES, default="anywhere", max_length=8)),
        migrations.RunPython(keep_limits, migrations.RunPython.noop),
    ]
