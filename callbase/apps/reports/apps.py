from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "callbase.apps.reports"
    label = "reports"
