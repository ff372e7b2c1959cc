"""For the app: the opening hours, one's own seats, and for staff everybody's."""

from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from opd_dispustakar.models import Seat


class SeatIn(serializers.Serializer):
    day = serializers.DateField()
    note = serializers.CharField(max_length=100, required=False, allow_blank=True)


class Hours(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response({"open": "08:00", "close": "20:00"})


class MySeats(APIView):
    required_scopes = ["applications"]

    def get(self, request: Request) -> Response:
        mine = Seat.objects.filter(person_id=request.user.pk).order_by("day", "pk")
        return Response({"results": [{"day": each.day, "note": each.note} for each in mine]})

    def post(self, request: Request) -> Response:
        given = SeatIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        seat, _made = Seat.objects.get_or_create(
            person_id=request.user.pk, day=values["day"], defaults={"note": values.get("note", "")}
        )
        return Response({"day": seat.day, "note": seat.note}, status=201)


class AllSeats(APIView):
    required_scopes = ["office"]
    staff_roles = ["officer", "admin"]

    def get(self, request: Request) -> Response:
        return Response({"count": Seat.objects.count()})
