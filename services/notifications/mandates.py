"""Both sides of a mandate are told when it is proposed, begins, nears its end, and ends."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime

from accounts.mandates.models import Mandate
from accounts.mandates.queries import agents_of
from accounts.models import Kind
from services.events.models import OutboxEvent
from services.notifications.operations import notify

_TITLES = {
    "proposed": {"id": "Kuasa diajukan", "en": "A mandate was proposed"},
    "begun": {"id": "Kuasa mulai berlaku", "en": "A mandate is in force"},
    "expiring": {"id": "Kuasa segera berakhir", "en": "A mandate ends soon"},
    "ended": {"id": "Kuasa berakhir", "en": "A mandate has ended"},
}
_BODIES = {
    "proposed": {
        "id": "{agent} diajukan untuk bertindak atas nama {principal}.",
        "en": "{agent} is to act for {principal}.",
    },
    "begun": {
        "id": "{agent} kini dapat bertindak atas nama {principal} sampai {until}.",
        "en": "{agent} can now act for {principal}, until {until}.",
    },
    "expiring": {
        "id": "Kuasa {agent} untuk bertindak atas nama {principal} berakhir pada {until}.",
        "en": "The mandate of {agent} to act for {principal} ends on {until}.",
    },
    "ended": {
        "id": "{agent} tidak lagi dapat bertindak atas nama {principal}.",
        "en": "{agent} can no longer act for {principal}.",
    },
}
_ADVICE = {
    "id": "Lihat atau akhiri kuasa kapan saja di Akun saya, Keluarga dan kuasa.",
    "en": "See or end mandates at any time in My account, Family and mandates.",
}


def tell_of_mandate(event: OutboxEvent, now: datetime) -> None:
    """Put what happened to a mandate into the inboxes of both sides, and of others who act for the same child."""
    mandate = Mandate.objects.select_related("principal", "agent", "delegated_from").filter(id=event.key).first()
    what = str(event.body["what"])
    if mandate is None or what not in _TITLES:
        return
    sides = {mandate.agent_id} | {each.agent_id for each in agents_of(mandate.principal_id, now=now)}
    if mandate.principal.kind == Kind.PERSON:
        sides = {mandate.agent_id, mandate.principal_id}
    sides |= {UUID(each) for each in event.body.get("also", ())}
    if mandate.delegated_from is not None:
        sides.add(mandate.delegated_from.agent_id)
    names = {
        "agent": mandate.agent.full_name if mandate.agent else mandate.invited,
        "principal": mandate.principal.full_name,
        "until": f"{localtime(mandate.expires_at):%d-%m-%Y}",
    }
    # Whoever gives a mandate does not learn from it whose address that is.
    hidden = what == "proposed" and bool(mandate.invited)
    for person_id in sorted(each for each in sides if each is not None):
        shown = names | ({"agent": mandate.invited} if hidden and person_id != mandate.agent_id else {})
        notify(
            recipient_id=person_id,
            event_id=event.id,
            kind=event.topic,
            title=_TITLES[what],
            body={code: f"{text.format(**shown)}\n\n{_ADVICE[code]}" for code, text in _BODIES[what].items()},
            application_id=None,
            at=event.created_at,
            now=now,
        )
