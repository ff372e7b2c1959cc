"""Names as they may be printed: in a queue, a letter, a certificate."""

import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

# Control characters and line ends break the page; invisible and direction-turning ones make one name look like another.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Co", "Zl", "Zp"})


def validate_name(text: str) -> None:
    """Accept a name whose every character can be seen.

    :raises ValidationError: `invalid`, in Django's own translated words.
    """
    if any(unicodedata.category(character) in _UNPRINTABLE for character in text):
        raise ValidationError(RegexValidator.message, code="invalid")
