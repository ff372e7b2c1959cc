import smtplib
from datetime import UTC, datetime
from email.message import Message
from uuid import UUID, uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from accounts.models import User
from services.events.models import OutboxEvent
from services.events.operations import Park
from services.notifications.consumers import send_email
from services.notifications.models import Notice

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
APPLICATION = UUID("44444444-4444-4444-8444-444444444444")
EVENT_ID = UUID("55555555-5555-4555-8555-555555555555")
pytestmark = pytest.mark.django_db


class Server(BaseEmailBackend):
    """A mail server that refuses everything with the error it was given."""

    error: Exception

    def send_messages(self, _messages: object) -> int:
        raise self.error


@pytest.fixture(autouse=True)
def base_url(settings: Settings) -> None:
    settings.BASE_URL = "https://layanan.example"


@pytest.fixture
def person() -> User:
    person = User.objects.create(email="siti@example.org", full_name="Siti <b>Rahmawati</b>", language="id")
    EmailAddress.objects.create(user=person, email="siti@example.org", verified=True, primary=True)
    return person


def event_for(person: User, *, title: str = "Akta Kelahiran: diterima") -> OutboxEvent:
    notice = Notice.objects.create(
        recipient=person,
        event_id=uuid4(),
        kind="application.submitted",
        title={"id": title, "en": "Birth certificate: received"},
        body={"id": "Kami terima.\n\nAlasan: <lengkap> & jelas", "en": "We received it."},
        application_id=APPLICATION,
        created_at=NOW,
    )
    return OutboxEvent.objects.create(id=EVENT_ID, topic="notice.created", key=notice.id, created_at=NOW)


def sent() -> EmailMultiAlternatives:
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    return message


def test_it_tells_the_resident_in_their_language_where_to_look(person: User) -> None:
    send_email(event_for(person), NOW)

    message = sent()
    html = str(message.alternatives[0][0])
    assert (message.to, message.subject) == (["siti@example.org"], "Akta Kelahiran: diterima")
    assert "Yth. Siti <b>Rahmawati</b>," in message.body
    assert "Alasan: <lengkap> & jelas" in message.body
    assert f"https://layanan.example/permohonan/{APPLICATION}/" in message.body
    assert "Siti &lt;b&gt;Rahmawati&lt;/b&gt;" in html
    assert "&lt;lengkap&gt; &amp; jelas" in html
    assert f'href="https://layanan.example/permohonan/{APPLICATION}/"' in html


def test_told_again_it_carries_the_same_message_id(person: User) -> None:
    event = event_for(person)

    send_email(event, NOW)
    send_email(event, NOW)

    assert [message.message()["Message-ID"] for message in mail.outbox] == [f"<{EVENT_ID}@layanan.example>"] * 2
    assert mail.outbox[0].message()["Auto-Submitted"] == "auto-generated"


def test_an_english_reader_reads_english(person: User) -> None:
    person.language = "en"
    person.save()

    send_email(event_for(person), NOW)

    assert sent().subject == "Birth certificate: received"
    assert "Dear Siti" in sent().body


def test_a_title_of_two_lines_cannot_add_a_header(person: User) -> None:
    send_email(event_for(person, title="Diterima\r\nBcc: all@example.org"), NOW)

    built: Message = sent().message()
    assert sent().subject == "Diterima Bcc: all@example.org"
    assert built["Bcc"] is None


def test_an_address_not_proved_gets_nothing(person: User) -> None:
    EmailAddress.objects.update(verified=False)

    send_email(event_for(person), NOW)

    assert mail.outbox == []


def test_the_primary_of_several_proved_addresses_is_used(person: User) -> None:
    EmailAddress.objects.update(primary=False)
    EmailAddress.objects.create(user=person, email="new@example.org", verified=True, primary=True)

    send_email(event_for(person), NOW)

    assert sent().to == ["new@example.org"]


def test_somebody_the_city_entered_is_reached_at_the_accounts_address(person: User) -> None:
    EmailAddress.objects.all().delete()

    send_email(event_for(person), NOW)

    assert sent().to == ["siti@example.org"]


def test_a_person_without_address_is_passed_over() -> None:
    send_email(event_for(User.objects.create(phone="+6281200000001")), NOW)

    assert mail.outbox == []


def test_a_notice_that_is_gone_is_passed_over() -> None:
    send_email(OutboxEvent.objects.create(topic="notice.created", key=uuid4(), created_at=NOW), NOW)

    assert mail.outbox == []


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"siti@example.org": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"rejected"),
    ],
)
def test_a_refusal_for_good_is_left_to_a_person(person: User, settings: Settings, error: Exception) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.error = error

    with pytest.raises(Park, match="for good") as caught:
        send_email(event_for(person), NOW)

    assert "siti@example.org" not in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"siti@example.org": (451, b"try later")}),
        smtplib.SMTPDataError(451, b"try later"),
        smtplib.SMTPAuthenticationError(535, b"our password is wrong"),
        ConnectionRefusedError("no server"),
    ],
)
def test_a_server_that_fails_is_tried_again(person: User, settings: Settings, error: Exception) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.error = error

    with pytest.raises(type(error)):
        send_email(event_for(person), NOW)


def test_a_notice_that_leads_to_a_field_links_there(person: User) -> None:
    event = event_for(person)
    Notice.objects.update(below="perbaikan/#butir-answers-data-nik")

    send_email(event, NOW)

    link = f"https://layanan.example/permohonan/{APPLICATION}/perbaikan/#butir-answers-data-nik"
    assert link in str(sent().body)
