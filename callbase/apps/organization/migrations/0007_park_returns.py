"""How long a call stays parked before it goes back to who parked it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization", "0006_outside_number")]
    operations = [
        migrations.AddField(model_name="tenant", name="park_returns_after_s", field=models.FloatField(default=60.0)),
    ]
