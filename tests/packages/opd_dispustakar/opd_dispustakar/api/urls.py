from django.urls import path

from opd_dispustakar.api.views import AllSeats, Hours, MySeats

urlpatterns = [
    path("hours/", Hours.as_view(), name="hours"),
    path("seats/", MySeats.as_view(), name="seats"),
    path("office/seats/", AllSeats.as_view(), name="office-seats"),
]
