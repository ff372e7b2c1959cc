"""Reference numbers."""

import re

from services.applications.numbers import ALPHABET, check_character, new_number


def test_a_number_reads_aloud_and_carries_its_check_character() -> None:
    number = new_number()

    assert re.fullmatch(r"BPN-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]", number)
    assert number[-1] == check_character(number[4:8] + number[9:13])


def test_a_mistyped_or_swapped_character_shows() -> None:
    right = check_character("7K3M2Q9F")

    mistyped = {check_character("7K3M2Q9" + other) for other in ALPHABET[:31] if other != "F"}
    swapped = check_character("K73M2Q9F")

    assert right not in mistyped
    assert swapped != right


def test_ten_thousand_numbers_are_ten_thousand() -> None:
    assert len({new_number() for _ in range(10_000)}) == 10_000
