from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "services.agencies"
    label = "agencies"
