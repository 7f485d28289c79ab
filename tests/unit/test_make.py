"""What make does on a fresh machine, and what it does not do a second time; nothing is installed here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FILES = ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock")

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None and "CI" not in os.environ, reason="no make here"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that was never made."""
    for name in FILES:
        shutil.copy(HOUSE / name, tmp_path / name)
    return tmp_path


def make(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it there, with none of the settings of the make that runs these tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTEST_"))}
    return subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )


def python(clone: Path, script: str) -> str:
    """An interpreter of that behaviour; its path."""
    path = clone / "a-python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def made(clone: Path, *stamps: str) -> None:
    """As after a first run, up to these stamps."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    for stamp in stamps:
        (clone / ".venv" / stamp).touch()


@pytest.mark.parametrize("target", ["sandbox", "test", "venv"])
def test_without_a_python_there_is_one_clear_line_and_nothing_is_left(clone: Path, target: str) -> None:
    done = make(clone, target, "PYTHON=python-of-nowhere")

    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert done.returncode != 0
    assert said == [
        "purpose-bot needs Python 3.11 or newer, and none is here. Install one, then run make again."
    ]
    assert not (clone / ".venv").exists()


def test_a_python_that_is_too_old_counts_as_none(clone: Path) -> None:
    old = python(clone, "exit 1  # it says that it is older than 3.11")

    done = make(clone, "venv", f"PYTHON={old}")

    assert "needs Python 3.11 or newer" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_says_which_package_brings_it(clone: Path) -> None:
    bare = python(clone, f'case "$*" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac')

    done = make(clone, "sandbox", f"PYTHON={bare}")

    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert done.returncode != 0
    assert len(said) == 1
    assert "has no venv module" in said[0]
    assert "apt install python3-venv" in said[0]


def test_a_second_sandbox_installs_nothing(clone: Path) -> None:
    made(clone, ".packages", ".project")

    planned = make(clone, "--dry-run", "sandbox").stdout.splitlines()

    assert planned == [".venv/bin/purpose-bot sandbox "]


def test_a_second_run_of_the_tests_installs_nothing(clone: Path) -> None:
    made(clone, ".packages", ".project", ".tools")

    planned = make(clone, "--dry-run", "test").stdout

    assert "pytest" in planned
    assert "pip" not in planned
    assert "venv " not in planned


def test_another_lock_is_installed_again(clone: Path) -> None:
    made(clone, ".packages", ".project", ".tools")
    later = (clone / ".venv" / ".tools").stat().st_mtime + 10
    os.utime(clone / "requirements.lock", (later, later))

    planned = make(clone, "--dry-run", "sandbox").stdout

    assert "--require-hashes -r requirements.lock" in planned


def test_everything_that_make_installs_is_checked_by_its_hash_or_is_this_project(clone: Path) -> None:
    planned = make(clone, "--dry-run", "test").stdout

    installs = [line for line in planned.splitlines() if "pip --disable-pip-version-check" in line]
    assert len(installs) == 3
    for line in installs:
        assert "--no-deps" in line
        assert ("--require-hashes" in line) is not ("--no-build-isolation -e ." in line)
