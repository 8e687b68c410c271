"""A recording knows its kind: of a call, or a message that was left. (`schema.sql` has it for new installations.)"""

from django.db import migrations

COLUMNS = """
ALTER TABLE recording ADD COLUMN IF NOT EXISTS kind text NOT NULL DEFAULT 'call' CHECK (kind IN ('call', 'voicemail'));
ALTER TABLE recording ADD COLUMN IF NOT EXISTS queue text;
ALTER TABLE recording ADD COLUMN IF NOT EXISTS spoken_ms bigint;
CREATE INDEX IF NOT EXISTS recording_voicemail ON recording (tenant, started_at DESC) WHERE kind = 'voicemail';
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0001_initial")]
    operations = [migrations.RunSQL(COLUMNS, migrations.RunSQL.noop)]
