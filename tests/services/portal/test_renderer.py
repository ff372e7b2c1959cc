"""What pages load to show a form: built from the sources beside it, within the pages' policy."""

import hashlib
import re
from pathlib import Path

from django.contrib.staticfiles.finders import find

from superapp.launch.bootstrap import ROOT

RENDERER = ROOT / "services" / "portal" / "renderer"
VECTORS = ROOT / "services" / "definitions" / "vectors"


def source_hash() -> str:
    """Return the hash of all that the build is made of, as `build.mjs` works it out."""
    sources = [path for path in (RENDERER / "src").rglob("*") if path.is_file()]
    sources += [RENDERER / "build.mjs", RENDERER / "package-lock.json"]
    named = [(str(path.relative_to(RENDERER).as_posix()), path) for path in sources]
    named.append(("../../definitions/vectors/language.json", VECTORS / "language.json"))
    found = hashlib.sha256()
    for name, path in sorted(named):
        found.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def built(name: str) -> str:
    path = find(f"portal/{name}")
    assert path
    return Path(path).read_text("utf-8")


def test_the_committed_build_is_that_of_the_sources() -> None:
    for name in ("form.js", "form.css"):
        assert built(name).startswith(f"/* Source {source_hash()}"), "run `make renderer`"


def test_nothing_in_the_build_writes_functions_from_text_or_loads_from_elsewhere() -> None:
    script = built("form.js")

    # lodash asks for the global object in this way where `self` is none; every browser has it.
    assert re.findall(r"\bFunction\((?!\"return this\"\))|\bnew Function\b|\beval\(", script) == []
    assert not re.findall(
        r"\bimport\(|https?://(?!json-schema\.org|react\.dev|reactjs\.org|www\.w3\.org)[^\"'`\s]+", script
    )
    assert "url(" not in built("form.css")


def test_each_package_in_the_build_has_its_licence_beside_it() -> None:
    licences = built("form.licences.txt")

    for name in ("@jsonforms/core", "@jsonforms/react", "lodash", "react", "react-dom", "scheduler"):
        assert re.search(rf"^{name} [0-9.]+ \(MIT\)$", licences, re.MULTILINE), name
