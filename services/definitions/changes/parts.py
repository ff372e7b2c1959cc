"""What changed of a definition beside its form and its workflow: documents, fee, promise, access, texts."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.changes.change import Change, ChangeClass, shown, words
from services.definitions.values import canonical_json, in_rupiah

_NAMES = {
    "service": ("Nama layanan dalam alamat", "The service's name in addresses"),
    "title": ("Judul layanan", "The title"),
    "summary": ("Ringkasan", "The summary"),
    "category": ("Kategori", "The category"),
    "keywords": ("Kata pencarian", "The search words"),
    "life_events": ("Peristiwa hidup", "The life events"),
    "legal_basis": ("Dasar hukum", "The legal basis"),
    "requirements": ("Dokumen", "The documents"),
    "access": ("Siapa yang boleh mengajukan", "Who may apply"),
    "form": ("Formulir", "The form"),
    "fee": ("Biaya", "The fee"),
    "workflow": ("Alur kerja", "The workflow"),
    "deadline": ("Tenggat", "The deadline"),
    "corrections": ("Perbaikan", "Rounds of correction"),
    "objection": ("Keberatan dan banding", "Objection and appeal"),
    "reopening": ("Pembukaan kembali", "Reopening"),
    "outcome": ("Dokumen hasil", "The document issued"),
    "retention": ("Masa simpan", "How long it is kept"),
    "hooks": ("Pemeriksaan oleh modul", "The module's checks"),
    "confidence": ("Tingkat keyakinan", "The confidence"),
    "demo": ("Tanda demo", "The mark of a demo"),
    "$schema": ("Alamat skema", "The schema's address"),
}
_COSMETIC = frozenset(
    {"title", "summary", "category", "keywords", "life_events", "legal_basis", "confidence", "demo", "$schema"}
)
_COMPATIBLE = frozenset(
    {"workflow", "deadline", "corrections", "objection", "reopening", "outcome", "retention", "hooks"}
)
_ASSURANCE = ("basic", "verified", "in_person")


def label_of(part: str) -> dict[str, str]:
    """Return the name of a part of the definition."""
    id, en = _NAMES.get(part, (f"Bagian `{part}`", f"The part `{part}`"))
    return {"id": id, "en": en}


def whole_change(part: str, old: Any, new: Any) -> Change:
    """Return that a part changed, without saying how; what is not known here breaks."""
    kind: ChangeClass = "breaking"
    if part in _COSMETIC or part in _COMPATIBLE:
        kind = "cosmetic" if part in _COSMETIC else "compatible"
    text = words(label_of(part), "diubah", "changed")
    if isinstance(old, str) and isinstance(new, str):
        text = words(label_of(part), f"kini “{shown(new)}”", f"is “{shown(new)}” now")
    return Change(f"/{part}", f"{part.strip('$')}_changed", text, kind)


def access_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed of who may apply."""
    label = label_of("access")
    was, now = old["assurance"], new["assurance"]
    if was != now:
        kind: ChangeClass = "breaking" if _ASSURANCE.index(now) > _ASSURANCE.index(was) else "compatible"
        text = words(label, f"kini perlu identitas tingkat {now}", f"needs assurance {now} now")
        yield Change("/access/assurance", "assurance_changed", text, kind)
    for key in ("audience", "on_behalf_of"):
        was, now = set(old.get(key, [])), set(new.get(key, []))
        for each in sorted(was - now):
            text = words(label, f"tidak lagi mencakup {each}", f"no longer reaches {each}")
            yield Change(f"/access/{key}", "audience_removed", text, "breaking")
        for each in sorted(now - was):
            text = words(label, f"kini mencakup {each}", f"reaches {each} now")
            yield Change(f"/access/{key}", "audience_added", text, "compatible")


def requirement_changes(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> Iterator[Change]:
    """Yield what changed of the documents to hand in, by their id."""
    was = {each["id"]: each for each in old}
    now = {each["id"]: (place, each) for place, each in enumerate(new)}
    for id, each in was.items():
        if id not in now:
            place = next(place for place, one in enumerate(old) if one["id"] == id)
            text = words(each["title"], "tidak lagi diminta", "is no longer asked")
            yield Change(f"/requirements/{place}", "document_removed", text, "breaking", document=id)
    for id, (place, each) in now.items():
        if id in was:
            yield from _requirement(f"/requirements/{place}", was[id], each)
        else:
            yield _new_requirement(f"/requirements/{place}", each)
    if list(was) != list(now) and was.keys() == now.keys():
        text = words(label_of("requirements"), "diurutkan lain", "stand in another order")
        yield Change("/requirements", "documents_reordered", text, "cosmetic")


def _new_requirement(pointer: str, each: Mapping[str, Any]) -> Change:
    if each.get("optional"):
        text = words(each["title"], "boleh diunggah", "may be handed in")
        return Change(pointer, "document_added", text, "compatible", document=each["id"])
    text = words(each["title"], "kini harus diunggah", "must be handed in now")
    if "when" in each:
        text = words(each["title"], "kini harus diunggah pada keadaan tertentu", "must be handed in now in some cases")
    return Change(pointer, "document_added", text, "breaking", document=each["id"])


def _requirement(pointer: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    id, title = now["id"], now["title"]
    if was["title"] != title:
        text = words(title, f"semula “{was['title']['id']}”", f"was called “{was['title']['en']}”")
        yield Change(f"{pointer}/title", "document_renamed", text, "cosmetic", document=id)
    gone, come = set(was["accept"]) - set(now["accept"]), set(now["accept"]) - set(was["accept"])
    if gone:
        text = words(title, f"tidak lagi menerima {shown(sorted(gone))}", f"no longer takes {shown(sorted(gone))}")
        yield Change(f"{pointer}/accept", "kinds_removed", text, "breaking", document=id)
    if come:
        text = words(title, f"kini menerima {shown(sorted(come))}", f"takes {shown(sorted(come))} now")
        yield Change(f"{pointer}/accept", "kinds_added", text, "compatible", document=id)
    if was["max_mb"] != now["max_mb"]:
        kind: ChangeClass = "breaking" if now["max_mb"] < was["max_mb"] else "compatible"
        text = words(title, f"kini paling besar {now['max_mb']} MB", f"may have {now['max_mb']} MB now")
        yield Change(f"{pointer}/max_mb", "size_changed", text, kind, document=id)
    if was.get("document_type") != now.get("document_type"):
        text = words(title, "yang pernah diserahkan kini ditawarkan", "is offered where it was handed in before")
        if "document_type" not in now:
            text = words(title, "tidak lagi ditawarkan dari permohonan lain", "is no longer offered from elsewhere")
        yield Change(f"{pointer}/document_type", "document_type_changed", text, "compatible", document=id)
    yield from _when_asked(pointer, was, now)


def _when_asked(pointer: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    id, title = now["id"], now["title"]
    if bool(was.get("optional")) != bool(now.get("optional")):
        if now.get("optional"):
            text = words(title, "tidak lagi wajib", "is no longer required")
            yield Change(pointer, "document_optional", text, "compatible", document=id)
        else:
            yield Change(
                pointer, "document_required", words(title, "menjadi wajib", "became required"), "breaking", document=id
            )
    if was.get("when") == now.get("when") and ("when" in was) == ("when" in now):
        return
    kind: ChangeClass = "compatible" if "when" not in was or now.get("optional") else "breaking"
    text = words(title, "diminta pada keadaan lain", "is asked in other cases")
    yield Change(f"{pointer}/when", "document_condition_changed", text, kind, document=id)


def fee_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed of the fee: a draft pays what stands when it is submitted."""
    label = label_of("fee")
    if "amount" in old and "amount" in new and old["amount"] != new["amount"]:
        kind: ChangeClass = "breaking" if new["amount"] > old["amount"] else "compatible"
        text = words(
            label,
            f"kini {in_rupiah(new['amount'])} (semula {in_rupiah(old['amount'])})",
            f"is {in_rupiah(new['amount'])} (was {in_rupiah(old['amount'])})",
        )
        yield Change("/fee/amount", "fee_changed", text, kind)
    elif canonical_json(_priced(old)) != canonical_json(_priced(new)):
        text = words(label, "dihitung dengan cara lain", "is worked out another way")
        yield Change("/fee", "fee_rule_changed", text, "breaking")
    if old["basis"] != new["basis"]:
        text = words(label, f"kini berdasar “{shown(new['basis'])}”", f"rests on “{shown(new['basis'])}” now")
        yield Change("/fee/basis", "fee_basis_changed", text, "cosmetic")


def _priced(fee: Mapping[str, Any]) -> Any:
    return {key: value for key, value in fee.items() if key != "basis"}


def deadline_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed of the promise; what was submitted keeps the one it was given."""
    label = label_of("deadline")
    if _days(old) != _days(new):
        id, en = _days(new)
        text = words(label, f"kini {id} (semula {_days(old)[0]})", f"is {en} now (was {_days(old)[1]})")
        yield Change("/deadline", "deadline_changed", text, "compatible")
    if old["basis"] != new["basis"]:
        text = words(label, f"kini berdasar “{shown(new['basis'])}”", f"rests on “{shown(new['basis'])}” now")
        yield Change("/deadline/basis", "deadline_basis_changed", text, "cosmetic")
    known = {"working_days", "calendar_days", "basis"}
    for key in sorted((old.keys() | new.keys()) - known):
        if old.get(key) != new.get(key):
            text = words(label, f"`{key}` kini {shown(new.get(key))}", f"`{key}` is {shown(new.get(key))} now")
            yield Change(f"/deadline/{key}", "deadline_rule_changed", text, "compatible")


def _days(deadline: Mapping[str, Any]) -> tuple[str, str]:
    if "working_days" in deadline:
        return f"{deadline['working_days']} hari kerja", f"{deadline['working_days']} working days"
    return f"{deadline['calendar_days']} hari kalender", f"{deadline['calendar_days']} calendar days"
