from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class OrganizationConfig(AppConfig):
    name = "callbase.apps.organization"
    label = "organization"

    def ready(self) -> None:
        from callbase.web.tenant_wall.policies import build
        from callbase.web.tenant_wall.request import on_connection_created

        post_migrate.connect(build, sender=self)
        connection_created.connect(on_connection_created)
