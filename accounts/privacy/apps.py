from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "accounts.privacy"
    label = "accounts_privacy"

    def ready(self) -> None:
        """Read the purposes, so that a wrong entry stops the start and not a request; listen to sign-ins."""
        from accounts.privacy import receivers  # noqa: F401 - they listen from now on
        from accounts.privacy.purposes import purposes

        purposes()
