"""What a module must declare, and how modules are found."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.apps import AppConfig, apps

from services.module_api import ModuleError, installed_modules
from services.module_api.module import fits
from superapp import discovery


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
        ("api = '>=1,<2'", "opd_uji.apps.Uji: set `agency`"),
        ("agency = 'DLH'", "opd_uji.apps.Uji: `api` is ''"),
        ("agency = 'DLH'\napi = '>=2'", "opd_uji.apps.Uji: `api` is '>=2', this platform has version 1"),
    ],
)
def test_what_does_not_fit_stops_the_start_and_names_the_attribute(package: Path, body: str, message: str) -> None:
    with pytest.raises(ModuleError) as refused:
        configured(package, body)

    assert str(refused.value).startswith(message)


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
    assert discovery.discover_modules()[:2] == ["services.modules.disdukcapil", "services.modules.dpmptsp"]
    assert [module.agency for module in installed_modules()] == ["DISDUKCAPIL", "DPMPTSP"]
    assert apps.get_app_config("module_disdukcapil") in installed_modules()


def test_each_module_brings_its_definitions() -> None:
    brought = {module.agency: [each.slug for each in module.definitions()] for module in installed_modules()}

    assert brought == {"DISDUKCAPIL": ["akta-kelahiran", "ktp-el"], "DPMPTSP": ["izin-reklame"]}
