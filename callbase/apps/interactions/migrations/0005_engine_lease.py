"""The row that says which engine leads. (`schema.sql` has it for new installations.)"""

from django.db import migrations

TABLE = """
    CREATE TABLE IF NOT EXISTS engine_lease (
        one          boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
        epoch        bigint  NOT NULL DEFAULT 0,
        author       bigint  NOT NULL DEFAULT 0,
        beat         bigint  NOT NULL DEFAULT 0,
        holder       text    NOT NULL DEFAULT '',
        address      text    NOT NULL DEFAULT '',
        armed        text    NOT NULL DEFAULT '',
        standby      text    NOT NULL DEFAULT '',
        standby_beat bigint  NOT NULL DEFAULT 0,
        step_down    boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 10);
    INSERT INTO engine_lease DEFAULT VALUES ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0004_expected_wait")]
    operations = [migrations.RunSQL(TABLE, migrations.RunSQL.noop)]
