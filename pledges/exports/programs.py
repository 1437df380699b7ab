"""Programs that load a file from its address: each with the one line that does so."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Program:
    """A program by its own name; `line` is a format with the `{name}` of what is loaded and its `{address}`.

    A query string holds no quotation mark, apostrophe or backslash: `urlencode` writes them as codes.
    """

    name: str
    where: str | Promise  # what the line is written in, or where it goes
    line: str
    loads: str = "csv"  # the format of the file; all but CSV are of pledges alone

    def loading(self, name: str, address: str) -> str:
        """The line that loads a file from its address under that name."""
        return self.line.format(name=name, address=address)


# an empty cell alone means "not stated": pandas and R would take "NA" for that, too, the code of Namibia
PROGRAMS = (
    Program(
        "pandas",
        _("Python"),
        'import pandas; {name} = pandas.read_csv("{address}", keep_default_na=False, na_values="")',
    ),
    Program(
        "polars",
        _("Python"),
        'import polars; {name} = polars.read_csv("{address}", infer_schema_length=None)',
    ),
    Program("DuckDB", _("SQL"), "CREATE TABLE {name} AS SELECT * FROM read_csv('{address}', sample_size = -1);"),
    Program("R", _("without a package"), '{name} <- read.csv("{address}", na.strings = "", encoding = "UTF-8")'),
    Program(
        "Excel",
        _("in Power Query, as the formula of a blank query"),
        '= Table.PromoteHeaders(Csv.Document(Web.Contents("{address}"), [Encoding = 65001]))',
    ),
    Program("Google Sheets", _("in a cell"), '=IMPORTDATA("{address}")'),
    Program("curl", _("in a terminal"), "curl --fail --output {name}.csv '{address}'"),
    Program(
        "SQLite",
        _("in a terminal, all tables"),
        "curl --fail --output {name}.sqlite '{address}' && sqlite3 {name}.sqlite",
        loads="sqlite",
    ),
)
