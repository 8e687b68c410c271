from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alarms", "0002_recipients")]

    operations = [migrations.AddField("alarm", "seen_at", models.DateTimeField(null=True))]
