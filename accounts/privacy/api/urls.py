"""Routes of a person's rights over their data."""

from django.urls import path

from accounts.privacy.api import connections, consents, deletion, export, impersonations, requests, sign_ins

urlpatterns = [
    path("purposes/", connections.Purposes.as_view(), name="purposes"),
    path("me/access-log/", connections.AccessLog.as_view(), name="access-log"),
    path("me/connections/", connections.Connections.as_view(), name="connections"),
    path("me/connections/<str:client_id>/", connections.OneConnection.as_view(), name="connection"),
    path("me/consents/", consents.Consents.as_view(), name="consents"),
    path("me/consents/<uuid:id>/", consents.OneConsent.as_view(), name="consent"),
    path("me/data-requests/", requests.MyRequests.as_view(), name="data-requests"),
    path("me/deletion/", deletion.MyDeletion.as_view(), name="deletion"),
    path("me/impersonations/", impersonations.MyImpersonations.as_view(), name="impersonations"),
    path("me/impersonations/<uuid:id>/", impersonations.MyImpersonation.as_view(), name="impersonation"),
    path("me/sessions/", sign_ins.Sessions.as_view(), name="sessions"),
    path("me/sessions/end-others/", sign_ins.OtherSessions.as_view(), name="sessions-end-others"),
    path("me/sessions/<uuid:id>/", sign_ins.OneSession.as_view(), name="session"),
    path("me/sign-ins/", sign_ins.SignIns.as_view(), name="sign-ins"),
    path("me/sign-ins/<uuid:id>/not-me/", sign_ins.NotMe.as_view(), name="sign-in-not-me"),
    path("me/export/", export.MyExport.as_view(), name="export"),
    path("me/export/<uuid:id>/download/", export.ExportDownload.as_view(), name="export-download"),
    path("office/data-requests/", requests.OfficeRequests.as_view(), name="office-data-requests"),
    path("office/data-requests/<uuid:id>/", requests.OfficeRequest.as_view(), name="office-data-request"),
    path("office/data-requests/<uuid:id>/answer/", requests.AnswerRequest.as_view(), name="office-data-answer"),
    path("office/impersonations/", impersonations.OfficeImpersonations.as_view(), name="office-impersonations"),
    path("office/impersonations/<uuid:id>/", impersonations.OfficeImpersonation.as_view(), name="office-impersonation"),
]
