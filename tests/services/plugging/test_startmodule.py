"""`manage.py startmodule` makes what passes at once, or says in one line why not."""

import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from services.plugging.starting import SKELETON
from superapp.launch.bootstrap import ROOT
from tests.services.plugging.installing import checked, install

pytestmark = pytest.mark.django_db
Start = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where modules lie, instead of the platform's own folder."""
    monkeypatch.setattr("services.plugging.management.commands.startmodule.FOLDER", tmp_path)
    return tmp_path


def start(*words: str) -> str:
    said = StringIO()
    call_command("startmodule", *words, stdout=said)
    return said.getvalue()


def refused(*words: str) -> str:
    with pytest.raises(CommandError) as error:
        start(*words)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_module_of_the_platform(folder: Path) -> None:
    said = start("dlh_taman", "--agency", "dlh", "--service", "izin-taman")

    made = folder / "dlh_taman"
    assert f"Made {made} for DLH (Dinas Lingkungan Hidup), service izin-taman." in said
    assert {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()} == {
        "README.md", "__init__.py", "apps.py", "cases/izin-taman.yaml", "definitions/izin-taman.yaml",
        "test_dlh_taman.py",
    }  # fmt: skip
    assert "class DlhTaman(OPDModule):" in (made / "apps.py").read_text()
    assert (made / "definitions/izin-taman.yaml").read_text().startswith("# yaml-language-server: $schema=")
    assert not [path for path in folder.iterdir() if path != made]


def test_no_word_of_the_skeleton_is_left(folder: Path) -> None:
    start("dlh_taman", "--agency", "DLH")

    for path in (folder / "dlh_taman").rglob("*.*"):
        if path.is_file():
            text = (path.name + path.read_text()).lower()
            assert not [word for word in ("uji_contoh", "uji-contoh", "ujicontoh", "uji-opd", "/uji/") if word in text]


def test_the_schema_that_editors_complete_by_is_there() -> None:
    first = (SKELETON / "module/definitions/uji-contoh.yaml").read_text().splitlines()[0]
    place = ROOT / "services/modules/any/definitions" / first.split("$schema=")[1]

    assert place.resolve() == ROOT / "services/definitions/service-definition.schema.json"
    assert place.resolve().exists()


def test_a_package_passes_once_it_is_installed(tmp_path: Path) -> None:
    start("opd_taman", "--agency", "DLH", "--package", "--directory", str(tmp_path))
    made = tmp_path / "opd_taman"

    site = install(made, tmp_path / "site")
    code, lines = checked(site, "opd_taman")

    assert (code, {line["level"] for line in lines}) == (0, {"ok"})
    assert {"cases", "hooks", "definitions"} <= {line["check"] for line in lines}
    assert (made / "tests/test_opd_taman.py").exists()
    assert not (site / "tests").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Taman", "--agency", "DLH"], "'Taman' is no name for a module"),
        (["../taman", "--agency", "DLH"], "is no name for a module"),
        (["taman-kota", "--agency", "DLH"], "is no name for a module"),
        (["1taman", "--agency", "DLH"], "is no name for a module"),
        (["class", "--agency", "DLH"], "is no name for a module"),
        (["a" * 41, "--agency", "DLH"], "is no name for a module"),
        (["tåman", "--agency", "DLH"], "is no name for a module"),
        (["taman", "--agency", "DLHH"], "There is no agency 'DLHH'. Near are: DLH (Dinas Lingkungan Hidup)"),
        (["taman", "--agency", "lingkungan"], "DLH (Dinas Lingkungan Hidup)"),
        (["taman", "--agency", "zzz9"], "The codes are: "),
        (["taman", "--agency", ""], "There is no agency ''"),
        (["taman", "--agency", "DLH", "--service", "Izin Taman"], "'Izin Taman' is no slug"),
        (["taman", "--agency", "DLH", "--service", "ktp-el"], "The service 'ktp-el' is brought by "),
        (["disdukcapil", "--agency", "DLH"], "A module 'disdukcapil' is installed already"),
        (["taman", "--agency", "DLH", "--directory", "."], "--directory goes with --package"),
        (["taman", "--agency", "DLH", "--package", "--directory", "/nowhere/at/all"], "There is no folder /nowhere/at"),
        (["json", "--agency", "DLH", "--package", "--directory", "."], "Python has a package 'json' already"),
        (["accounts", "--agency", "DLH", "--package", "--directory", "."], "Python has a package 'accounts'"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_refused_and_nothing_is_made(folder: Path, words: list[str], said: str) -> None:
    assert said in refused(*words)

    assert not list(folder.iterdir())


def test_a_folder_that_is_there_stays_as_it_is(folder: Path) -> None:
    (folder / "taman").mkdir()

    assert f"There is a folder {folder / 'taman'} already" in refused("taman", "--agency", "DLH")

    assert not list((folder / "taman").iterdir())


def test_a_refusal_is_one_line_and_an_exit_code() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "startmodule", "Taman", "--agency", "DLH"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr.startswith("CommandError: 'Taman' is no name")
    assert done.stderr.count("\n") == 1
