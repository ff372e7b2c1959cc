"""What the views for the platform's staff have in common: whom they let in, and that a reading is noted."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.operations.access import note_access
from superapp.http.problems import Problem


def not_platform_staff() -> Problem:
    """Return the refusal of who does not run the platform; staff of an agency neither."""
    detail = {"id": "Hanya untuk petugas pengelola platform.", "en": "Only for the staff of the platform."}
    return Problem(status=403, code="not_platform_staff", detail=detail)


class PlatformOffice(APIView):
    """For staff of the platform, who answer for personal data (UU 27/2022, art. 53), with a second factor."""

    required_scopes: ClassVar[list[str]] = ["office"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not caller(request).is_staff:
            raise not_platform_staff()

    def note(self, request: Request, person_id: UUID, *, why: str) -> None:
        """Record that this person's account was read, where they see it."""
        staff = caller(request)
        note_access(
            person_id=person_id,
            reader_id=staff.id,
            reader_name=staff.full_name,
            reader_role="dpo",
            what="account",
            why=why,
            now=timezone.now(),
        )
