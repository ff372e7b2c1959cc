from django.urls import include, path

from opd_dispustakar.pages.views import desk, hours, mine

urlpatterns = [
    path("", hours, name="hours"),
    path("kursi/", include([path("saya/", mine, name="mine"), path("meja/", desk, name="desk")])),
]
