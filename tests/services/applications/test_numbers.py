"""Reference numbers."""

import re

from services.applications.numbers import new_number
from services.documents.codes import ALPHABET, check_character


def test_a_number_reads_aloud_and_carries_its_check_character() -> None:
    number = new_number()

    assert re.fullmatch(f"BPN-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]", number)
    assert number[-1] == check_character(number[4:8] + number[9:13])


def test_ten_thousand_numbers_are_ten_thousand() -> None:
    assert len({new_number() for _ in range(10_000)}) == 10_000
