"""The commands a person is told to type exist, and can be planned on a machine that has built nothing yet."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.conftest import TOOLS

ROOT = Path(__file__).resolve().parents[3]
TARGETS = [
    "help", "setup", "system-deps", "lock", "demo", "test", "bench", "distributed", "fuzz", "soak", "audit", "licences",
    "lint", "clean",
]  # fmt: skip
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make as if from a shell: what an outer make passes down would change what it prints."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT, env={**inherited, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@needs_make
@pytest.mark.parametrize("target", TARGETS)
def test_each_target_can_be_planned(target: str) -> None:
    plan = make("--dry-run", target)
    assert plan.returncode == 0, plan.stderr


@needs_make
def test_plain_make_lists_every_target_with_its_words() -> None:
    listed = dict(re.findall(r"^  ([a-z-]+) +(\S.+)$", make().stdout, flags=re.MULTILINE))
    assert sorted(listed) == sorted(TARGETS)


@needs_make
def test_the_address_guard_passes_on_our_locks() -> None:
    guard = make("lint-addresses")
    assert guard.returncode == 0, guard.stdout + guard.stderr


@needs_make
def test_the_demo_loads_what_the_sample_wrote() -> None:
    plan = make("--dry-run", "demo").stdout
    assert "dovetail sample demo/landing" in plan
    assert "dovetail build --landing demo/landing --warehouse demo/warehouse" in plan


@needs_make
def test_missing_system_packages_are_named_and_do_not_fail() -> None:
    """With an empty PATH beyond the shell there is neither apt nor dpkg."""
    tools = ROOT / ".venv" / "bin"
    run = make("system-deps", "SYSTEM_PACKAGES=no-such-program", f"PATH={tools}:/nowhere", "SHELL=/bin/sh")
    assert run.returncode == 0, run.stderr
    assert "missing: no-such-program" in run.stdout


@needs_make
def test_a_wrong_python_is_refused_with_the_version_that_is_needed(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, copy / name)
    run = subprocess.run(
        ["make", "-C", str(copy), "setup", "PYTHON=/no/such/python"],
        capture_output=True, text=True, timeout=60, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))},
    )  # fmt: skip
    assert run.returncode != 0
    assert "needs Python 3.11" in run.stderr
    assert not (copy / ".venv").exists()


@needs_make
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(("pytest_code", "code"), [(0, 0), (1, 1), (2, 2), (5, 0)])
def test_the_build_machine_gets_pytests_code_and_its_last_line(tmp_path: Path, pytest_code: int, code: int) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    recipes = f"system-deps:\n\t@exit 3\ntest:\n\t@echo the summary; echo {pytest_code} > $(TEST_STATUS)\n"
    (tmp_path / "Makefile").write_text(recipes, encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run(
        ["bash", str(tmp_path / ".ci" / "run")], env=inherited, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == code
    assert run.stdout.splitlines()[-1] == "the summary"


def test_each_tool_that_may_be_missing_has_a_declared_marker() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    declared = {marker.split(":")[0] for marker in options["markers"]}
    assert set(TOOLS) <= declared
