from django.apps import AppConfig


class MandatesConfig(AppConfig):
    name = "accounts.mandates"
    label = "accounts_mandates"
