"""Makes the Celery app the current one in every process, so that `shared_task` finds its broker."""

from django.apps import AppConfig

from superapp.discovery import check_modules


class SuperappConfig(AppConfig):
    name = "superapp"

    def ready(self) -> None:
        from superapp.celery import app  # settings must be configured first

        app.set_default()
        check_modules()
