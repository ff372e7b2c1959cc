import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from services.agencies.models import Agency, District, Holiday, Subdistrict

pytestmark = pytest.mark.django_db


def load(*args: str) -> str:
    told = StringIO()
    call_command("load_city", *args, stdout=told)
    return told.getvalue()


def test_it_brings_the_whole_city() -> None:
    told = load()

    assert told == (
        "agencies: 36 added, 0 changed, 0 unchanged\n"
        "districts: 6 added, 0 changed, 0 unchanged\n"
        "subdistricts: 34 added, 0 changed, 0 unchanged\n"
        "holidays: 51 added, 0 changed, 0 unchanged\n"
    )
    assert (Agency.objects.count(), District.objects.count()) == (36, 6)
    assert (Subdistrict.objects.count(), Holiday.objects.count()) == (34, 51)
    assert Subdistrict.objects.get(code="64.71.01.1001").district.name == "Balikpapan Timur"
    assert set(Holiday.objects.values_list("kind", flat=True)) == {"libur_nasional", "cuti_bersama"}
    assert set(Agency.objects.values_list("confidence", flat=True)) == {"seen", "plausible"}


def test_a_second_time_it_changes_nothing() -> None:
    load()
    ids = dict(Agency.objects.values_list("code", "id"))

    told = load()

    assert told.count("0 added, 0 changed") == 4
    assert dict(Agency.objects.values_list("code", "id")) == ids


def test_it_mends_what_differs_and_keeps_what_the_file_no_longer_holds() -> None:
    load()
    Agency.objects.filter(code="DPMPTSP").update(name="Old name")
    Agency.objects.create(code="GONE", name="Merged away", kind="dinas", confidence="seen")

    told = load()

    assert "agencies: 0 added, 1 changed, 35 unchanged\n  no longer in the file, kept: GONE\n" in told
    assert Agency.objects.get(code="DPMPTSP").name != "Old name"
    assert Agency.objects.filter(code="GONE").exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "unexpected end"),
        (json.dumps({"agencies": []}), "not of the expected shape"),
        (
            json.dumps({"agencies": [], "districts": [], "subdistricts": [], "holidays": [{"date": "soon"}]}),
            "not of the expected shape",
        ),
    ],
)
def test_a_wrong_file_is_named_and_changes_nothing(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "city.json"
    file.write_text(text)

    with pytest.raises(CommandError, match=complaint) as caught:
        load(str(file))

    assert str(file) in str(caught.value)
    assert Agency.objects.count() == 0
