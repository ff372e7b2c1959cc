"""How a line of the log looks. Imported while the settings are read, so it imports nothing of ours."""

import logging


class RequestLine(logging.Formatter):
    """Ends the line of a refused or failed request with the trace id that its caller was given."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        line = super().formatMessage(record)
        trace = getattr(getattr(record, "request", None), "trace_id", "")
        return f"{line} trace_id={trace}" if trace else line
