"""What accounts itself holds of a person, for their export."""

from collections.abc import Iterator
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.mandates.models import Change, Dependant, Mandate, Organisation
from accounts.models import RelyingParty, User
from accounts.privacy.models import Affected, DataAccess, DataRequest, Deletion, Export, Impersonation
from accounts.privacy.portable import Part, Section
from accounts.provider.models import Authorization, Consent, Release, Subject
from accounts.sign_in.models import FailedTry, PhoneChange, SignIn

_CHUNK = 500


def account(person_id: UUID) -> Iterator[Part]:
    """Yield the account, its addresses, its sign-ins and the tries that failed."""
    person = User.objects.filter(pk=person_id).values(
        "id", "full_name", "email", "phone", "phone_verified_at", "language", "assurance", "date_joined", "last_login"
    )
    yield Section("account", {"id": "Akun Anda", "en": "Your account"}, person)
    addresses = EmailAddress.objects.filter(user_id=person_id).order_by("pk").values("email", "verified", "primary")
    yield Section("email_addresses", {"id": "Alamat email", "en": "E-mail addresses"}, addresses)
    sign_ins = SignIn.objects.filter(person_id=person_id).order_by("began_at", "pk")
    columns = ("id", "began_at", "proved_at", "methods", "address", "user_agent", "seen_at", "ended_at", "ending")
    yield Section(
        "sign_ins", {"id": "Riwayat masuk", "en": "Sign-ins"}, sign_ins.values(*columns).iterator(chunk_size=_CHUNK)
    )
    failed = FailedTry.objects.filter(person_id=person_id).order_by("began_at", "pk")
    failed_columns = ("began_at", "latest_at", "tries", "address", "user_agent")
    yield Section(
        "failed_tries", {"id": "Percobaan masuk yang gagal", "en": "Failed sign-ins"}, failed.values(*failed_columns)
    )
    changes = PhoneChange.objects.filter(person_id=person_id).order_by("changed_at", "pk")
    lines = changes.values("previous", "current", "changed_at", "stopped_at")
    yield Section("phone_changes", {"id": "Pergantian nomor", "en": "Changes of number"}, lines)
    # What opens the account stays out: the keys and codes themselves.
    factors = (
        Authenticator.objects.filter(user_id=person_id).order_by("pk").values("type", "created_at", "last_used_at")
    )
    yield Section("second_factors", {"id": "Faktor kedua", "en": "Second factors"}, factors)


def clients(person_id: UUID) -> Iterator[Part]:
    """Yield what the person let apps and sites do, by which name each sector knows them, and which sites they try out.

    Where one acts for another the authorization is of both: `person_id` is for whom, `actor_id` who acted.
    """
    given = Authorization.objects.filter(Q(person_id=person_id) | Q(actor_id=person_id)).order_by("created_at", "pk")
    columns = ("id", "person_id", "actor_id", "client__client_id", "client__name", "scopes", "claims", "auth_time")
    rest = ("methods", "assurance", "created_at", "expires_at", "ended_at")
    lines = given.values(*columns, *rest).iterator(chunk_size=_CHUNK)
    yield Section("authorizations", {"id": "Aplikasi dan situs terhubung", "en": "Connected apps and sites"}, lines)
    names = Subject.objects.filter(person_id=person_id).order_by("sector", "subject").values("sector", "subject")
    yield Section("names_at_sites", {"id": "Nama samaran Anda di situs", "en": "Your names at sites"}, names)
    tried = RelyingParty.objects.filter(testers__contains=[person_id]).order_by("client_id").values("client_id", "name")
    yield Section("tester_of", {"id": "Situs yang Anda uji", "en": "Sites that you try out"}, tried)


def receipts(person_id: UUID) -> Iterator[Part]:
    """Yield what the person agreed to, and what apps and sites were told."""
    agreed = Consent.objects.filter(person_id=person_id).order_by("given_at", "pk")
    columns = ("client__client_id", "client__name", "basis", "scopes", "claims", "language", "wording", "wording_hash",
               "given_at", "withdrawn_at")  # fmt: skip
    yield Section("consents", {"id": "Persetujuan", "en": "Consents"}, agreed.values(*columns).iterator(_CHUNK))
    told = Release.objects.filter(authorization__person_id=person_id).order_by("first_at", "pk")
    told_columns = ("authorization__client__client_id", "endpoint", "claims", "count", "first_at", "latest_at")
    lines = told.values(*told_columns).iterator(_CHUNK)
    yield Section("releases", {"id": "Data yang diterima aplikasi dan situs", "en": "Data given to apps, sites"}, lines)


def privacy(person_id: UUID) -> Iterator[Part]:
    """Yield who looked, and what the person asked under the law on personal data."""
    read = DataAccess.objects.filter(person_id=person_id).order_by("at", "pk")
    read_columns = ("reader_name", "reader_role", "agency_code", "agency_name", "what", "why", "about", "number", "at")
    yield Section(
        "access_log", {"id": "Siapa melihat data Anda", "en": "Who looked"}, read.values(*read_columns).iterator(_CHUNK)
    )
    asked = DataRequest.objects.filter(person_id=person_id).order_by("made_at", "pk")
    asked_columns = ("kind", "text", "full_name", "state", "made_at", "due_at", "answer", "answered_at")
    yield Section(
        "data_requests", {"id": "Permintaan atas data", "en": "Requests on data"}, asked.values(*asked_columns)
    )
    exports = Export.objects.filter(person_id=person_id).order_by("asked_at").values("state", "asked_at", "ready_at")
    yield Section("exports", {"id": "Unduhan data", "en": "Exports"}, exports)
    erasures = Deletion.objects.filter(person_id=person_id).order_by("asked_at")
    lines = erasures.values("state", "asked_at", "due_at", "ended_at")
    yield Section("deletions", {"id": "Permintaan penghapusan", "en": "Requests for erasure"}, lines)
    seen = Impersonation.objects.filter(person_id=person_id).order_by("began_at")
    seen_columns = ("staff__full_name", "reason", "began_at", "expires_at", "ended_at", "ending")
    yield Section(
        "impersonations", {"id": "Bantuan atas nama Anda", "en": "Support as you"}, seen.values(*seen_columns)
    )
    breaches = Affected.objects.filter(person_id=person_id).order_by("breach__found_at", "pk")
    breach_columns = ("breach_id", "breach__what", "breach__handling", "breach__found_at", "categories", "notified_at")
    title = {"id": "Kegagalan pelindungan data", "en": "Breaches of personal data"}
    yield Section("breaches", title, breaches.values(*breach_columns))


def mandates(person_id: UUID) -> Iterator[Part]:
    """Yield for whom the person may act or acted, who for them, and each step of it; the children and companies."""
    theirs = Q(principal_id=person_id) | Q(agent_id=person_id) | Q(principal__dependant__claimed_by_id=person_id)
    held = Mandate.objects.filter(theirs).order_by("created_at", "pk")
    columns = ("id", "kind", "principal__full_name", "agent__full_name", "scopes", "services", "state", "basis")
    times = ("created_at", "starts_at", "expires_at", "ended_at")
    lines = held.values(*columns, *times, "evidence", "source", "ending", "reason").iterator(_CHUNK)
    yield Section("mandates", {"id": "Kuasa yang Anda beri dan pegang", "en": "Mandates given and held"}, lines)
    # By which address somebody was named is known to who named them.
    named = Mandate.objects.filter(principal_id=person_id).exclude(invited="").order_by("created_at", "pk")
    yield Section("mandates_invited", {"id": "Yang Anda undang", "en": "Whom you named"}, named.values("id", "invited"))
    steps = Change.objects.filter(Q(mandate__in=held) | Q(by_id=person_id)).order_by("at", "pk")
    told = steps.values("id", "mandate_id", "version", "what", "role", "data", "at").iterator(_CHUNK)
    yield Section("mandate_changes", {"id": "Riwayat kuasa", "en": "History of mandates"}, told)
    childhoods = Dependant.objects.filter(Q(person_id=person_id) | Q(claimed_by_id=person_id)).order_by("pk")
    yield Section(
        "childhoods",
        {"id": "Saat orang lain mengurus Anda", "en": "When others acted for you"},
        childhoods.values("person_id", "birth_date", "emancipated_at", "claimed_at"),
    )
    companies = Organisation.objects.filter(Q(account_id=person_id) | Q(account__mandates_given__agent_id=person_id))
    yield Section(
        "companies",
        {"id": "Perusahaan", "en": "Companies"},
        companies.distinct().order_by("pk").values("account_id", "account__full_name", "nib", "npwp"),
    )
