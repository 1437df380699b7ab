"""Every module of tests says by the tables of `databases` whether PostgreSQL is asked too."""

from pathlib import Path

import pytest

from pledges.tests.databases import BOTH, SQLITE_ALONE, stands_in

TESTS = Path(__file__).resolve().parents[1]
MODULES = [str(path.relative_to(TESTS)) for path in sorted(TESTS.rglob("test_*.py"))]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_stands_in_one_of_the_tables(module):
    rows = stands_in(BOTH, module) | stands_in(SQLITE_ALONE, module)
    assert len(rows) == 1, "say in pledges/tests/databases.py whether PostgreSQL is asked too"


def test_the_tables_name_nothing_that_is_gone():
    assert [row for row in BOTH | SQLITE_ALONE if not (TESTS / row).exists()] == []
