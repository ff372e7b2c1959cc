from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "accounts.privacy"
    label = "accounts_privacy"
