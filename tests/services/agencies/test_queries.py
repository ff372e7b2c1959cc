from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from services.agencies.models import Agency, Holiday, Membership
from services.agencies.queries import (
    agency_by_code,
    calendar,
    holidays_between,
    memberships_of,
    named_memberships_of,
    roles_of,
)

pytestmark = pytest.mark.django_db


def agency(code: str) -> Agency:
    return Agency.objects.create(code=code, name=f"Dinas {code}", kind="dinas", confidence="seen")


def test_memberships_are_roles_by_agency_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    person, other = (User.objects.create(email=f"{name}@example.org") for name in ("ani", "budi"))
    a, b = agency("A"), agency("B")
    Membership.objects.create(user=person, agency=a, role="officer")
    Membership.objects.create(user=person, agency=a, role="admin")
    Membership.objects.create(user=person, agency=b, role="approver")
    Membership.objects.create(user=other, agency=b, role="admin")

    with django_assert_num_queries(1):
        roles = memberships_of(person.id)
    with django_assert_num_queries(1):
        named = named_memberships_of(person.id)

    assert roles == {a.id: frozenset({"officer", "admin"}), b.id: frozenset({"approver"})}
    assert named == [
        {"agency": {"code": "A", "name": "Dinas A"}, "roles": ["admin", "officer"]},
        {"agency": {"code": "B", "name": "Dinas B"}, "roles": ["approver"]},
    ]


def test_a_resident_has_no_memberships() -> None:
    person = User.objects.create(email="warga@example.org")

    assert memberships_of(person.id) == {}
    assert named_memberships_of(person.id) == []
    assert roles_of(person.id) == []


def test_an_agency_is_found_whatever_the_capitals() -> None:
    found = agency("DPMPTSP")

    assert agency_by_code("dpmptsp") == found
    with pytest.raises(Agency.DoesNotExist):
        agency_by_code("DPMPTS")


def test_holidays_between_two_days_include_both() -> None:
    for day in (1, 2, 3, 4):
        Holiday.objects.create(date=date(2027, 3, day), name=f"Libur {day}", kind="libur_nasional")

    found = holidays_between(date(2027, 3, 2), date(2027, 3, 3))

    assert found == {date(2027, 3, 2): "Libur 2", date(2027, 3, 3): "Libur 3"}


def test_the_calendar_costs_no_query_while_it_is_fresh(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.CALENDAR_FRESH_SECONDS = 0
    Holiday.objects.create(date=date(2027, 3, 1), name="Libur", kind="libur_nasional")
    assert calendar() == {date(2027, 3, 1): "Libur"}
    settings.CALENDAR_FRESH_SECONDS = 60

    with django_assert_num_queries(0):
        known = calendar()

    assert known == {date(2027, 3, 1): "Libur"}
    settings.CALENDAR_FRESH_SECONDS = 0
    Holiday.objects.all().delete()
    assert calendar() == {}
