"""The office: pages for who works at an agency. To everybody else there is nothing here."""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from services.office.authoring import urls as authoring
from services.office.views import clients, counter, home, recoveries
from services.office.work import urls as work

urlpatterns: list[URLPattern] = [
    path("kantor/", home.home, name="office"),
    *work.urlpatterns,
    *authoring.urlpatterns,
    path("kantor/klien/", clients.clients, name="office-clients"),
    path("kantor/klien/baru/", clients.register, name="office-client-register"),
    path("kantor/klien/<uuid:id>/", clients.client, name="office-client"),
    path("kantor/klien/<uuid:id>/ubah/", clients.change, name="office-client-change"),
    path("kantor/identitas/", counter.proofings, name="office-counter"),
    path("kantor/identitas/baru/", counter.start_proofing, name="office-counter-start"),
    path("kantor/identitas/<uuid:id>/", counter.proofing, name="office-counter-proofing"),
    path("kantor/sengketa/", counter.open_disputes, name="office-identity-disputes"),
    path("kantor/sengketa/<uuid:id>/", counter.dispute, name="office-identity-dispute"),
    path("kantor/pemulihan/", recoveries.recoveries, name="office-recoveries-page"),
    path("kantor/pemulihan/baru/", recoveries.start_recovery, name="office-recovery-start"),
    path("kantor/pemulihan/<uuid:id>/", recoveries.recovery, name="office-recovery-page"),
    # Typed without the last stroke.
    re_path(
        r"^(?P<path>kantor|kantor/layanan|kantor/permohonan|kantor/janji)$",
        RedirectView.as_view(url="/%(path)s/", query_string=True),
    ),
]
