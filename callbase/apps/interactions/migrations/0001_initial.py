"""The engine's tables, in the engine's own words (`schema.sql`), and the partitions of the first months."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from callbase.apps.interactions.partitions import make_partitions

SCHEMA = Path(__file__).resolve().parent.parent / "schema.sql"


def make_first_partitions(apps, schema_editor):
    make_partitions(schema_editor.connection, datetime.now(UTC))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(SCHEMA.read_text(), migrations.RunSQL.noop),
        migrations.RunPython(make_first_partitions, migrations.RunPython.noop),
    ]
