"""Routes of applications: the resident's, the office's."""

from django.urls import include, path

from services.applications.api import (
    action_files,
    actions,
    bulk,
    clock_urls,
    corrections,
    handling,
    marks,
    objections,
    office,
    prefill,
    queue,
    receipts,
    resident,
)
from services.applications.api import templates as answer_templates

urlpatterns = [
    *clock_urls.urlpatterns,
    path("applications/", resident.Applications.as_view(), name="applications"),
    path("applications/<uuid:id>/", resident.OneApplication.as_view(), name="application"),
    path("applications/<uuid:id>/prefill/", prefill.Prefill.as_view(), name="application-prefill"),
    path("applications/<uuid:id>/submit/", resident.Submit.as_view(), name="application-submit"),
    path("applications/<uuid:id>/receipt/", receipts.MyReceipt.as_view(), name="application-receipt"),
    path("applications/<uuid:id>/read/", marks.Read.as_view(), name="application-read"),
    path("receipts/keys/", receipts.Keys.as_view(), name="receipt-keys"),
    path("receipts/verify/", receipts.Verify.as_view(), name="receipt-verify"),
    path("applications/<uuid:id>/withdraw/", resident.Withdraw.as_view(), name="application-withdraw"),
    path("applications/<uuid:id>/actions/", actions.MyActions.as_view(), name="application-actions"),
    path("applications/<uuid:id>/actions/<slug:action>/", actions.TakeMyAction.as_view(), name="application-action"),
    path(
        "applications/<uuid:id>/actions/<slug:action>/files/",
        action_files.MyActionFiles.as_view(),
        name="application-action-files",
    ),
    path(
        "applications/<uuid:id>/actions/<slug:action>/files/<uuid:file_id>/",
        action_files.MyActionFile.as_view(),
        name="application-action-file",
    ),
    path(
        "office/applications/<uuid:id>/actions/<slug:action>/files/",
        action_files.OfficeActionFiles.as_view(),
        name="office-action-files",
    ),
    path(
        "office/applications/<uuid:id>/actions/<slug:action>/files/<uuid:file_id>/",
        action_files.OfficeActionFile.as_view(),
        name="office-action-file",
    ),
    path("applications/<uuid:id>/corrections/", corrections.Corrections.as_view(), name="corrections"),
    path("applications/<uuid:id>/corrections/send/", corrections.SendCorrections.as_view(), name="corrections-send"),
    path("applications/<uuid:id>/corrections/files/", corrections.CorrectionFiles.as_view(), name="corrections-files"),
    path(
        "applications/<uuid:id>/corrections/files/<uuid:file_id>/",
        corrections.CorrectionFileBytes.as_view(),
        name="corrections-file",
    ),
    path(
        "office/applications/<uuid:id>/corrections/", corrections.OfficeCorrections.as_view(), name="office-corrections"
    ),
    path(
        "office/applications/<uuid:id>/corrections/cancel/",
        corrections.CancelCorrections.as_view(),
        name="office-corrections-cancel",
    ),
    path(
        "office/applications/<uuid:id>/corrections/files/<uuid:file_id>/",
        corrections.OfficeCorrectionFile.as_view(),
        name="office-corrections-file",
    ),
    path("applications/<uuid:id>/objections/", objections.Objections.as_view(), name="objections"),
    path("office/applications/<uuid:id>/objections/", objections.OfficeObjections.as_view(), name="office-objections"),
    path("office/applications/<uuid:id>/reopen/", objections.Reopen.as_view(), name="office-reopen"),
    path("applications/<uuid:id>/timeline/", resident.Timeline.as_view(), name="application-timeline"),
    path("applications/<uuid:id>/deadline/", resident.Deadline.as_view(), name="application-deadline"),
    path("applications/<uuid:id>/files/", resident.Files.as_view(), name="application-files"),
    path("applications/<uuid:id>/files/<uuid:file_id>/", resident.OneFile.as_view(), name="application-file"),
    path("applications/<uuid:id>/document/", resident.DocumentFile.as_view(), name="application-document"),
    path("", include("services.applications.api.roots_urls")),
    path("office/answer-templates/", answer_templates.Templates.as_view(), name="office-templates"),
    path("office/answer-templates/<uuid:id>/", answer_templates.OneTemplate.as_view(), name="office-template"),
    path(
        "office/answer-templates/<uuid:id>/preview/",
        answer_templates.PreviewTemplate.as_view(),
        name="office-template-preview",
    ),
    path(
        "office/applications/<uuid:id>/answer-templates/<uuid:template_id>/",
        answer_templates.TemplateForApplication.as_view(),
        name="office-application-template",
    ),
    path("office/applications/bulk/", bulk.BulkOrder.as_view(), name="office-bulk"),
    path("office/applications/bulk/<uuid:id>/", bulk.BulkState.as_view(), name="office-bulk-job"),
    # The queue, and who has what in hand.
    path("office/applications/", queue.Queue.as_view(), name="office-queue"),
    path("office/applications/search/", queue.Search.as_view(), name="office-queue-search"),
    path("office/applications/counts/", queue.Counts.as_view(), name="office-queue-counts"),
    path("office/applications/sent/", handling.Sent.as_view(), name="office-sent"),
    path("office/applications/<uuid:id>/claim/", handling.Claim.as_view(), name="office-claim"),
    path("office/applications/<uuid:id>/release/", handling.Release.as_view(), name="office-release"),
    path("office/applications/<uuid:id>/assign/", handling.Assign.as_view(), name="office-assign"),
    path("office/applications/<uuid:id>/hand-over/", handling.HandOver.as_view(), name="office-hand-over"),
    path("office/applications/<uuid:id>/give-back/", handling.GiveBack.as_view(), name="office-give-back"),
    path("office/applications/<uuid:id>/recall/", handling.Recall.as_view(), name="office-recall"),
    path("office/applications/<uuid:id>/places/", handling.Places.as_view(), name="office-places"),
    # One application.
    path("office/applications/<uuid:id>/", office.OneApplication.as_view(), name="office-application"),
    path("office/applications/<uuid:id>/timeline/", office.Timeline.as_view(), name="office-timeline"),
    path("office/applications/<uuid:id>/actions/", office.Actions.as_view(), name="office-actions"),
    path("office/applications/<uuid:id>/actions/<slug:action>/", office.TakeAction.as_view(), name="office-action"),
    path("office/applications/<uuid:id>/files/<uuid:file_id>/", office.OneFile.as_view(), name="office-file"),
    path("office/applications/<uuid:id>/document/", office.DocumentFile.as_view(), name="office-document"),
]
