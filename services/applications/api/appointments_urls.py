"""Routes of counters and appointments: everybody's, the resident's, the office's."""

from django.urls import path

from services.applications.api import application_appointments, appointments, counters

urlpatterns = [
    path("agencies/<slug:code>/slots/", appointments.Slots.as_view(), name="agency-slots"),
    path(
        "applications/<uuid:id>/appointments/",
        application_appointments.ApplicationAppointments.as_view(),
        name="application-appointments",
    ),
    path(
        "applications/<uuid:id>/appointments/<uuid:appointment_id>/",
        application_appointments.ApplicationAppointment.as_view(),
        name="application-appointment",
    ),
    path(
        "applications/<uuid:id>/appointments/<uuid:appointment_id>/calendar/",
        application_appointments.ApplicationCalendarFile.as_view(),
        name="application-appointment-calendar",
    ),
    path("me/appointments/", appointments.MyAppointments.as_view(), name="appointments"),
    path("me/appointments/<uuid:id>/", appointments.OneAppointment.as_view(), name="appointment"),
    path("me/appointments/<uuid:id>/calendar/", appointments.CalendarFile.as_view(), name="appointment-calendar"),
    path("office/counters/", counters.Counters.as_view(), name="office-counters"),
    path("office/counters/<uuid:id>/", counters.OneCounter.as_view(), name="office-counter"),
    path("office/appointments/", counters.OfficeAppointments.as_view(), name="office-appointments"),
    path("office/appointments/<uuid:id>/attended/", counters.Attended.as_view(), name="office-appointment-attended"),
    path("office/appointments/<uuid:id>/missed/", counters.Missed.as_view(), name="office-appointment-missed"),
    path("office/applications/<uuid:id>/visits/", counters.Visits.as_view(), name="office-visits"),
]
