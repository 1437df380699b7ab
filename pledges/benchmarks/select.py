"""`python -m pledges.benchmarks.select`: the SQL of the whole export, as other programs are given it."""

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from pledges.benchmarks.peers import plain_select

if __name__ == "__main__":
    print(plain_select())
