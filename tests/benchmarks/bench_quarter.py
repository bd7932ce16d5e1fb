"""One quarter more, and corrections of a year: brought up to date against everything new; both come to the same.

ROWS=1000000 make bench TESTS=tests/benchmarks/bench_quarter.py; BENCH_FOLDER says where (gigabytes), the temporary
folder when not given. The report, which is rendered whole in both, is left out of both.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.processes import keep, measured, python
from tests.benchmarks.results_page import machine

ROWS = [int(rows) for rows in os.environ.get("ROWS", "1000000").split(",")]


@pytest.mark.parametrize("rows", ROWS)
def test_one_quarter_more_against_everything_new(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds of both from the same forty quarters and their release; every public table comes out the same."""
    monkeypatch.setenv("BENCH_WITHOUT_REPORT", "1")
    base = Path(os.environ.get("BENCH_FOLDER", tmp_path)) / f"quarter-{rows}"
    updated, anew = base / "updated", base / "anew"
    shutil.rmtree(base, ignore_errors=True)
    python("tests.benchmarks.landed_country", updated, "--rows", rows)
    found: dict[str, Any] = {"rows": rows, "machine": machine(), "load_before": os.getloadavg()[0]}
    assert measured("tests.benchmarks.timed_build", updated)["code"] == 0
    for more in ("quarter", "corrections"):
        python("tests.benchmarks.landed_country", updated, "--rows", rows, "--add", more)
    shutil.copytree(updated, anew, symlinks=True, ignore=shutil.ignore_patterns("building"))
    for name, folder in (("updated", updated), ("anew", anew)):
        found[name] = measured("tests.benchmarks.timed_build", folder)
        assert found[name]["code"] == 0
    databases = (folder / "warehouse" / "current" / "dovetail.duckdb" for folder in (updated, anew))
    found["differing"] = json.loads(python("tests.benchmarks.floor", "same", *databases))
    found["load_after"] = os.getloadavg()[0]
    keep("quarter", found)
    if "BENCH_FOLDER" not in os.environ:
        shutil.rmtree(base)
    assert not set(found["differing"]) - {"check_results"}
