"""What a module must declare, and how modules are found."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.apps import AppConfig, apps

from services.definitions import DefinitionError
from services.module_api import ModuleError, OPDModule, installed_modules
from services.module_api.module import fits
from superapp import discovery

SOUND = "agency = 'DLH'\napi = '>=1,<2'\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An importable package `opd_uji`, empty but for what the test writes."""
    folder = tmp_path / "opd_uji"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "opd_uji"]:
        del sys.modules[name]


def configured(package: Path, body: str) -> AppConfig:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    code = f"from services.module_api import OPDModule\n\nclass Uji(OPDModule):\n    name = 'opd_uji'\n{lines}\n"
    (package / "apps.py").write_text(dedent(code))
    return AppConfig.create("opd_uji")


def test_the_one_module_of_a_package_is_found_by_its_name_alone(package: Path) -> None:
    found = configured(package, "agency = 'DLH'\napi = '>=1,<2'")

    assert (type(found).__name__, found.label) == ("Uji", "module_opd_uji")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("api = '>=1,<2'", "set `agency`"),
        ("agency = 5\napi = '>=1,<2'", "set `agency`"),
        ("agency = 'DLH'", "`api` is ''"),
        ("agency = 'DLH'\napi = None", "`api` is None"),
        ("agency = 'DLH'\napi = '>=2'", "`api` is '>=2', this platform has version 1"),
        (SOUND + "validate = 5", "`validate` must be a plain method: `def validate(self, snapshot)`"),
        (SOUND + "def guard(self, snapshot): ...", "`guard` must be a plain method"),
        (SOUND + "async def guard(self, snapshot, action): ...", "`guard` must be a plain method"),
        (SOUND + "def validates(self, snapshot): ...", "there is no hook `validates`"),
    ],
)
def test_what_does_not_fit_stops_the_start_and_names_the_attribute(package: Path, body: str, message: str) -> None:
    with pytest.raises(ModuleError) as refused:
        configured(package, body)

    assert str(refused.value).startswith(f"{package}/apps.py: Uji: {message}")


@pytest.mark.parametrize(
    ("specifier", "fitting"),
    [
        (">=1,<2", True),
        ("==1", True),
        (">0", True),
        ("<=1", True),
        ("<1", False),
        (">=2", False),
        ("1", False),
        ("", False),
    ],
)
def test_the_range_of_versions(specifier: str, fitting: bool) -> None:
    assert fits(specifier) is fitting


def test_folders_and_entry_points_are_found_and_nothing_is_listed() -> None:
    assert {"services.modules.disdukcapil", "services.modules.dpmptsp"} <= set(discovery.discover_modules())
    assert {"DISDUKCAPIL", "DPMPTSP"} <= {module.agency for module in installed_modules()}
    assert apps.get_app_config("module_disdukcapil") in installed_modules()


@pytest.mark.parametrize("files", [["apps.py"], ["definitions/uji.yaml"]])
def test_a_folder_without_the_class_that_plugs_it_in_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str]
) -> None:
    for name in (*files, "__pycache__/x.pyc"):
        (tmp_path / "uji" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "uji" / name).touch()
    (tmp_path / "left_behind" / "__pycache__").mkdir(parents=True)
    monkeypatch.setattr(discovery, "FOLDER", tmp_path)

    with pytest.raises(ModuleError, match=r"^services\.modules\.uji: its apps\.py has no subclass"):
        discovery.check_modules()


def test_everything_wrong_in_any_definition_is_told_at_once(package: Path) -> None:
    module = configured(package, SOUND)
    assert isinstance(module, OPDModule)
    (package / "definitions").mkdir()
    for name in ("a.yaml", "b.yaml", "c.yml"):
        (package / "definitions" / name).write_text("[]")

    with pytest.raises(DefinitionError) as refused:
        module.definitions()

    assert [Path(fault.source).name for fault in refused.value.faults] == ["a.yaml", "b.yaml", "c.yml"]


def test_each_module_brings_its_definitions() -> None:
    brought = {module.agency: [each.slug for each in module.definitions()] for module in installed_modules()}

    assert brought["DISDUKCAPIL"] == [
        "akta-kelahiran",
        "akta-kematian",
        "kartu-identitas-anak",
        "ktp-el",
        "perubahan-kartu-keluarga",
    ]
    assert brought["DPMPTSP"] == ["izin-reklame"]
