"""Shapes of the applications API, in and out. The lean path builds the same shapes by hand; tests hold them equal."""

from rest_framework import serializers

from accounts.mandates.models import Relation
from services.catalogue.api.serializers import AgencyRef, UsualOut
from superapp.http.exact import Exact


class ServiceRef(serializers.Serializer[dict[str, str]]):
    slug = serializers.CharField()
    title = serializers.CharField()


class ApplicationLine(serializers.Serializer[dict[str, object]]):
    """An application as lists show it."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True, help_text="Public reference; null while a draft.")
    kind = serializers.ChoiceField(choices=["application", "objection", "appeal"])
    service = ServiceRef()
    agency = AgencyRef()
    state = serializers.CharField(help_text="`draft`, or a state of the version's workflow.")
    state_label = serializers.CharField(help_text="The state in the resident's words.")
    end = serializers.ChoiceField(choices=["granted", "rejected", "withdrawn"], allow_null=True)
    due_on = serializers.DateField(
        allow_null=True, help_text="By when the law owes an answer; null while the clock stands."
    )
    clock = serializers.ChoiceField(choices=["running", "paused", "stopped"], allow_null=True)
    needs_correction = serializers.BooleanField(help_text="A round of correction waits for the applicant.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class ObjectsToOut(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    number = serializers.CharField()


class MyLine(ApplicationLine):
    """An application as its applicant's list shows it."""

    news = serializers.IntegerField(help_text="How much happened that was not the applicant's own doing.")
    unread = serializers.IntegerField(help_text="How much of it I have not read (`applications/{id}/read/`).")


class MyPage(serializers.Serializer[dict[str, object]]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = MyLine(many=True)


class FileOut(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    requirement = serializers.CharField(help_text="Id of the required document that it answers.")
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, as kept.")
    sha256 = serializers.CharField()


class FeeOut(serializers.Serializer[dict[str, object]]):
    amount = serializers.IntegerField(help_text="Rupiah.")
    currency = serializers.ChoiceField(choices=["IDR"])


class DocumentOut(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField(help_text="By which anybody verifies it.")
    number = serializers.CharField()
    title = serializers.CharField()
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()
    revoked = serializers.BooleanField()


class AnswerProblem(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField(help_text="JSON pointer into the application, e.g. /answers/ibu/nik.")
    code = serializers.CharField()
    detail = serializers.CharField()


class LawChanged(serializers.Serializer[dict[str, object]]):
    version = serializers.IntegerField()
    basis = serializers.CharField(help_text="Law and article.")


class MovedOut(serializers.Serializer[dict[str, object]]):
    from_version = serializers.IntegerField()
    at = serializers.DateTimeField()
    changes = serializers.ListField(child=serializers.CharField(), help_text="What changed, in words.")


class SetAsideOut(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField(help_text="Where it stood, e.g. /answers/ibu/nik or /files/foto.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    value = serializers.JSONField()


class ReusedOut(serializers.Serializer[dict[str, object]]):
    """An answer that was taken over from a fact, and still is that fact."""

    pointer = serializers.CharField()
    fact = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field, not the argument
    asserted_at = serializers.DateTimeField(help_text="Since when it was known so.")
    assurance = serializers.ChoiceField(choices=["basic", "verified", "in_person"])
    taken_at = serializers.DateTimeField()


LENT = ["accepted", "rejected", "submitted"]
LENT_HELP = "What became of the application that lent it, by then: granted, rejected, neither."


class FileSourceOut(serializers.Serializer[dict[str, object]]):
    """The application that a file was handed in with."""

    application = serializers.UUIDField()
    number = serializers.CharField()
    service = ServiceRef()
    agency = AgencyRef()


class ReusedFileOut(serializers.Serializer[dict[str, object]]):
    """A file that was not uploaded, but taken over from another application."""

    requirement = serializers.CharField(help_text="Id of the required document that it answers.")
    document_type = serializers.CharField()
    sha256 = serializers.CharField()
    source = FileSourceOut()  # type: ignore[assignment]  # a field, not the argument
    given_at = serializers.DateTimeField(help_text="When it was uploaded first.")
    status = serializers.ChoiceField(choices=LENT, help_text=LENT_HELP)
    taken_at = serializers.DateTimeField()


class RemedyOut(serializers.Serializer[dict[str, object]]):
    until = serializers.DateField(help_text="The last day for an objection.")
    basis = serializers.CharField(help_text="Law and article.")


class OutcomeOut(serializers.Serializer[dict[str, object]]):
    """Why it was granted or rejected, and what may be done about it."""

    reason = serializers.CharField(allow_null=True)
    basis = serializers.CharField(allow_null=True, help_text="Law and article.")
    decided_at = serializers.DateTimeField()
    objection = RemedyOut(allow_null=True, help_text="What may be done about a refusal.")


class OfficeFacts(serializers.Serializer[dict[str, object]]):
    """An application as everybody sees it who may."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=["application", "objection", "appeal"])
    objects_to = ObjectsToOut(allow_null=True, help_text="The decided application that it objects to.")
    service = ServiceRef()
    agency = AgencyRef()
    version = serializers.IntegerField(help_text="Version of the service under which it stands.")
    state = serializers.CharField()
    state_label = serializers.CharField()
    end = serializers.ChoiceField(choices=["granted", "rejected", "withdrawn"], allow_null=True)
    answers = serializers.DictField(help_text="As the version's form asks; hidden fields have no value.")
    files = FileOut(many=True)
    fee = FeeOut(allow_null=True)
    revision = serializers.IntegerField(help_text="Counts every change; also the ETag.")
    updated_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True, help_text="Null while the clock stands, unless it had passed.")
    target_on = serializers.DateField(
        allow_null=True, help_text="By when the present state should be left, where its service says so."
    )
    clock = serializers.ChoiceField(choices=["running", "paused", "stopped"], allow_null=True)
    needs_correction = serializers.BooleanField(help_text="A round of correction waits for the applicant.")
    closed_at = serializers.DateTimeField(allow_null=True)
    decision = OutcomeOut(allow_null=True, help_text="Once it was granted or rejected.")
    document = DocumentOut(allow_null=True)
    law_changed = LawChanged(allow_null=True, help_text="A later version that the law asks of this application, too.")
    reused = ReusedOut(many=True, help_text="Answers that were not typed, but taken over: from where, and how old.")
    reused_files = ReusedFileOut(many=True, help_text="Files that were not uploaded, but taken over: likewise.")


class BundleRef(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField(help_text="Of `bundles/{id}/`.")
    life_event = serializers.CharField()
    title = serializers.CharField()


class ApplicationOut(OfficeFacts):
    """An application as its owner sees it."""

    moved = MovedOut(allow_null=True, help_text="What a newer version of the service made of the draft.")
    must_answer_again = AnswerProblem(
        many=True,
        help_text="Answers and files that a newer version asks again; `code` is missing, invalid or changed. A PATCH "
        "that names the field answers it.",
    )
    set_aside = SetAsideOut(many=True, help_text="Typed or handed in, and no longer asked: kept, not submitted.")
    bundle = BundleRef(allow_null=True, help_text="The life event that opened it, together with others.")


class SubmittedOut(ApplicationOut):
    """An application just handed in, with the receipt."""

    receipt = serializers.CharField(
        allow_null=True, help_text="Compact JWS (EdDSA), checked with the keys of `receipts/keys/`."
    )


class ChangedOut(ApplicationOut):
    """An application in full, with what is new to me."""

    news = serializers.IntegerField(help_text="How much happened that was not the applicant's own doing.")
    unread = serializers.IntegerField(help_text="How much of it I have not read.")


class ChangesOut(serializers.Serializer[dict[str, object]]):
    next = serializers.URLField(allow_null=True, help_text="There is more: the address of the next page.")
    previous = serializers.URLField(allow_null=True, help_text="Always null.")
    results = ChangedOut(many=True, help_text="Each in full: it takes the place of what the app holds.")
    deleted = serializers.ListField(child=serializers.UUIDField(), help_text="Gone: drafts that were thrown away.")
    cursor = serializers.CharField(help_text="What the app sends as `updated_since` next time.")
    reset = serializers.BooleanField(help_text="This begins anew: the app forgets what it held before.")


class ConflictOut(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField(help_text="JSON pointer into the application.")
    base = serializers.JSONField(help_text="As it was in `base`.")
    yours = serializers.JSONField(help_text="As it was sent.")
    theirs = serializers.JSONField(help_text="As it stands, null for nothing.")


class DraftOut(ApplicationOut):
    """A draft after saving, with what is still wrong."""

    problems = AnswerProblem(many=True, help_text="What would be refused at submission; saved all the same.")
    conflicts = ConflictOut(many=True, help_text="Changed elsewhere, too, and not saved (`merge`).")


class DraftIn(Exact):
    id = serializers.UUIDField(required=False, help_text="Made by the client, so that sending twice makes one.")
    service = serializers.SlugField(max_length=80)


class AnswersIn(Exact):
    answers = serializers.DictField(help_text="Merged into what stands (RFC 7396): null removes a field.")


class DraftAnswersIn(AnswersIn):
    """Answers of a draft, and what they were made on."""

    base = serializers.DictField(
        required=False, help_text="The answers as they were read: what was changed elsewhere only is kept beside yours."
    )
    merge = serializers.BooleanField(
        default=False, help_text="With `base`: save what does not conflict, and tell the rest in `conflicts`."
    )


class FileIn(Exact):
    requirement = serializers.CharField(max_length=60)
    file = serializers.FileField()


class ReasonIn(Exact):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ActionIn(ReasonIn):
    reason_code = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40, help_text="One of the action's `reason_codes`."
    )


class OfficeActionIn(ActionIn):
    basis = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=300,
        help_text="Law and article on which a decision stands, beside the service's own and the reason's.",
    )


class OnBehalf(serializers.Serializer[dict[str, object]]):
    """Somebody acted for the applicant by a mandate."""

    actor = serializers.CharField(help_text="Who did it.")
    applicant = serializers.CharField(help_text="For whom.")
    text = serializers.CharField(help_text="Both in words.")
    mandate = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Relation.values)


class GivenFileOut(serializers.Serializer[dict[str, object]]):
    """A file that was given with an action."""

    id = serializers.UUIDField()
    document = serializers.CharField(help_text="Id of the document that the action asks.")
    title = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, as kept.")
    sha256 = serializers.CharField()
    internal = serializers.BooleanField(help_text="For staff alone.")
    url = serializers.CharField(help_text="Where it is downloaded.")


class TimelineLine(serializers.Serializer[dict[str, object]]):
    sequence = serializers.IntegerField()
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    state = serializers.CharField()
    state_label = serializers.CharField()
    by = serializers.ChoiceField(choices=["resident", "officer", "approver", "admin", "system"])
    on_behalf = OnBehalf(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    basis = serializers.CharField(allow_null=True, help_text="Law and article, where it decides.")
    note = serializers.CharField(
        allow_null=True, help_text="That the agency's own check did not answer, or what it found afterwards."
    )
    documents = GivenFileOut(many=True, help_text="Files given with this step, for this reader to see.")
    at = serializers.DateTimeField()
    hash = serializers.CharField(help_text="SHA-256 chained to the event before.")


class TimelineOut(serializers.Serializer[dict[str, object]]):
    results = TimelineLine(many=True)


class OfferOut(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField(help_text="JSON pointer into the application, e.g. /answers/ibu/nik.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    value = serializers.JSONField()
    fact = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field, not the argument
    asserted_at = serializers.DateTimeField(help_text="Since when it is known so.")
    age_days = serializers.IntegerField()
    assurance = serializers.ChoiceField(choices=["basic", "verified", "in_person"])


class SilentOut(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    fact = serializers.CharField()
    detail = serializers.CharField()


class OffersOut(serializers.Serializer[dict[str, object]]):
    offers = OfferOut(many=True)
    unavailable = SilentOut(many=True, help_text="What could not be asked now: its field is filled in by hand.")


class TakenIn(Exact):
    pointer = serializers.RegexField(r"^/answers/", max_length=300)
    value = serializers.JSONField(help_text="As it was offered.")


class TakeIn(Exact):
    take = serializers.ListField(child=TakenIn(), allow_empty=False, max_length=100)


class DayOut(serializers.Serializer[dict[str, object]]):
    date = serializers.DateField()
    counted = serializers.BooleanField()
    why = serializers.ChoiceField(choices=["start_day", "workday", "calendar_day", "weekend", "holiday", "paused"])
    name = serializers.CharField(allow_null=True, help_text="Name of the holiday.")


class DeadlineRuleOut(serializers.Serializer[dict[str, object]]):
    """The rule as it stood when it was submitted: a version never changes."""

    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    counted_from = serializers.ChoiceField(choices=["complete", "submitted"])


class DeadlineCalendarOut(serializers.Serializer[dict[str, object]]):
    """Digests of the holidays' dates: two that differ are two calendars."""

    now = serializers.CharField(help_text="That with which the days below are counted.")
    at_submission = serializers.CharField(allow_null=True)


class TargetOut(serializers.Serializer[dict[str, object]]):
    state = serializers.CharField()
    state_label = serializers.CharField()
    working_days = serializers.IntegerField()
    basis = serializers.CharField()
    on = serializers.DateField(allow_null=True, help_text="Null while the clock stands.")


class LevelOut(serializers.Serializer[dict[str, object]]):
    level = serializers.ChoiceField(choices=["officer", "head", "inspectorate"])
    who = serializers.CharField()
    on = serializers.DateField(allow_null=True, help_text="When they are told, if no answer came; null without a date.")
    told_at = serializers.DateTimeField(allow_null=True)


class DeadlineOut(serializers.Serializer[dict[str, object]]):
    due_on = serializers.DateField(allow_null=True, help_text="Null while the clock stands, unless it had passed.")
    received_on = serializers.DateField()
    started_on = serializers.DateField(
        allow_null=True, help_text="The day after which days count; null until it is complete, where that is the rule."
    )
    working_days = serializers.IntegerField(allow_null=True)
    calendar_days = serializers.IntegerField(allow_null=True)
    basis = serializers.CharField(help_text="Law and article.")
    clock = serializers.ChoiceField(choices=["running", "paused", "stopped"])
    paused_on = serializers.DateField(allow_null=True, help_text="Since when the clock stands.")
    days_left = serializers.IntegerField(allow_null=True, help_text="Days that count once the clock goes on.")
    explanation = serializers.CharField()
    days = DayOut(many=True, help_text="Every day from receipt to the due date.")
    rule = DeadlineRuleOut()
    calendar = DeadlineCalendarOut()
    target = TargetOut(allow_null=True, help_text="By when the present state should be left, where that is set.")
    on_lapse = serializers.ChoiceField(
        choices=["escalate", "granted"], allow_null=True, help_text="What it means when the date passes."
    )
    escalation = LevelOut(many=True, help_text="Who is told that the answer is late; empty where nobody is.")
    usual = UsualOut(allow_null=True, help_text="What was usual at this service lately; null where that says nothing.")


class Applicant(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PersonRef(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class UnitRef(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField()
    name = serializers.CharField()


class PlaceOut(serializers.Serializer[dict[str, object]]):
    """Where an application lies now, and with whom."""

    agency = AgencyRef()
    unit = UnitRef(allow_null=True)
    assignee = PersonRef(allow_null=True)


class OfficeApplicationOut(OfficeFacts):
    """An application as staff of its agency see it. Each reading is recorded where the resident sees it."""

    applicant = Applicant()
    place = PlaceOut(help_text="`agency` above is the service's; here is who has it in hand.")


class ReasonCodeOut(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    words = serializers.BooleanField(help_text="Words are owed beside it.")
    basis = serializers.CharField(allow_null=True, help_text="Law and article of a decision for this reason.")


class StagedFileOut(serializers.Serializer[dict[str, object]]):
    """A file that waits for its action."""

    id = serializers.UUIDField()
    document = serializers.CharField(help_text="Id of the document that the action asks.")
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, as kept.")
    sha256 = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="Gone after it, unless the action was taken.")


class ActionDocumentOut(serializers.Serializer[dict[str, object]]):
    id = serializers.CharField()
    title = serializers.CharField()
    accept = serializers.ListField(child=serializers.ChoiceField(choices=["pdf", "jpeg", "png"]))
    max_mb = serializers.IntegerField(help_text="Largest size, in megabytes.")
    optional = serializers.BooleanField(help_text="The action may be taken without it.")
    internal = serializers.BooleanField(help_text="The applicant will not see it.")
    staged = StagedFileOut(allow_null=True, help_text="What you handed in for it; others' is theirs.")
    url = serializers.CharField(help_text="Where it is handed in (POST).")


class ActionOut(serializers.Serializer[dict[str, object]]):
    action = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    target = serializers.CharField(help_text="The state that it leads to.")
    reason = serializers.ChoiceField(choices=["required", "optional", "none"])
    decides = serializers.BooleanField(help_text="It grants or rejects: a law may be named with it.")
    reason_codes = ReasonCodeOut(many=True, help_text="Reasons to choose from; one is owed where `reason` is required.")
    documents = ActionDocumentOut(many=True, help_text="Files that it asks.")
    blocked = serializers.CharField(allow_null=True, help_text="Why it cannot be done now, in words.")
    url = serializers.CharField()


class ActionsOut(serializers.Serializer[dict[str, object]]):
    results = ActionOut(many=True)
