"""The guard against formulas: text that no spreadsheet runs, and back again without loss."""

import re
from typing import Any

# and their full-width twins, which spreadsheets of East Asia take for them. Not the line feed: after a comma and a
# quote it also ends a line whose last value ends in a comma, so that `csv.FORMULA` could not tell
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
GUARD = "'"
# apostrophes before count too: else a text that begins with '= could not be told from a guarded =
IN_DANGER = re.compile(f"{GUARD}*[{re.escape(''.join(RUNS_AS_FORMULA))}]")


def neutral(value: Any) -> Any:
    """Text that no spreadsheet runs as a formula: guarded by an apostrophe; other values as they are."""
    return GUARD + value if isinstance(value, str) and IN_DANGER.match(value) else value


def unguarded(cell: str) -> str:
    """The text that `neutral` made the cell from."""
    return cell[1:] if cell.startswith(GUARD) and IN_DANGER.match(cell) else cell
