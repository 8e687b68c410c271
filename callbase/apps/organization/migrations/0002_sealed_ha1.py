"""Telephones' HA1 is sealed, as other secrets are; what of secrets stood in documents published before is taken out of them."""

from django.db import migrations, models

from callbase.apps.organization.secrets import seal

_SECRETS = r'"(ha1|password)": "(?:[^"\\]|\\.)*"'
_NOTHING = r'"\1": ""'


def seal_all(apps, schema_editor):
    for device in apps.get_model("organization", "Device").objects.all():
        device.ha1 = seal(device.ha1)
        device.save(update_fields=["ha1"])


def clear_published(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE engine_config SET document = regexp_replace(document::text, %s, %s, 'g')::jsonb", [_SECRETS, _NOTHING]
        )
        cursor.execute(
            "UPDATE engine_journal SET event = regexp_replace(event::text, %s, %s, 'g')::jsonb"
            " WHERE event ->> 'type' = 'ConfigPublished'",
            [_SECRETS, _NOTHING],
        )


class Migration(migrations.Migration):
    dependencies = [("organization", "0001_initial"), ("interactions", "0001_initial")]
    operations = [
        migrations.AlterField(model_name="device", name="ha1", field=models.TextField()),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
        migrations.RunPython(clear_published, migrations.RunPython.noop),
    ]
