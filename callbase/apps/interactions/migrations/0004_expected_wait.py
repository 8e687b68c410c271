"""A stay in a queue keeps the wait foretold on entering. (`schema.sql` has it for new installations.)"""

from django.db import migrations

COLUMN = "ALTER TABLE segment ADD COLUMN IF NOT EXISTS expected_ms bigint"


class Migration(migrations.Migration):
    dependencies = [("interactions", "0003_cut_short")]
    operations = [migrations.RunSQL(COLUMN, migrations.RunSQL.noop)]
