"""What `make run` says where it cannot begin: what is really wrong, at once, with nothing removed."""

import os
import shutil
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings


@pytest.fixture
def clone(tmp_path):
    """A folder with a Makefile, and packages installed by this Python."""
    shutil.copy(settings.BASE_DIR / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "static").mkdir()
    (tmp_path / "requirements.txt").write_text(f"no-such-package==1 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    return tmp_path


def make(clone, *arguments, user=None, **environment):
    """What make says on stderr, and the seconds that it took."""
    began = time.monotonic()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PIP_"))}
    command = ["make", *arguments]
    done = subprocess.run(  # noqa: S603
        command, cwd=clone, env=clean | environment, capture_output=True, text=True, user=user
    )
    assert done.returncode
    return done.stderr, time.monotonic() - began


def test_a_port_in_use_is_said_before_anything_is_done(clone):
    with socket.create_server(("127.0.0.1", 0)) as other:
        said, seconds = make(clone, "run", f"PORT={other.getsockname()[1]}")
    assert "Address already in use. Another: make run PORT=8001" in said
    assert seconds < 3
    assert not (clone / "var").exists()


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", "8000"), ("127.0.0.1", "99999"), ("127.0.0.1", "http"), ("no.such.invalid", "80")]
)
def test_an_address_that_is_not_this_machines_is_named(clone, host, port):
    said, _seconds = make(clone, "run", f"HOST={host}", f"PORT={port}")
    assert f"The site cannot listen at {host}, port {port}: " in said
    assert "Traceback" not in said


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_removed(clone):
    for folder in (clone, *clone.parents[:2]):
        folder.chmod(0o555)
    try:
        said, _seconds = make(clone, "run", "PORT=0", user="nobody" if os.geteuid() == 0 else None)
    finally:
        for folder in (clone, *clone.parents[:2]):
            folder.chmod(0o755)
    assert f"{clone} cannot be written" in said
    assert "venv module" not in said
    assert (clone / ".venv" / "bin" / "python").exists()


def test_a_package_index_that_is_away_is_what_is_said(clone):
    said, seconds = make(clone, "setup", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert said.startswith("The package index cannot be reached")
    assert "No matching distribution" not in said
    assert seconds < 10
    assert (clone / ".venv" / "bin" / "python").exists()
