"""What only an agency's admins may call."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.agencies.models import Agency
from services.agencies.queries import agencies_administered_by
from superapp.http.problems import FieldError, Problem, invalid


class AgencyAdminView(APIView):
    """For OPD admins; `agencies` are those where they are, and all that they may touch."""

    required_scopes = ["office"]
    agencies: list[Agency]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.agencies = administered_by(request)

    @property
    def agency_ids(self) -> list[UUID]:
        """Return the agencies of this admin."""
        return [each.pk for each in self.agencies]

    def does(self) -> dict[str, Any]:
        """Return who acts and when, as the operations take it."""
        return {"actor_id": caller(self.request).id, "now": timezone.now()}

    def agency_named(self, code: str) -> Agency:
        """Return the agency named, or the only one.

        :raises Problem: 400 for another's, or when one must be named.
        """
        return agency_among(self.agencies, code)


def administered_by(request: Request) -> list[Agency]:
    """Return the agencies whose admin the caller is.

    :raises Problem: 403 when there is none.
    """
    agencies = agencies_administered_by(caller(request).id)
    if not agencies:
        detail = {"id": "Hanya admin perangkat daerah.", "en": "Only for an agency's admins."}
        raise Problem(status=403, code="not_agency_admin", detail=detail)
    return agencies


def agency_among(agencies: list[Agency], code: str) -> Agency:
    """Return the agency named, or the only one.

    :raises Problem: 400 for another's, or when one must be named.
    """
    fitting = [each for each in agencies if code.upper() in ("", each.code)]
    if len(fitting) == 1:
        return fitting[0]
    detail = {"id": "Sebutkan kode OPD tempat Anda admin.", "en": "Name the code of an agency whose admin you are."}
    raise invalid([FieldError("/agency", "invalid", detail)])
