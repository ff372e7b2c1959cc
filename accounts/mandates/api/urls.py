"""Routes of acting for others."""

from django.urls import path

from accounts.mandates.api import views

urlpatterns = [
    path("me/mandates/", views.Mandates.as_view(), name="mandates"),
    path("me/mandates/<uuid:mandate_id>/", views.OneMandate.as_view(), name="mandate"),
    path("me/mandates/<uuid:mandate_id>/accept/", views.Accept.as_view(), name="mandate-accept"),
    path("me/mandates/<uuid:mandate_id>/renew/", views.Renew.as_view(), name="mandate-renew"),
    path("me/mandates/<uuid:mandate_id>/end/", views.End.as_view(), name="mandate-end"),
    path("me/dependants/", views.Dependants.as_view(), name="dependants"),
    path("me/companies/", views.Companies.as_view(), name="companies"),
]
