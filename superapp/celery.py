"""The Celery app: `celery -A superapp.celery worker`."""

import os

from celery import Celery

from superapp.broker import install

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "superapp.settings")

install()
app = Celery("superapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
