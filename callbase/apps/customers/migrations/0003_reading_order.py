from django.db import migrations, models

from callbase.web.reading_order import ReadingOrder


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_levels"), ("organization", "0009_reading_order")]
    operations = [
        migrations.RemoveIndex("customer", "customer_name"),
        migrations.AddIndex("customer", models.Index("tenant", ReadingOrder("name"), name="customer_reading_order")),
    ]
