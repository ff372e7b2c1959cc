import pytest

from services.documents.codes import ALPHABET, check_character, new_code, read_code


def test_a_new_code_reads_as_itself_and_no_two_are_alike() -> None:
    codes = {new_code() for _each in range(500)}

    assert len(codes) == 500
    assert all(read_code(code) == code for code in codes)
    assert all(len(code) == 16 and code.count("-") == 3 for code in codes)


@pytest.mark.parametrize(
    "typed",
    [
        "0A1B-2C3D-4E5F-3",
        "0a1b2c3d4e5f3",
        " 0A1B 2C3D 4E5F 3 ",
        "OAlB-ZC3D-4E5F-3",
        "oaIb\u2013zc3d\u20134e5f\u20133",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert check_character("0A1B2C3D4E5F") == "3"

    assert read_code(typed) == "0A1B-2C3D-4E5F-3"


def test_every_single_slip_shows() -> None:
    sound = "0A1B2C3D4E5F3"

    for place in range(len(sound)):
        for other in set(ALPHABET) - {sound[place]}:
            assert read_code(sound[:place] + other + sound[place + 1 :]) is None


def test_every_swap_of_neighbours_shows() -> None:
    sound = "0A1B2C3D4E5F3"

    for place in range(11):
        swapped = sound[:place] + sound[place + 1] + sound[place] + sound[place + 2 :]
        assert swapped == sound or read_code(swapped) is None


@pytest.mark.parametrize("typed", ["", "0A1B-2C3D-4E5F", "0A1B-2C3D-4E5F-37", "?" * 13, "0" * 10_000, "\u0660" * 13])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
