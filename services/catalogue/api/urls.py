"""Routes of the catalogue."""

from django.urls import include, path

from services.catalogue.api import views

urlpatterns = [
    path("services/", views.Services.as_view(), name="services"),
    path("services/<slug:slug>/", views.OneService.as_view(), name="service"),
    path("services/<slug:slug>/versions/<int:number>/", views.OneVersion.as_view(), name="service-version"),
    path("schemas/service-definition.json", views.DefinitionSchema.as_view(), name="service-definition-schema"),
    path("schemas/golden-cases.json", views.GoldenCasesSchema.as_view(), name="golden-cases-schema"),
    path("schemas/vectors/engine.json", views.EngineVectors.as_view(), name="engine-vectors"),
    path("", include("services.catalogue.api.office.urls")),
]
