"""How a line of the log looks. Imported while the settings are read, so it imports nothing of ours."""

import logging
import re
from typing import Final

# As NIK and KK are: what is not meant to be logged and yet got there, in a message or a traceback, stays unreadable.
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])([0-9]{4})[0-9]{8}([0-9]{4})(?![0-9A-Za-z])")


class RequestLine(logging.Formatter):
    """Ends the line of a refused or failed request with the trace id that its caller was given."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        line = super().formatMessage(record)
        trace = getattr(getattr(record, "request", None), "trace_id", "")
        return f"{line} trace_id={trace}" if trace else line

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole entry, with every number of 16 digits masked."""
        return masked(super().format(record))


def masked(text: str) -> str:
    """Return a text with every number of 16 digits masked, as NIK and KK are shown: 6471********0001."""
    return _NUMBER.sub(r"\1********\2", text)
