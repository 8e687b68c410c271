"""A recording into which no audio came is told from one that could not be kept. (`schema.sql` has it for new installations.)"""

from django.db import migrations

STATES = """
ALTER TABLE recording DROP CONSTRAINT IF EXISTS recording_state_check,
    ADD CONSTRAINT recording_state_check CHECK (state IN ('recording', 'ended', 'stored', 'empty', 'failed'));
COMMENT ON COLUMN recording.state IS 'empty: no audio came from either side; failed: it could not be kept';
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0007_recordings_due")]
    operations = [migrations.RunSQL(STATES, migrations.RunSQL.noop)]
