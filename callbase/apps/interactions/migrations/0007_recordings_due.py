"""Indexes of recordings that are due, being made, or could not be kept. (`schema.sql` has them for new installations.)"""

from django.db import migrations

INDEXES = """
DROP INDEX IF EXISTS recording_to_encode;
CREATE INDEX IF NOT EXISTS recording_due ON recording ((coalesce(next_attempt_at, ended_at, started_at))) WHERE state = 'ended';
CREATE INDEX IF NOT EXISTS recording_open ON recording (state, ended_at) WHERE state IN ('recording', 'failed');
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0006_party")]
    operations = [migrations.RunSQL(INDEXES, migrations.RunSQL.noop)]
