"""Who may import whom: the table of the house plan, enforced."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

DATA = {"models", "i18n", "record"}

# module or folder: what of ours it may import, besides itself
MAY_IMPORT = {
    "settings": set(),
    "wsgi": set(),
    "gunicorn": set(),
    "middleware": set(),
    "formats": set(),
    "i18n": set(),
    "checks": set(),
    "apps": {"history", "checks", "record", "admin"},
    "models": {"i18n"},
    "migrations": {"models", "record", "i18n"},
    "record": {"models", "i18n"},
    "history": DATA,
    "query": DATA | {"history", "exports"},
    "charts": DATA | {"query"},
    "exports": DATA | {"history", "query"},
    "releases": DATA | {"query", "exports"},
    "loading": DATA | {"exports"},
    "discovery": DATA,
    "templatetags": DATA,
    "views": DATA | {"history", "query", "charts", "exports", "releases", "discovery"},
    "api": DATA | {"history", "query", "exports", "views"},
    "urls": {"views", "api"},
    "admin": {"models", "record", "exports", "releases"},
    "management": {"models", "record", "exports", "loading", "releases"},
}
FREE = {"tests", "benchmarks", "__init__"}
# Django gives an app its models only when it is ready
MAY_IMPORT_LATE = {"apps"}


def part(path):
    """The row of the table that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(tree):
    """Pairs of an import statement of ours and the part it imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            targets = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            top, _, rest = target.partition(".")
            if top == "pledges":
                yield node, rest.partition(".")[0]


def faults(name, source):
    """What is wrong with the imports of a module, one line each."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"line {node.lineno}: relative import"
    for node, target in imports(tree):
        if target != name and target not in MAY_IMPORT[name]:
            yield f"line {node.lineno}: {name} must not import {target or 'the package itself'}"
        if node not in tree.body and name not in MAY_IMPORT_LATE:
            yield f"line {node.lineno}: import of {target} below the top of the file"


FILES_OF_OURS = sorted(path for path in ROOT.rglob("*.py") if part(path) not in FREE)


def test_every_module_is_in_the_table():
    missing = {part(path) for path in FILES_OF_OURS} - MAY_IMPORT.keys()
    assert missing == set(), "new modules: add them to MAY_IMPORT with what they may import"


@pytest.mark.parametrize("path", FILES_OF_OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_keep_to_the_table(path):
    if part(path) not in MAY_IMPORT:
        pytest.skip("not in the table: see test_every_module_is_in_the_table")
    assert list(faults(part(path), path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("models", "from pledges.i18n import localized", None),
        ("models", "from pledges.models.base import closed", None),
        ("models", "import django.db, json", None),
        ("models", "from pledges import filters", "must not import filters"),
        ("models", "from pledges.views.health import healthz", "must not import views"),
        ("models", "import pledges.views", "must not import views"),
        ("models", "from . import base", "relative"),
        ("views", "def view():\n    from pledges import filters", "below the top"),
        ("apps", "def ready():\n    from pledges import checks", None),
        ("apps", "def ready():\n    from pledges import views", "must not import views"),
        ("urls", "import pledges", "the package itself"),
    ],
)
def test_faults_are_found(name, source, expected):
    found = " ".join(faults(name, source))
    assert found == "" if expected is None else expected in found
