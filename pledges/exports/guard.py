"""The guard against formulas: text that no spreadsheet runs, and back again without loss."""

import re

# apostrophes before count too: else a text that begins with '= could not be told from a guarded =
RUNS_AS_FORMULA = re.compile(r"'*[=+\-@\t\r]")
GUARD = "'"


def neutral(value):
    """Text that no spreadsheet runs as a formula: guarded by an apostrophe; other values as they are."""
    return GUARD + value if isinstance(value, str) and RUNS_AS_FORMULA.match(value) else value


def unguarded(cell):
    """The text that `neutral` made the cell from."""
    return cell[1:] if cell.startswith(GUARD) and RUNS_AS_FORMULA.match(cell) else cell
