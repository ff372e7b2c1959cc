"""What happened last to an application, told to who comes too late."""

from django.utils.timezone import localtime

from services.applications.city_time import city_day
from services.applications.models import Application, Event
from services.applications.queries.detail import day_in_words
from services.applications.queries.history import label_of
from services.catalogue.versions import Version

_ROLES = {
    "resident": {"id": "pemohon", "en": "the applicant"},
    "officer": {"id": "petugas", "en": "an officer"},
    "approver": {"id": "pejabat", "en": "an approver"},
    "admin": {"id": "admin", "en": "an admin"},
    "system": {"id": "sistem", "en": "the system"},
}


def latest_step(application: Application, version: Version, *, to_staff: bool) -> dict[str, str]:
    """Return in both languages what was done last, by whom and when; empty where nothing was done.

    Staff read a colleague's name, residents the role alone.
    """
    event = application.events.order_by("-sequence").select_related("actor").first()
    if event is None:
        return {"id": "", "en": ""}
    at = localtime(event.at)
    day = {language: day_in_words(city_day(event.at), language) for language in ("id", "en")}
    label = {language: label_of(event, version, language) for language in ("id", "en")}
    return {
        "id": f"Terakhir: “{label['id']}” oleh {_who(event, 'id', to_staff)}, {day['id']} pukul {at:%H.%M} WITA.",
        "en": f"Latest: “{label['en']}” by {_who(event, 'en', to_staff)}, {day['en']}, {at:%H:%M} (WITA).",
    }


def _who(event: Event, language: str, to_staff: bool) -> str:
    role = _ROLES.get(event.actor_role, _ROLES["system"])[language]
    if to_staff and event.actor is not None and event.actor_role != "resident":
        return f"{event.actor.full_name} ({role})" if language == "id" else event.actor.full_name
    return role
