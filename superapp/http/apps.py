from django.apps import AppConfig


class HttpConfig(AppConfig):
    name = "superapp.http"
    label = "http_api"
