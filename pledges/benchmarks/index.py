"""`python -m pledges.benchmarks.index`: what the index in memory costs a worker, as JSON: seconds, and megabytes."""

import json
import resource
import time
from pathlib import Path

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from pledges.query.index.keeping import complete
from pledges.record import data_version


def resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


def main():
    version = data_version.current()
    before, started = resident(), time.perf_counter()
    index = complete(version)
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    found = {"pledges": len(index.public), "seconds": took, "kept": resident() - before, "peak": peak - before}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
