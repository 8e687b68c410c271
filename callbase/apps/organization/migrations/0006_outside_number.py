from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization", "0005_rights_of_built_in_roles")]
    operations = [
        migrations.AddField(
            model_name="agent",
            name="outside",
            field=models.CharField(choices=[("no", "no"), ("fixed", "fixed"), ("own", "own")], default="no", max_length=8),
        ),
        migrations.AddField(
            model_name="agent",
            name="outside_number",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
