"""What tests/conftest.py promises: plain skips for missing tools, a true count of facts with any workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MARKERS = "--override-ini=markers=browser: b\nlibreoffice: l\nnamespace: n"


def run_suite(folder: Path, tests: str, *arguments: str, **environment: str) -> str:
    """Run a small suite of its own under a copy of our conftest, and give back what it printed."""
    suite = folder / "checkout" / "tests"
    suite.mkdir(parents=True)
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    # Without its full path Chromium is found through PATH only, which a test can empty.
    (suite / "conftest.py").write_text(conftest.replace('"/usr/bin/chromium"', ""), encoding="utf-8")
    (suite / "test_some.py").write_text(tests, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", str(suite), "-rs", f"--rootdir={suite}", MARKERS, *arguments],
        env={**os.environ, **environment}, cwd=suite, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return run.stdout + run.stderr


def test_a_test_whose_tool_is_missing_is_skipped_in_plain_words(tmp_path: Path) -> None:
    tests = """
import pytest
@pytest.mark.browser
def test_page(): raise AssertionError("must not run")
@pytest.mark.libreoffice
def test_sheet(): raise AssertionError("must not run")
@pytest.mark.namespace
def test_hosts(): raise AssertionError("must not run")
"""
    printed = run_suite(tmp_path, tests, PATH=str(tmp_path))
    assert "must not run" not in printed
    said = [line for line in printed.splitlines() if line.startswith("system tools missing: ")]
    assert said == [
        "system tools missing: needs Chromium: make system-deps; tests skipped: 1",
        "system tools missing: needs LibreOffice: make system-deps SYSTEM_PACKAGES=libreoffice-calc; tests skipped: 1",
        "system tools missing: needs a network namespace: unshare -rn must be allowed; tests skipped: 1",
    ]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_facts_are_counted_over_all_workers(tmp_path: Path, workers: str) -> None:
    tests = """
import pytest
@pytest.mark.parametrize("row", range(5))
def test_fact(record_fact, row):
    record_fact("a.csv", "*", f"field {row % 4}")       # row 4 is fact 0 again
    assert row != 3                                      # wrong, and counted
def test_cannot(record_fact):
    record_fact("b.csv", "*", "rows", skipped="the file is a summary")
def test_gives_up(record_fact):
    record_fact("c.csv", "*", "rows")
    pytest.skip("half way")
def test_of_a_fact_tested_elsewhere(record_fact):
    record_fact("a.csv", "*", "field 1", skipped="seen already")
"""
    printed = run_suite(tmp_path, tests, "-n", workers)
    assert "EXPECTED facts: 4 tested, 2 skipped (shared/real is not beside the checkout)" in printed
    assert "skipped: b.csv, *, rows: the file is a summary" in printed
    assert "skipped: c.csv, *, rows: its test was skipped" in printed
    assert "1 failed, 6 passed, 1 skipped" in printed


def test_real_is_skipped_in_plain_words_when_it_is_not_there(tmp_path: Path) -> None:
    printed = run_suite(tmp_path, "def test_real(real): raise AssertionError\n")
    assert "shared/real is not beside the checkout" in printed
    assert "1 skipped" in printed


def test_real_is_the_folder_beside_the_checkout(tmp_path: Path) -> None:
    (tmp_path / "shared" / "real").mkdir(parents=True)
    (tmp_path / "shared" / "real" / "EXPECTED.csv").write_text("file,selector,field\na,*,x\nb,*,y\n", encoding="utf-8")
    printed = run_suite(tmp_path, "def test_real(real): assert real.name == 'real'\n")
    assert "1 passed" in printed
    assert "(EXPECTED.csv lists 2)" in printed
