"""Routes of a person's rights over their data."""

from django.urls import path

from accounts.privacy.api import connections, consents, deletion, export

urlpatterns = [
    path("purposes/", connections.Purposes.as_view(), name="purposes"),
    path("me/access-log/", connections.AccessLog.as_view(), name="access-log"),
    path("me/connections/", connections.Connections.as_view(), name="connections"),
    path("me/connections/<str:client_id>/", connections.OneConnection.as_view(), name="connection"),
    path("me/consents/", consents.Consents.as_view(), name="consents"),
    path("me/consents/<uuid:id>/", consents.OneConsent.as_view(), name="consent"),
    path("me/deletion/", deletion.MyDeletion.as_view(), name="deletion"),
    path("me/export/", export.MyExport.as_view(), name="export"),
    path("me/export/<uuid:id>/download/", export.ExportDownload.as_view(), name="export-download"),
]
