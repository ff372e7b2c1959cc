"""Ids of rows that come by the million."""

from time import sleep, time
from uuid import RFC_4122

from superapp.identifiers import uuid7


def test_it_is_a_uuid_of_version_7() -> None:
    made = [uuid7() for _ in range(1000)]

    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}
    assert len(set(made)) == 1000


def test_it_begins_with_the_moment_in_milliseconds() -> None:
    before = int(time() * 1000)
    told = uuid7().int >> 80
    after = int(time() * 1000)

    assert before <= told <= after


def test_later_ones_sort_later() -> None:
    made = []
    for _ in range(20):
        made.append(uuid7())
        sleep(0.002)

    assert sorted(made) == made
    assert sorted(map(str, made)) == [str(each) for each in made]


def test_the_rest_is_random() -> None:
    """Every bit but the time's, the version's and the variant's takes both values."""
    varied = 0
    first = uuid7().int
    for _ in range(400):
        varied |= uuid7().int ^ first

    random = (1 << 76) - 1 & ~(0b11 << 62)
    assert varied & random == random
    assert varied & (0xF << 76 | 0b11 << 62) == 0
