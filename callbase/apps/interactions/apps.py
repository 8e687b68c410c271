from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "callbase.apps.interactions"
    label = "interactions"
