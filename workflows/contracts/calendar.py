"""The dates of a contract as an .ics file (RFC 5545): whole days, with a reminder two weeks ahead."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from workflows.domain.contract import Clock


def as_ics(clocks: Sequence[Clock], stamp: datetime | None = None) -> str:
    """All clocks that have a day. Lines end in CR LF and are folded at 75 bytes, as the format asks."""
    made = (stamp or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Parley//Contract dates//EN", "CALSCALE:GREGORIAN"]
    for clock in clocks:
        if clock.day:
            lines += _event(clock, clock.day, made)
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line))


def _event(clock: Clock, day: date, made: str) -> list[str]:
    uid = hashlib.sha256(f"{clock.document}|{clock.what}|{day}".encode()).hexdigest()[:24]
    where = f"{clock.document}, p. {clock.page}. " if clock.page else ""
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@parley",
        f"DTSTAMP:{made}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(clock.what)}",
        f"DESCRIPTION:{_escaped(f'{clock.shown}. {where}{clock.quote}')}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(clock.what)}",
        "TRIGGER:-P14D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    plain = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    held, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > 73:
            yield held
            held, size = " ", 1
        held, size = held + char, size + width
    yield held
