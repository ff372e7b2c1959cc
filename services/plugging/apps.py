from django.apps import AppConfig


class PluggingConfig(AppConfig):
    name = "services.plugging"
    label = "plugging"

    def ready(self) -> None:
        """Refuse a module that reaches beyond its place: at the start, not when a resident meets it."""
        from services.plugging import checks  # noqa: F401 - they are registered
        from services.plugging.contract import check_at_start
        from services.plugging.routes import check_routes

        check_at_start()
        check_routes()
