"""Addresses of an officer's work."""

from django.urls import URLPattern, path

from services.office.work import bulk, doing, lists, moving, one, queue, visits

_ONE = "kantor/permohonan/<uuid:id>/"

urlpatterns: list[URLPattern] = [
    path("kantor/permohonan/", queue.waiting, name="work-queue"),
    path("kantor/permohonan/cari/", queue.search_by_name, name="work-search"),
    path("kantor/permohonan/tampilan/", queue.keep, name="work-view-keep"),
    path("kantor/permohonan/tampilan/<uuid:id>/hapus/", queue.forget, name="work-view-forget"),
    path("kantor/permohonan/sekaligus/", bulk.choose, name="work-bulk"),
    path("kantor/permohonan/sekaligus/<uuid:id>/", bulk.job, name="work-bulk-job"),
    path("kantor/permohonan/daftar/", lists.taken, name="work-lists"),
    path("kantor/permohonan/daftar/baru/", lists.ask, name="work-list-ask"),
    path("kantor/permohonan/daftar/<uuid:id>/", lists.file, name="work-list-file"),
    path("kantor/permohonan/diteruskan/", moving.sent, name="work-sent"),
    path(f"{_ONE}tarik/", moving.recall, name="work-recall"),
    path("kantor/janji/", visits.day, name="work-visits"),
    path("kantor/janji/<uuid:id>/", visits.note, name="work-visit"),
    path(_ONE, one.application, name="work-application"),
    path(f"{_ONE}lakukan/", doing.do, name="work-do"),
    path(f"{_ONE}berkas/<uuid:file_id>/", one.file, name="work-file"),
    path(f"{_ONE}lampiran/<uuid:file_id>/", one.given, name="work-given"),
    path(f"{_ONE}dokumen/", one.document, name="work-document"),
]
