"""Both sides of a mandate are told when it is proposed, begins, nears its end, and ends."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime

from accounts.mandates.models import Dependant, Mandate
from accounts.mandates.queries import agents_of
from accounts.models import Kind, User
from services.events.models import OutboxEvent
from services.notifications.operations import notify

_TITLES = {
    "proposed": {"id": "Kuasa diajukan", "en": "A mandate was proposed"},
    "begun": {"id": "Kuasa mulai berlaku", "en": "A mandate is in force"},
    "expiring": {"id": "Kuasa segera berakhir", "en": "A mandate ends soon"},
    "renewal": {"id": "Perpanjangan kuasa diminta", "en": "A renewal was asked for"},
    "renewed": {"id": "Kuasa diperpanjang", "en": "A mandate was renewed"},
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
    "renewal": {
        "id": "{by} meminta agar kuasa {agent} untuk bertindak atas nama {principal} berlaku sampai {asked}. Pihak "
        "lain menyetujuinya atau membiarkannya berakhir pada {until}.",
        "en": "{by} asks that the mandate of {agent} to act for {principal} goes on until {asked}. The other side "
        "accepts it, or lets it end on {until}.",
    },
    "renewed": {
        "id": "{agent} tetap dapat bertindak atas nama {principal} sampai {until}.",
        "en": "{agent} can go on acting for {principal}, until {until}.",
    },
    "ended": {
        "id": "{agent} tidak lagi dapat bertindak atas nama {principal}.{why}",
        "en": "{agent} can no longer act for {principal}.{why}",
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
    if mandate is None or what not in _TITLES or (what == "renewal" and mandate.renewal_until is None):
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
        "asked": f"{localtime(mandate.renewal_until):%d-%m-%Y}" if mandate.renewal_until else "",
        "why": f" {mandate.reason}" if mandate.reason else "",
    }
    names["by"] = names.get(mandate.renewal_by, "")
    # Whoever gives a mandate does not learn from it whose address that is.
    hidden = what == "proposed" and bool(mandate.invited)
    # Who proved that they are the child hears of it, too.
    child = Dependant.objects.filter(pk=mandate.principal_id).first()
    if child is not None:
        sides.add(child.claimed_by_id)
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


_CHILDHOOD = {
    "childhood.handed_over": {
        "own": (
            {"id": "Urusan Anda kini di tangan Anda", "en": "Your affairs are yours now"},
            {
                "id": "Anda sudah dewasa atau menikah dan NIK Anda terbukti: permohonan dan dokumen yang dulu diurus "
                "atas nama Anda kini ada di akun ini. Siapa yang bertindak untuk Anda tertulis di Keluarga dan kuasa.",
                "en": "You are of age, or married, and proved your NIK: what was applied for in your name is now in "
                "this account. Who acted for you then stands in Family and mandates.",
            },
        ),
        "former": (
            {"id": "Anak Anda mengurus sendiri", "en": "Your child takes over"},
            {
                "id": "{name} kini mengurus sendiri permohonan dan dokumennya. Anda tidak lagi melihatnya.",
                "en": "{name} now looks after their own applications and documents. You no longer see them.",
            },
        ),
    },
    "childhood.claimed": {
        "own": (
            {"id": "NIK Anda terbukti dengan akun sendiri", "en": "You proved your NIK by an account of your own"},
            {
                "id": "Sampai Anda dewasa, yang bertindak untuk Anda tetap dapat mengurus permohonan atas nama Anda. "
                "Pada hari Anda dewasa semuanya berpindah ke akun ini.",
                "en": "Until you are of age, those who act for you go on looking after what was applied for in your "
                "name. On that day all of it moves to this account.",
            },
        ),
        "former": (
            {"id": "NIK anak Anda dibuktikan dengan akun lain", "en": "Your child's NIK was proved by another account"},
            {
                "id": "{name} kini memiliki akun sendiri. Anda tetap dapat bertindak untuknya sampai ia dewasa. Bukan "
                "anak Anda? Datanglah ke loket Disdukcapil.",
                "en": "{name} has an account of their own now. You may act for them until they are of age. Not your "
                "child? Come to a counter of the population agency.",
            },
        ),
    },
}


def tell_of_handover(event: OutboxEvent, now: datetime) -> None:
    """Tell a child and those who act or acted for them that its NIK was proved, or that everything was handed over."""
    own = UUID(event.body["person"])
    name = User.objects.values_list("full_name", flat=True).get(pk=own)
    for person_id, what in [(own, "own"), *((UUID(each), "former") for each in event.body["agents"])]:
        title, body = _CHILDHOOD[event.topic][what]
        notify(
            recipient_id=person_id,
            event_id=event.id,
            kind=event.topic,
            title=title,
            body={code: text.format(name=name) for code, text in body.items()},
            application_id=None,
            at=event.created_at,
            now=now,
        )
