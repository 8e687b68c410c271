"""How long who waited on a switch node that died may take to call again and have the old place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization", "0007_park_returns")]
    operations = [
        migrations.AddField(model_name="tenant", name="place_kept_s", field=models.FloatField(default=300.0)),
    ]
