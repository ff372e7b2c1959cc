"""An appointment as a file for the resident's calendar (iCalendar, RFC 5545)."""

from datetime import UTC, datetime

from services.applications.models import Appointment

_LONGEST = 75  # octets of a line, RFC 5545 section 3.1


def calendar_of(appointment: Appointment, *, title: str, host: str, now: datetime) -> bytes:
    """Return an appointment as an iCalendar object with one event; a cancelled one says so, so that it is taken out."""
    gone = appointment.state in (Appointment.State.CANCELLED, Appointment.State.DISPLACED)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{host}//super-app//ID",
        f"METHOD:{'CANCEL' if gone else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{appointment.id}@{host}",
        f"SEQUENCE:{appointment.revision}",
        f"DTSTAMP:{_at(now)}",
        f"DTSTART:{_at(appointment.starts_at)}",
        f"DTEND:{_at(appointment.ends_at)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(appointment.place)}",
        f"STATUS:{'CANCELLED' if gone else 'CONFIRMED'}",
        *([f"GEO:{appointment.latitude};{appointment.longitude}"] if appointment.latitude is not None else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return "\\n".join(text.splitlines())


def _folded(line: str) -> bytes:
    """Return a line in pieces of 75 octets at most, none of which cuts a letter."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _LONGEST:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
