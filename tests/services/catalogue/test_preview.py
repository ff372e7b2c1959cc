"""Trying a definition out with some answers, before it is published."""

from datetime import date

from services.catalogue.queries.preview import preview_of
from services.definitions import load_content
from tests.services.applications.factory import CONTENT

DAY = {"type": "string", "format": "date", "x-label": {"id": "Mulai", "en": "Start"}}
NOT_LATER = {
    "rule": {"<=": [{"var": "mulai"}, {"var": "$today"}]},
    "field": "/mulai",
    "message": {"id": "Belum sampai harinya.", "en": "That day has not come."},
    "code": "not_yet",
}


def test_a_rule_that_asks_for_the_day_is_judged_as_it_will_be_when_a_resident_answers() -> None:
    ui = {"type": "Group", "elements": [{"type": "Control", "scope": "#/properties/mulai"}]}
    form = {"schema": {"type": "object", "properties": {"mulai": DAY}}, "ui": ui, "checks": [NOT_LATER]}
    unissued = {key: value for key, value in CONTENT.items() if key != "outcome"}
    definition = load_content(unissued | {"form": form, "requirements": []})

    before = preview_of(definition, {"mulai": "2026-11-25"}, today=date(2026, 11, 24))
    on_it = preview_of(definition, {"mulai": "2026-11-25"}, today=date(2026, 11, 25))

    assert [each.code for each in before.problems] == ["not_yet"]
    assert on_it.problems == ()
