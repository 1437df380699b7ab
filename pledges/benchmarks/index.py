"""`python -m pledges.benchmarks.index`: what the index in memory costs a worker, as JSON: seconds, and megabytes."""

import json
import resource
import time
from pathlib import Path

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from django.db import connection

from pledges.models import Commitment


def make():
    """Makes the index of all public pledges, and hands it back."""
    # pledges.query.index.make() will stand here
    return None


def resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


def main():
    Commitment.objects.exists()  # connects
    before, started = resident(), time.perf_counter()
    made = make()
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"seconds": took, "kept": resident() - before, "peak": peak - before, "made": made is not None}))
    connection.close()


if __name__ == "__main__":
    main()
