"""A consultation's segment keeps whom it was with. (`schema.sql` has it for new installations.)"""

from django.db import migrations

COLUMN = "ALTER TABLE segment ADD COLUMN IF NOT EXISTS party text"


class Migration(migrations.Migration):
    dependencies = [("interactions", "0005_engine_lease")]
    operations = [migrations.RunSQL(COLUMN, migrations.RunSQL.noop)]
