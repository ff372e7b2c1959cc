from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "accounts.sign_in"
    label = "accounts_sign_in"

    def ready(self) -> None:
        """Listen to the libraries' signals of signing in and out."""
        from accounts.sign_in import receivers  # noqa: F401
