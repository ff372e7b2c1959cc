"""Who is known."""

import re
from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from superapp.http.sql import fetch_all


def person(person_id: UUID) -> User:
    """Return the person of this id."""
    return User.objects.get(pk=person_id)


def staff_roles(person_id: UUID) -> list[str]:
    """Return the roles that a person holds for the city (`STAFF_ROLES_OF`); empty for a resident."""
    return list(import_string(settings.STAFF_ROLES_OF)(person_id))


def works_for_the_city(person_id: UUID) -> bool:
    """Return whether the person holds a role at an agency, or runs the platform."""
    return bool(staff_roles(person_id)) or User.objects.filter(pk=person_id, is_staff=True).exists()


def names_of(person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return people's names by id."""
    return dict(User.objects.filter(pk__in=person_ids).values_list("pk", "full_name"))


_NAMED = """
SELECT id FROM accounts_user
WHERE to_tsvector('simple'::regconfig, COALESCE(full_name, '')) @@ to_tsquery('simple'::regconfig, %s) LIMIT %s
"""


def people_named(text: str, *, most: int, whole: bool = False) -> list[UUID]:
    """Return up to `most` people whose names have words that begin as these do, in any order; none for no word.

    `whole`: all but the last must stand there whole. Of a city's people that is found several times as fast: all who
    bear a word that begins so are gathered for each beginning.
    """
    words = re.findall(r"[^\W\d_]+", text)[:6]
    if not words:
        return []
    wanted = " & ".join([*(words[:-1] if whole else [f"{word}:*" for word in words[:-1]]), f"{words[-1]}:*"])
    return [row[0] for row in fetch_all(_NAMED, [wanted, most])]
