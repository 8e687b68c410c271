"""New messages are found without looking at those dealt with in years. (`schema.sql` has it for new installations.)"""

from django.db import migrations

HANDLED = """
ALTER TABLE recording ADD COLUMN IF NOT EXISTS handled boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN recording.handled IS 'Of a voicemail: somebody has dealt with it (voicemail_handling says who)';
UPDATE recording SET handled = true FROM voicemail_handling handling WHERE handling.recording = recording.id;
CREATE INDEX IF NOT EXISTS recording_new_voicemail ON recording (tenant, started_at DESC) WHERE kind = 'voicemail' AND NOT handled;
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0008_recording_empty"), ("voicemail", "0001_initial")]
    operations = [migrations.RunSQL(HANDLED, migrations.RunSQL.noop)]
