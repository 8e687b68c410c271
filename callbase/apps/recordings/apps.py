from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "callbase.apps.recordings"
    label = "recordings"
