"""Pages for everybody.

A language is chosen at `/bahasa/` (POST): a cookie keeps it, and so does the account of who is signed in.
"""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from services.portal.views import (
    account,
    appointments,
    bundles,
    catalogue,
    correcting,
    devices,
    doing,
    forms,
    identity,
    language,
    mandates,
    objecting,
    privacy,
    rating,
    requests,
    tracking,
    verification,
)

urlpatterns: list[URLPattern] = [
    path("", catalogue.home, name="home"),
    path("layanan/", catalogue.service_list, name="service-list"),
    path("layanan/<slug:slug>/", catalogue.service_page, name="service-page"),
    path("layanan/<slug:slug>/formulir/", forms.try_form, name="service-form"),
    path("peristiwa/", bundles.life_event_list, name="life-event-pages"),
    path("peristiwa/<slug:key>/", bundles.life_event, name="life-event-page"),
    path("permohonan/", tracking.my_applications, name="my-applications"),
    path("permohonan/peristiwa/", bundles.my_bundles, name="my-bundles"),
    path("permohonan/peristiwa/<uuid:id>/", bundles.bundle, name="bundle-page"),
    path("permohonan/<uuid:id>/", tracking.track, name="track"),
    path("permohonan/<uuid:id>/perbaikan/", correcting.correct, name="track-correct"),
    path("permohonan/<uuid:id>/tindakan/<slug:action>/", doing.take, name="track-act"),
    path("permohonan/<uuid:id>/pesan/", doing.write, name="track-talk"),
    path("permohonan/<uuid:id>/penilaian/", rating.survey_page, name="track-survey"),
    path("permohonan/<uuid:id>/janji/", appointments.appointment, name="track-appointment"),
    path("permohonan/<uuid:id>/keberatan/", objecting.begin, name="track-object"),
    path("permohonan/<uuid:id>/tulis/", objecting.write, name="track-write"),
    path("permohonan/<uuid:id>/dokumen/", tracking.track_document, name="track-document"),
    path("permohonan/<uuid:id>/berkas/<uuid:file_id>/", tracking.track_file, name="track-file"),
    path("permohonan/<uuid:id>/lampiran/<uuid:file_id>/", tracking.track_given, name="track-given"),
    path("akun/", account.account, name="account"),
    path("akun/identitas/", identity.identity, name="identity"),
    path("akun/perangkat/", devices.devices, name="account-devices"),
    path("akun/riwayat/", devices.history, name="account-history"),
    path("akun/keamanan/", account.security, name="account-security"),
    path("akun/keluarga/", mandates.mandates, name="account-mandates"),
    path("akun/terhubung/", privacy.connections, name="account-connections"),
    path("akun/akses-data/", privacy.access_log, name="account-access-log"),
    path("akun/persetujuan/", privacy.uses, name="account-consents"),
    path("akun/permintaan/", requests.requests, name="account-requests"),
    path("akun/hapus/", privacy.deletion, name="account-deletion"),
    path("akun/unduhan/", privacy.export, name="account-export"),
    path("akun/unduhan/<uuid:id>/", privacy.export_file, name="account-export-file"),
    path("v/", verification.verify_form, name="verify-form"),
    # What the QR code of a document says, and the same as people type it.
    re_path(r"^v/(?P<code>[^/]{1,60})/?$", verification.verify, name="verify"),
    path("verifikasi/", RedirectView.as_view(pattern_name="verify-form"), name="verify-in-words"),
    path("bahasa/", language.choose, name="set_language"),
    # Typed without the last stroke.
    re_path(
        r"^(?P<path>layanan|peristiwa|permohonan|permohonan/peristiwa|akun|v|verifikasi)$",
        RedirectView.as_view(url="/%(path)s/", query_string=True),
    ),
    re_path(
        r"^(?P<path>(?:layanan/[-\w]+(?:/formulir)?|permohonan/[0-9a-f-]{36}))$",
        RedirectView.as_view(url="/%(path)s/", query_string=True),
    ),
]
