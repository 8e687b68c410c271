from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trunks", "0002_groups")]
    operations = [
        migrations.AddField(
            model_name="trunk",
            name="caller_number",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
    ]
