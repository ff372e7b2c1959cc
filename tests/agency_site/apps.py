from django.apps import AppConfig


class AgencySiteConfig(AppConfig):
    name = "tests.agency_site"
    label = "agency_site"
