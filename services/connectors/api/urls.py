from django.urls import path

from services.connectors.api import views

_CLIENT = "office/clients/<uuid:id>/"

urlpatterns = [
    path("office/clients/", views.Clients.as_view(), name="clients"),
    path(_CLIENT, views.OneClient.as_view(), name="client"),
    path(f"{_CLIENT}secret/", views.Secret.as_view(), name="client-secret"),
    path(f"{_CLIENT}testers/", views.Testers.as_view(), name="client-testers"),
    path(f"{_CLIENT}testers/<uuid:person_id>/", views.OneTester.as_view(), name="client-tester"),
    path(f"{_CLIENT}self-test/", views.SelfTests.as_view(), name="client-self-test"),
    path(f"{_CLIENT}production/", views.Production.as_view(), name="client-production"),
    path(f"{_CLIENT}history/", views.History.as_view(), name="client-history"),
]
