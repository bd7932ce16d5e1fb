"""What every test may use: system tools by marker, the real published files, the count of facts checked against them.

Fixtures of one area live in that area's own conftest, not here.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "real"
NO_REAL = "shared/real is not beside the checkout"
FACT = "expected_fact"

# For a run that does not come from the Makefile; our code sets them too.
for _name, _value in {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
}.items():
    os.environ.setdefault(_name, _value)

# The same examples at every run, and no time limit that a busy machine could break.
settings.register_profile("dovetail", derandomize=True, deadline=None, database=None)
settings.load_profile("dovetail")


# ------------------------------------------------------------------------------------------------------ system tools


class Tool(NamedTuple):
    """A program that pip cannot bring: how to see it, and what to say when it is missing."""

    is_there: Callable[[], bool]
    missing: str


def _finds(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _can_make_a_namespace() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


def _has_engines() -> bool:
    return (ROOT / ".venv-distributed" / "bin" / "sail").is_file()


def _can_mount() -> bool:
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False)
        subprocess.run(["umount", folder], capture_output=True, check=False)
    return mounted.returncode == 0


# One entry per marker of pyproject.toml that stands for a tool.
TOOLS = {
    "browser": Tool(_finds("chromium", "/usr/bin/chromium"), "needs Chromium: make system-deps"),
    "libreoffice": Tool(
        _finds("soffice", "libreoffice"), "needs LibreOffice: make system-deps SYSTEM_PACKAGES=libreoffice-calc"
    ),
    "engines": Tool(_has_engines, "needs the engines' environment: make distributed makes .venv-distributed"),
    "spark": Tool(_finds("java"), "needs Java 17: make system-deps SYSTEM_PACKAGES=openjdk-17-jre-headless"),
    "mounts": Tool(_can_mount, "needs to mount a small file system, which only root may"),
    "namespace": Tool(_can_make_a_namespace, "needs a network namespace: unshare -rn must be allowed"),
}


@cache
def tool_is_there(marker: str) -> bool:
    """Whether the tool behind this marker can be used; looked up once in a process."""
    return TOOLS[marker].is_there()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip a test whose tool is missing, in plain words, before any of its fixtures runs."""
    for item in items:
        for marker, tool in TOOLS.items():
            if item.get_closest_marker(marker) and not tool_is_there(marker):
                item.add_marker(pytest.mark.skip(reason=tool.missing))


# -------------------------------------------------------------------------------------------------- published files


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real published files beside the checkout."""
    if not REAL.is_dir():
        pytest.skip(NO_REAL)
    return REAL


@pytest.fixture
def record_fact(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Count a row of EXPECTED.csv as tested: `record_fact(file, selector, field)`.

    Call it before the comparison, so that a fact that turns out wrong is counted too (the test fails all the same).
    A fact that cannot be compared is recorded with `skipped="why"`: it shows in the summary, never silently.
    """

    def record(file: str, selector: str, field: str, *, skipped: str | None = None) -> None:
        request.node.user_properties.append((FACT, [file, selector, field, skipped]))

    return record


def count_facts(reports: Iterable[pytest.TestReport]) -> tuple[set[tuple[str, ...]], dict[tuple[str, ...], str]]:
    """The facts that were tested, and those that were not, with why. A fact tested once is tested.

    Works on reports, not on a counter, so that it holds in any number of worker processes.
    """
    tested: set[tuple[str, ...]] = set()
    skipped: dict[tuple[str, ...], str] = {}
    for report in reports:
        if report.when != "call":
            continue
        for name, value in report.user_properties:
            if name != FACT:
                continue
            *fact, reason = value
            if reason is None and report.outcome == "skipped":
                reason = "its test was skipped"
            if reason is None:
                tested.add(tuple(fact))
            else:
                skipped[tuple(fact)] = reason
    return tested, {fact: reason for fact, reason in skipped.items() if fact not in tested}


def _facts_listed() -> int | None:
    if not (REAL / "EXPECTED.csv").is_file():
        return None
    with (REAL / "EXPECTED.csv").open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.DictReader(lines))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tools were missing and how many published facts were checked, whatever else was printed."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for tool in TOOLS.values():
        if skipped_tests := sum(tool.missing in reason for reason in reasons):
            terminalreporter.write_line(f"system tools missing: {tool.missing}; tests skipped: {skipped_tests}")

    reports = (
        report
        for outcome in ("passed", "failed", "skipped", "xfailed", "xpassed")
        for report in terminalreporter.stats.get(outcome, [])
    )
    tested, skipped = count_facts(reports)
    listed = _facts_listed()
    source = NO_REAL if listed is None else f"EXPECTED.csv lists {listed}"
    terminalreporter.write_line(f"EXPECTED facts: {len(tested)} tested, {len(skipped)} skipped ({source})")
    for fact, reason in sorted(skipped.items()):
        terminalreporter.write_line(f"  skipped: {', '.join(fact)}: {reason}")
