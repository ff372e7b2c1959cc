"""What accounts itself holds of a person, for their export."""

from collections.abc import Iterator
from uuid import UUID

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.privacy.models import DataAccess, DataRequest, Deletion, Export, Impersonation
from accounts.privacy.portable import Part, Section
from accounts.provider.models import Authorization, Consent, Release
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


def clients(person_id: UUID) -> Iterator[Part]:
    """Yield what the person let apps and sites do."""
    given = Authorization.objects.filter(person_id=person_id).order_by("created_at", "pk")
    columns = ("id", "client__client_id", "client__name", "scopes", "claims", "auth_time", "methods", "assurance")
    lines = given.values(*columns, "created_at", "expires_at", "ended_at").iterator(chunk_size=_CHUNK)
    yield Section("authorizations", {"id": "Aplikasi dan situs terhubung", "en": "Connected apps and sites"}, lines)


def receipts(person_id: UUID) -> Iterator[Part]:
    """Yield what the person agreed to, and what apps and sites were told."""
    agreed = Consent.objects.filter(person_id=person_id).order_by("given_at", "pk")
    columns = ("client__client_id", "client__name", "basis", "scopes", "claims", "wording", "given_at", "withdrawn_at")
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
