"""What a module's files say, read without running them: imports, and where templates and commands lie."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.definitions.reading import source_of
from services.module_api import OPDModule, installed_modules
from services.plugging.checking.report import Line

_PLATFORM = {"superapp", "accounts", "services", "api_docs", "tests"}
_VOCABULARY = "services.module_api"
_BY_NAME = {"import_module", "__import__", "import_string"}
_RUN_SQL = {"execute", "executemany", "raw", "RawSQL"}
_TABLE = re.compile(r"\b(?:from|join|into|update|table)\s+\"?([a-z]\w*)", re.IGNORECASE)
_ALONE = "A module imports `services.module_api`, Django and its own packages."


def check_imports(module: OPDModule) -> Iterator[Line]:
    """Yield each import of the platform beyond its vocabulary, or of another module, with file and line."""
    others = {each.name for each in installed_modules() if each.name != module.name}
    found = False
    for path in _python_files(Path(module.path)):
        try:
            tree = ast.parse(path.read_text("utf-8"), str(path))
        except (SyntaxError, UnicodeDecodeError) as error:
            found = True
            yield Line("imports", "error", f"{source_of(path)}: it cannot be read: {error}")
            continue
        for line, name in sorted(_imported(tree)):
            if _is_foreign(name, module.name, others):
                found = True
                yield Line("imports", "error", f"{source_of(path)}:{line}: it imports `{name}`.", _ALONE)
        for line, what in sorted(_reaching(tree, module.label)):
            found = True
            hint = "Keep the id of what is not yours; `read_application` reads an application in a view, and notes it."
            yield Line("imports", "error", f"{source_of(path)}:{line}: it reaches for {what}.", hint)
    if not found:
        yield Line("imports", "ok", "services.module_api alone")


def _python_files(folder: Path) -> Iterator[Path]:
    """Yield the module's code; its tests may look at whatever they want."""
    for path in sorted(folder.rglob("*.py")):
        below = path.relative_to(folder)
        if "tests" not in below.parts[:-1] and not path.name.startswith("test_") and path.name != "conftest.py":
            yield path


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of all that is imported, also by its name at run time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            if node.module == "services":
                yield from ((node.lineno, f"services.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, str(node.module)
        elif isinstance(node, ast.Call) and _called(node) in _BY_NAME:
            yield from ((node.lineno, name) for name in map(_constant, node.args[:1]) if isinstance(name, str))


def _reaching(tree: ast.AST, label: str) -> Iterator[tuple[int, str]]:
    """Yield where tables of others are taken without an import."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _called(node) in _RUN_SQL and (tables := _others_in_sql(node, label)):
            yield node.lineno, f"`{tables}` in SQL"
        elif _called(node) == "get_user_model":
            yield node.lineno, "the accounts of people (`get_user_model`)"
        elif _called(node) == "get_model" and node.args and isinstance(name := _constant(node.args[0]), str):
            app = name.partition(".")[0]
            if (len(node.args) > 1 or "." in name) and app != label:
                yield node.lineno, f"tables of `{app}` (`get_model`)"


def _others_in_sql(node: ast.Call, label: str) -> str:
    """Return the first table that written SQL names and that is not the module's; "" for none."""
    for text in ast.walk(node):
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            for table in _TABLE.findall(text.value):
                if "_" in table and not table.startswith(f"{label}_"):
                    return str(table)
    return ""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _is_foreign(name: str, own: str, others: Iterable[str]) -> bool:
    if _within(name, own) or name == _VOCABULARY:
        return False
    return name.partition(".")[0] in _PLATFORM or any(_within(name, other) for other in others)


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def check_places(module: OPDModule) -> Iterator[Line]:
    """Yield each file that would stand in for one of the platform's: templates, static files, commands, tags."""
    folder = Path(module.path)
    own = module.name.rpartition(".")[2]
    found = False
    for kind in ("templates", "static"):
        for path in sorted(each for each in (folder / kind).rglob("*") if each.is_file()):
            if path.relative_to(folder / kind).parts[0] != own:
                found = True
                yield Line("places", "error", f"{source_of(path)}: it lies outside `{kind}/{own}/`.", "Move it there.")
    for kind in ("management/commands", "templatetags"):
        for path in sorted((folder / kind).glob("*.py")):
            if not path.name.startswith((own, "__")):
                found = True
                hint = f"Begin its name with `{own}_`: it could stand in for the platform's own."
                yield Line("places", "error", f"{source_of(path)}: its name is not the module's.", hint)
    if not found:
        yield Line("places", "ok", f"templates, static files and commands under the name {own}")
