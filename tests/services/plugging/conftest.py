"""A module that a test writes: an importable package `opd_uji`, plugged in for the test's length."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.apps import AppConfig, apps

from services.module_api import OPDModule

Plug = Callable[..., OPDModule]


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plug]:
    """Return what plugs a module in: `body` is that of its class, `files` are further files by path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    plugged: list[OPDModule] = []
    for place in ("contract", "routes", "duties"):
        monkeypatch.setattr(f"services.plugging.{place}.installed_modules", lambda: plugged)

    def run(body: str = "", *, name: str = "opd_uji", agency: str = "DLH", **files: str) -> OPDModule:
        folder = tmp_path / name
        folder.mkdir()
        lines = [f"name = {name!r}", f"agency = {agency!r}", "api = '>=1,<2'", *dedent(body).strip().splitlines()]
        code = "\n".join(f"    {line}" for line in lines)
        whole = {"__init__.py": "", "apps.py": f"from services.module_api import *\n\nclass Uji(OPDModule):\n{code}\n"}
        for path, text in (whole | {key.replace("__", "/") + ".py": text for key, text in files.items()}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).parent.joinpath("__init__.py").touch()
            (folder / path).write_text(dedent(text))
        module = AppConfig.create(name)
        assert isinstance(module, OPDModule)
        module.apps, module.models = apps, apps.all_models[module.label]
        plugged.append(module)
        monkeypatch.setitem(apps.app_configs, module.label, module)
        return module

    yield run
    for imported in [each for each in list(sys.modules) if each.split(".")[0].startswith("opd_uji")]:
        del sys.modules[imported]
