"""The report of an error that nobody foresaw, as it is mailed to the administrators (`ADMINS`)."""

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from superapp.http.log import masked


class MaskedReporter(ExceptionReporter):
    """Django's report, with every number of 16 digits masked: values of frames and messages may be NIK or KK."""

    def get_traceback_text(self) -> SafeString:
        """Return the report as plain text."""
        return SafeString(masked(super().get_traceback_text()))

    def get_traceback_html(self) -> SafeString:
        """Return the report as a page."""
        return SafeString(masked(super().get_traceback_html()))
