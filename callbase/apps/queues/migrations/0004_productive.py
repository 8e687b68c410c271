from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0003_rules")]
    operations = [
        migrations.AddField(model_name="notreadyreason", name="productive", field=models.BooleanField(default=False)),
    ]
