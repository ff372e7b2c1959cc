"""`manage.py checkmodule` finds each way of breaking the contract, and names the place."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.plugging.checking import check_module, find_module
from services.plugging.starting import SKELETON
from tests.bent import Bent
from tests.services.plugging.installing import checked, manage, place

APPS = """
import datetime, random, socket, time
from django.db import connection
from services.module_api import *

class Buruk(OPDModule):
    name = "opd_buruk"
    agency = "DLH"
    api = ">=1,<2"
"""


def of_skeleton(**changes: tuple[str, str]) -> dict[str, str]:
    """Return the files of a sound module, with one word replaced in some."""
    files = {
        "definitions/uji-contoh.yaml": (SKELETON / "module/definitions/uji-contoh.yaml").read_text(),
        "cases/uji-contoh.yaml": (SKELETON / "module/cases/uji-contoh.yaml").read_text(),
    }
    for name, (old, new) in changes.items():
        path = f"{name}/uji-contoh.yaml"
        assert old in files[path]
        files[path] = files[path].replace(old, new, 1)
    return files


def broken(lines: list[dict[str, Any]], check: str) -> list[str]:
    return [f"{line['message']} {line['hint']}" for line in lines if (line["check"], line["level"]) == (check, "error")]


def test_what_its_files_say_is_held_against_the_contract(tmp_path: Path) -> None:
    files = of_skeleton(cases=("fee: 0", "fee: 5000"))
    apps = APPS.replace('"DLH"', '"DLHH"') + "    personal_data = False\n"
    site = place(tmp_path, "opd_buruk", files | {
        "apps.py": apps,
        "peek.py": """
            from importlib import import_module
            from accounts.models import User
            from services import applications
            from services.module_api.calling import forget_failures
            import services.modules.disdukcapil.apps
            from django.contrib.auth import get_user_model
            from django.apps import apps
            from django.db import connection

            def peek():
                import_module("superapp.settings")
                get_user_model().objects.count()
                apps.get_model("applications.Application")
                connection.cursor().execute("SELECT answers FROM applications_application")
                connection.cursor().execute("SELECT 1 FROM module_opd_buruk_own")
        """,
        "tests/test_x.py": "from accounts.models import User",
        "templates/account/login.html": "{% translate 'Hello' %}",
        "management/commands/migrate.py": "",
        "cases/lain.yaml": "service: lain\ncases: [{id: a, title: {id: A, en: A}, day: 2026-08-03, answers: {}, "
                           "expect: {valid: true}}]\n",
    })  # fmt: skip

    code, lines = checked(site, "opd_buruk")

    assert code == 1
    assert "`agency` is 'DLHH': the city has none such. Near are: DLH" in broken(lines, "agency")[0]
    imports = broken(lines, "imports")
    assert [each.split("peek.py:")[1].split(". ")[0] for each in imports] == [
        "3: it imports `accounts.models`",
        "4: it imports `services.applications`",
        "5: it imports `services.module_api.calling`",
        "6: it imports `services.modules.disdukcapil.apps`",
        "12: it imports `superapp.settings`",
        "13: it reaches for the accounts of people (`get_user_model`)",
        "14: it reaches for tables of `applications` (`get_model`)",
        "15: it reaches for `applications_application` in SQL",
    ]
    [indonesian] = broken(lines, "translations")
    assert "templates/account/login.html: (whole document): it speaks by translation" in indonesian
    [template, command] = broken(lines, "places")
    assert "templates/account/login.html: it lies outside `templates/opd_buruk/`" in template
    assert "migrate.py: its name is not the module's" in command
    [fee, stray] = sorted(broken(lines, "cases"), reverse=True)
    assert "cases/uji-contoh.yaml: perorangan: /expect/fee: The fee is Rp0, not Rp5.000." in fee
    assert "cases/lain.yaml: the module brings no service 'lain'" in stray


HOOKS = [
    ("return None", "hooks", "validate(perorangan): TypeError: "),
    ("return [Problem('/x', 'x', {'id': 'x'})]", "hooks", "validate(perorangan): TypeError: "),
    ("raise RuntimeError('ups')", "hooks", "validate(perorangan): RuntimeError: ups"),
    ("time.sleep(5)", "hooks", "validate(perorangan): no answer within 3 s"),
    ("return [Problem('/x', str(random.random()), {'id': 'x', 'en': 'x'})]", "purity", "asked twice"),
    ("return [Problem('/x', str(time.time_ns()), {'id': 'x', 'en': 'x'})]", "purity", "asked twice"),
    ("snapshot.answers['pemohon']['nama'] = 'x'; return []", "purity", "it changes its snapshot"),
    ("socket.socket().connect_ex(('127.0.0.1', 9)); return []", "purity", "it reaches for socket.connect"),
    ("open('/dev/null', 'w').close(); return []", "purity", "it reaches for a file to write (/dev/null)"),
]


def test_what_its_hooks_do_is_held_against_the_contract(tmp_path: Path) -> None:
    for number, (hook, _check, _said) in enumerate(HOOKS):
        name, slug = f"opd_buruk_{number}", f"uji-{number}"
        files = {key: text.replace("uji-contoh", slug) for key, text in of_skeleton().items()}
        files = {key.replace("uji-contoh", slug): text for key, text in files.items()}
        method = f"    def validate(self, snapshot):\n        {hook}\n"
        place(tmp_path, name, files | {"apps.py": APPS.replace("opd_buruk", name) + method})

    done = manage(tmp_path, "checkmodule", "--all", "--json")

    assert done.returncode == 1
    reports = {report["module"]: report["checks"] for report in json.loads(done.stdout)}
    for number, (_hook, check, said) in enumerate(HOOKS):
        lines = reports[f"opd_buruk_{number}"]
        assert said in broken(lines, check)[0]
        assert {line["check"] for line in lines if line["level"] == "error"} == {check}
    assert not [line for line in reports["disdukcapil"] if line["level"] == "error"]


def test_a_hook_that_asks_the_database_is_told(tmp_path: Path) -> None:
    method = "    def fees(self, snapshot):\n        connection.cursor().execute('SELECT 1')\n        return []\n"
    site = place(tmp_path, "opd_buruk", of_skeleton() | {"apps.py": APPS + method})

    code, lines = checked(site, "opd_buruk")

    assert code == 1
    assert "SELECT 1" in str(lines) or "database" in str(lines)


def test_what_it_says_of_itself_counts(tmp_path: Path) -> None:
    method = "    def check(self):\n        return [Check('warning', 'lama'), Check('error', 'mati', 'hidupkan')]\n"
    site = place(tmp_path, "opd_buruk", of_skeleton() | {"apps.py": APPS + method})

    code, lines = checked(site, "opd_buruk")

    assert code == 1
    assert [(each["level"], each["message"], each["hint"]) for each in lines if each["check"] == "check"] == [
        ("warning", "lama", ""),
        ("error", "mati", "hidupkan"),
    ]


@pytest.mark.parametrize(
    ("misdeed", "said"),
    [
        ("import time\ntime.sleep(60)\nanswer", "check: no answer within 5 s."),
        ("raise RuntimeError('ups')\nanswer", "check: RuntimeError: ups."),
        ("answer = {'what': object()}", "check: TypeError: "),
        ("kept = []\nwhile True: kept.append(bytearray(10_000_000))\nanswer", "check: MemoryError: ."),
    ],
    ids=["sleeps", "raises", "answers rubbish", "eats memory"],
)
@pytest.mark.django_db
def test_whatever_its_own_check_does_is_one_line_of_the_report(bent: Bent, misdeed: str, said: str) -> None:
    bent.does(check=misdeed)

    report = check_module(find_module("opd_lentur"), agencies={"LENTUR": "Dinas Lentur"})

    (line,) = [each for each in report.lines if each.check == "check"]
    assert line.level == "error"
    assert line.message.startswith(said)
    bent.behaves()
    again = check_module(find_module("opd_lentur"), agencies={"LENTUR": "Dinas Lentur"})
    assert not [each for each in again.lines if each.check == "check"]


def test_a_definition_that_is_not_sound_is_told_by_file_and_line(tmp_path: Path) -> None:
    files = of_skeleton(definitions=("workflow: standard-review", "workflow: cepat"))
    site = place(tmp_path, "opd_buruk", files | {"apps.py": APPS})

    code, lines = checked(site, "opd_buruk")

    assert code == 1
    assert "definitions/uji-contoh.yaml:70: /workflow: there is no workflow 'cepat'" in broken(lines, "definitions")[0]
    done = manage(site, "check", "--tag", "modules")
    assert done.returncode == 1
    assert "there is no workflow 'cepat'" in done.stderr


@pytest.mark.parametrize(
    ("apps", "said"),
    [
        (APPS.replace('">=1,<2"', '">=2"'), "opd_buruk/apps.py: Buruk: `api` is '>=2', this platform has version 1"),
        ("import nowhere_at_all", "module opd_buruk: ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("class Buruk(", "module opd_buruk: SyntaxError: "),
        (APPS + "    prefix = 'disdukcapil'", "Buruk: `prefix` is 'disdukcapil'"),
    ],
)
def test_a_module_that_cannot_be_plugged_in_is_one_line(tmp_path: Path, apps: str, said: str) -> None:
    site = place(tmp_path, "opd_buruk", {"apps.py": apps})

    done = manage(site, "checkmodule", "opd_buruk")

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_module_that_is_installed_keeps_the_contract(tmp_path: Path) -> None:
    done = manage(tmp_path, "checkmodule", "--all")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "disdukcapil (DISDUKCAPIL)" in done.stdout
    assert done.stdout.count("12 of 12 checks kept.") >= 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["disdukcapi"], "No module 'disdukcapi' is installed. There are: disdukcapil."),
        ([], "Name one module, or say --all."),
        (["disdukcapil", "--all"], "Name one module, or say --all."),
    ],
)
def test_what_is_asked_wrongly_is_said(tmp_path: Path, words: list[str], said: str) -> None:
    done = manage(tmp_path, "checkmodule", *words)

    assert done.returncode == 2
    assert said in done.stderr
