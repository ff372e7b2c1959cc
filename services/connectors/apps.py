from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "services.connectors"
    label = "connectors"
