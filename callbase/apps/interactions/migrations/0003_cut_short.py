"""A recording knows why it ends before its call does. (`schema.sql` has it for new installations.)"""

from django.db import migrations

COLUMN = "ALTER TABLE recording ADD COLUMN IF NOT EXISTS cut_short text NOT NULL DEFAULT ''"


class Migration(migrations.Migration):
    dependencies = [("interactions", "0002_voicemail")]
    operations = [migrations.RunSQL(COLUMN, migrations.RunSQL.noop)]
