"""Whether all that a module says to people is there in Indonesian and in English."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.definitions import Fault
from services.definitions.reading import source_of
from services.module_api import OPDModule
from services.plugging.checking.report import Line

_IN_TEMPLATES = re.compile(r"{%\s*(?:translate|trans|blocktranslate|blocktrans)\b")
_IN_CODE = re.compile(r"^\s*from django\.utils\.translation import ", re.MULTILINE)
_ENTRY = re.compile(
    r'^msgid ((?:".*"\s*)+)(?:msgid_plural (?:".*"\s*)+)?msgstr(?:\[\d\])? ((?:".*"(?:\n|$))+)', re.MULTILINE
)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


def check_words(module: OPDModule) -> Iterator[Line]:
    """Yield what `locale/` lacks. A definition without one of the languages is not sound, so that is told there."""
    faults = list(_faults_of_locale(module))
    yield from (Line("translations", "error", str(fault)) for fault in faults)
    if not faults:
        yield Line("translations", "ok", "Indonesian and English")


def _faults_of_locale(module: OPDModule) -> Iterator[Fault]:
    """Yield what pages and code say in English alone: their source is English, `locale/id` has the other."""
    folder = Path(module.path)
    speaking = next(_speaking(folder), None)
    catalogue = folder / "locale" / "id" / "LC_MESSAGES" / "django.po"
    if speaking is not None and not catalogue.exists():
        hint = f"Write {source_of(catalogue)} (`django-admin makemessages -l id` in the module's folder)"
        yield Fault("", "it speaks by translation, and the module has no Indonesian", hint, source_of(speaking))
        return
    if not catalogue.exists():
        return
    if not catalogue.with_suffix(".mo").exists():
        yield Fault("", "it was not compiled", "Run `django-admin compilemessages`", source_of(catalogue))
    for msgid, msgstr in _ENTRY.findall(catalogue.read_text("utf-8")):
        said, translated = ("".join(_TEXT.findall(each)) for each in (msgid, msgstr))
        if said and not translated:
            yield Fault("", f"{said[:60]!r} is not translated", "Fill in its msgstr", source_of(catalogue))


def _speaking(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.html")):
        if _IN_TEMPLATES.search(path.read_text("utf-8")):
            yield path
    for path in sorted(folder.rglob("*.py")):
        if _IN_CODE.search(path.read_text("utf-8")):
            yield path
