"""Addresses of an agency's own services."""

from django.urls import URLPattern, path

from services.office.authoring import (
    agreeing,
    carrying,
    cases,
    editing,
    history,
    kinds,
    listing,
    overview,
    publishing,
    rules,
    trying,
    whole,
)

_SERVICE = "kantor/layanan/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path("kantor/aturan/", rules.rules, name="desk-rules"),
    path("kantor/layanan/", listing.services, name="desk-services"),
    path("kantor/layanan/baru/", listing.new, name="desk-new"),
    path("kantor/layanan/impor/", carrying.take_in, name="desk-import"),
    path(_SERVICE, overview.service, name="desk-service"),
    path(f"{_SERVICE}teks/", editing.texts, name="desk-texts"),
    path(f"{_SERVICE}isian/", editing.fields, name="desk-fields"),
    path(f"{_SERVICE}isian/baru/", editing.new_field, name="desk-field-new"),
    path(f"{_SERVICE}isian/ubah/", editing.field, name="desk-field"),
    path(f"{_SERVICE}isian/jenis/", kinds.kind, name="desk-field-kind"),
    path(f"{_SERVICE}isian/bagian/", editing.section, name="desk-section"),
    path(f"{_SERVICE}kecocokan/", agreeing.checks, name="desk-checks"),
    path(f"{_SERVICE}kecocokan/ubah/", agreeing.check, name="desk-check"),
    path(f"{_SERVICE}syarat/", editing.documents, name="desk-documents"),
    path(f"{_SERVICE}syarat/ubah/", editing.document, name="desk-document"),
    path(f"{_SERVICE}biaya/", editing.fee, name="desk-fee"),
    path(f"{_SERVICE}proses/", editing.procedure, name="desk-procedure"),
    path(f"{_SERVICE}definisi/", whole.whole, name="desk-whole"),
    path(f"{_SERVICE}coba/", trying.trying, name="desk-trying"),
    path(f"{_SERVICE}uji/", cases.cases, name="desk-cases"),
    path(f"{_SERVICE}terbit/", publishing.publish, name="desk-publish"),
    path(f"{_SERVICE}riwayat/", history.history, name="desk-history"),
    path(f"{_SERVICE}versi/<int:number>/", history.version, name="desk-version"),
    path(f"{_SERVICE}versi/<int:number>/kembali/", publishing.roll_back, name="desk-roll-back"),
    path(f"{_SERVICE}ekspor/", carrying.export, name="desk-export"),
    path(f"{_SERVICE}modul/", publishing.drift, name="desk-drift"),
]
