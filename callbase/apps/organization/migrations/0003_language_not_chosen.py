"""A person's language may be one not chosen yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization", "0002_sealed_ha1")]
    operations = [
        migrations.AlterField(
            model_name="person",
            name="language",
            field=models.CharField(blank=True, choices=[("zh-CN", "zh-CN"), ("en-US", "en-US")], default="zh-CN", max_length=8),
        ),
    ]
