"""Routes of the city's administration."""

from django.urls import path

from services.agencies.api import calendar, mandates, staff, views

urlpatterns = [
    path("agencies/", views.Agencies.as_view(), name="agencies"),
    path("agencies/<slug:code>/", views.OneAgency.as_view(), name="agency"),
    path("regions/", views.Regions.as_view(), name="regions"),
    path("holidays/", views.Holidays.as_view(), name="holidays"),
    path("office/holidays/changes/", calendar.CalendarChanges.as_view(), name="office-holiday-changes"),
    path("office/holidays/<str:day>/", calendar.OneHoliday.as_view(), name="office-holiday"),
    path("me/memberships/", views.Memberships.as_view(), name="memberships"),
    path("office/units/", staff.Units.as_view(), name="office-units"),
    path("office/units/<slug:code>/", staff.OneUnit.as_view(), name="office-unit"),
    path("office/staff/", staff.Staff.as_view(), name="office-staff"),
    path("office/staff/changes/", staff.StaffChanges.as_view(), name="office-staff-changes"),
    path("office/staff/<uuid:person_id>/", staff.OneMember.as_view(), name="office-member"),
    path("office/mandates/find/", mandates.FindMandates.as_view(), name="office-mandates-find"),
    path("office/mandates/<uuid:mandate_id>/end/", mandates.EndMandate.as_view(), name="office-mandate-end"),
    path("office/mandates/", mandates.WaitingMandates.as_view(), name="office-mandates"),
    path(
        "office/mandates/<uuid:mandate_id>/confirm/", mandates.ConfirmMandate.as_view(), name="office-mandate-confirm"
    ),
]
