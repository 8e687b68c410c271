import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Board",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("position", models.IntegerField(default=0)),
                ("tiles", models.JSONField(default=list)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="boards",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_column="tenant",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organization.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "board",
                "constraints": [models.UniqueConstraint(fields=("person", "name"), name="board_name")],
            },
        ),
    ]
