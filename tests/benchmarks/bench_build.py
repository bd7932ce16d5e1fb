"""A whole build against the floor, in one run: ratios, memory, growth, start-up, the ten questions, the gates.

ROWS=1000000,10000000 make bench TESTS=tests/benchmarks/bench_build.py; BENCH_FOLDER says where (gigabytes), the
temporary folder when not given; BENCH_WITHOUT_REPORT=1 makes the report by a build of its own. What was measured is
kept in docs/benchmarks.json by number of rows, and docs/benchmarks.md is written from it.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.processes import ROOT, keep, measured, python, seconds
from tests.benchmarks.results_page import machine

ROWS = [int(rows) for rows in os.environ.get("ROWS", "1000000").split(",")]
STARTS = 3
KEPT, RECIPE = "build.json", "recipe.json"
WITHOUT_REPORT = bool(os.environ.get("BENCH_WITHOUT_REPORT"))
SMALL_FILE = ROOT / "tests" / "fixtures" / "good" / "intake" / "FICTIONAL_participation.csv"
COMMANDS: dict[str, tuple[object, ...]] = {
    "dovetail --help": ("pipelines.cli", "--help"),
    "dovetail check, a small file": ("pipelines.cli", "check", SMALL_FILE),
    "import of the Dagster definitions": ("pipelines.definitions",),
}


@pytest.mark.parametrize("rows", ROWS)
def test_a_build_against_the_floor(rows: int, tmp_path: Path) -> None:
    """Seconds and memory of both on the same landed Parquet, whose tables come out the same."""
    folder = Path(os.environ.get("BENCH_FOLDER", tmp_path)) / f"rows-{rows}"
    kept = folder / KEPT
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else _built(rows, folder)
    warehouse = folder / "warehouse"
    # Fifty million rows leave no room for a second release beside what is no longer needed of the first.
    shutil.rmtree(warehouse / "building", ignore_errors=True)
    shutil.rmtree(folder / "floor", ignore_errors=True)
    _remove_data(warehouse / "current")
    found["floor"] = measured("tests.benchmarks.floor", "run", warehouse, folder / RECIPE, folder / "floor")
    databases = warehouse / "current" / "dovetail.duckdb", folder / "floor" / "dovetail.duckdb"
    found["differing"] = json.loads(python("tests.benchmarks.floor", "same", *databases))
    found["load_after"] = os.getloadavg()[0]
    keep("build", found)
    kept.unlink()
    steps = found["build"]["steps"]
    ours = sum(step["seconds"] for name, step in steps.items() if name != "report")
    print(
        f"\n{rows:,} rows: build {ours:.1f} s without the report ({steps['report']['seconds']:.1f} s), floor"
        f" {found['floor']['seconds']:.1f} s, ratio {ours / found['floor']['seconds']:.2f};"
        f" most memory {found['build']['peak_mb']:,.0f} and {found['floor']['peak_mb']:,.0f} MB;"
        f" tables that differ: {', '.join(found['differing']) or 'none'}"
    )
    if "BENCH_FOLDER" not in os.environ:
        shutil.rmtree(folder)
    assert not found["differing"]


def _built(rows: int, folder: Path) -> dict[str, Any]:
    """Everything but the floor; kept beside, so that a run that is broken off goes on with the floor."""
    warehouse = folder / "warehouse"
    if not (folder / "landing").exists():
        python("tests.benchmarks.landed_country", folder, "--rows", rows)
    for made in ("building", "releases", "reports"):
        shutil.rmtree(warehouse / made, ignore_errors=True)
    (warehouse / "current").unlink(missing_ok=True)
    found: dict[str, Any] = {"rows": rows, "machine": machine(), "load_before": os.getloadavg()[0]}
    found["build"] = measured("tests.benchmarks.timed_build", folder)
    assert found["build"]["code"] == 0, "the build made no release"
    python("tests.benchmarks.floor", "recipe", warehouse, folder / RECIPE)
    found["questions"] = json.loads(python("tests.benchmarks.questions", warehouse / "current"))
    found["starts"] = {name: min(seconds(*command) for _ in range(STARTS)) for name, command in COMMANDS.items()}
    (folder / KEPT).write_text(json.dumps(found), encoding="utf-8")
    again = "build", "--landing", folder / "landing", "--warehouse", warehouse, "--no-spreadsheets"
    if WITHOUT_REPORT:
        found["report"] = seconds("pipelines.cli", *again)  # which was left out, and nothing else
    found["nothing_new"] = seconds("pipelines.cli", *again)
    (folder / KEPT).write_text(json.dumps(found), encoding="utf-8")
    return found


def _remove_data(release: Path) -> None:
    """All but the database."""
    folder = release.resolve()
    for made in (folder, *folder.glob("data"), *folder.glob("data/*"), *folder.glob("open-data/**/")):
        made.chmod(0o700)
    for made in ("data", "open-data"):
        shutil.rmtree(folder / made, ignore_errors=True)
