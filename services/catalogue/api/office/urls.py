"""Routes of an agency's own services."""

from django.urls import path

from services.catalogue.api.office import bundles, drafts, drift, ending, publishing, rules, trials

_SERVICE = "office/services/<slug:slug>/"

urlpatterns = [
    path("office/services/", drafts.OwnServices.as_view(), name="office-services"),
    path("office/services/import/", bundles.Import.as_view(), name="office-import"),
    path(f"{_SERVICE}export/", bundles.Export.as_view(), name="office-export"),
    path(f"{_SERVICE}draft/", drafts.Draft.as_view(), name="office-draft"),
    path(f"{_SERVICE}check/", drafts.Check.as_view(), name="office-check"),
    path(f"{_SERVICE}cases/", trials.GoldenCases.as_view(), name="office-cases"),
    path(f"{_SERVICE}cases/<slug:name>/", trials.OneGoldenCase.as_view(), name="office-case"),
    path(f"{_SERVICE}replay/", trials.Replays.as_view(), name="office-replay"),
    path(f"{_SERVICE}preview/", drafts.Preview.as_view(), name="office-preview"),
    path(f"{_SERVICE}diff/", drafts.Diff.as_view(), name="office-diff"),
    path(f"{_SERVICE}publish/", publishing.Publish.as_view(), name="office-publish"),
    path(f"{_SERVICE}roll-back/", publishing.RollBack.as_view(), name="office-roll-back"),
    path(f"{_SERVICE}versions/", publishing.Versions.as_view(), name="office-versions"),
    path(f"{_SERVICE}history/", publishing.ServiceHistory.as_view(), name="office-service-history"),
    path(f"{_SERVICE}publication/", publishing.OpenPublication.as_view(), name="office-publication"),
    path(f"{_SERVICE}unschedule/", publishing.Unschedule.as_view(), name="office-unschedule"),
    path(f"{_SERVICE}approve/", publishing.Approve.as_view(), name="office-approve"),
    path(f"{_SERVICE}refuse/", publishing.Refuse.as_view(), name="office-refuse"),
    path(f"{_SERVICE}drift/", drift.Drift.as_view(), name="office-drift"),
    path(f"{_SERVICE}retire/", ending.Retire.as_view(), name="office-retire"),
    path(f"{_SERVICE}reopen/", ending.Reopen.as_view(), name="office-reopen"),
    path(f"{_SERVICE}cut-off/", ending.CutOff.as_view(), name="office-cut-off"),
    path("office/publishing-rules/", rules.Rules.as_view(), name="office-publishing-rules"),
]
