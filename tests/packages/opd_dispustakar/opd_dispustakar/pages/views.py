"""Pages of the reading room: the hours for everybody, one's own seats, and the list at the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opd_dispustakar.models import Seat
from services.module_api import everybody, staff


@everybody
def hours(request: HttpRequest) -> HttpResponse:
    return render(request, "opd_dispustakar/hours.html")


def mine(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        Seat.objects.filter(person_id=request.user.pk, day=request.POST.get("day") or None).delete()
    seats = Seat.objects.filter(person_id=request.user.pk).order_by("day", "pk")
    return render(request, "opd_dispustakar/mine.html", {"seats": seats})


# It would switch the check of forged requests off; the platform leaves it on.
mine.csrf_exempt = True  # type: ignore[attr-defined]


@staff("officer", "admin")
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "opd_dispustakar/desk.html", {"count": Seat.objects.count()})
