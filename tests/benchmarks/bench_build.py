"""A whole build against the floor, in one run: ratios, memory, growth, start-up, the ten questions, the gates.

ROWS=1000000,10000000 make bench TESTS=tests/benchmarks/bench_build.py; BENCH_FOLDER says where (gigabytes), the
temporary folder when not given; BENCH_WITHOUT_REPORT=1 leaves the report out (it is told apart in any case). What was
measured is kept in docs/benchmarks.json by number of rows, and docs/benchmarks.md is written from it.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.results_page import machine, write_page

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "benchmarks.json"
ROWS = [int(rows) for rows in os.environ.get("ROWS", "1000000").split(",")]
STARTS = 3


@pytest.mark.parametrize("rows", ROWS)
def test_a_build_against_the_floor(rows: int, tmp_path: Path) -> None:
    """Seconds and memory of both on the same landed Parquet, whose tables come out the same."""
    folder = Path(os.environ.get("BENCH_FOLDER", tmp_path)) / f"rows-{rows}"
    if not (folder / "landing").exists():
        _python("tests.benchmarks.landed_country", folder, "--rows", rows)
    for made in ("building", "releases", "reports"):
        shutil.rmtree(folder / "warehouse" / made, ignore_errors=True)
    (folder / "warehouse" / "current").unlink(missing_ok=True)
    shutil.rmtree(folder / "floor", ignore_errors=True)
    found: dict[str, Any] = {"rows": rows, "machine": machine(), "load_before": os.getloadavg()[0]}
    found["build"] = _measured("tests.benchmarks.timed_build", folder)
    assert found["build"]["code"] == 0, "the build made no release"
    (folder / "build.json").write_text(json.dumps(found), encoding="utf-8")
    warehouse = folder / "warehouse"
    _python("tests.benchmarks.floor", "recipe", warehouse, folder / "recipe.json")
    found["floor"] = _measured("tests.benchmarks.floor", "run", warehouse, folder / "recipe.json", folder / "floor")
    databases = warehouse / "current" / "dovetail.duckdb", folder / "floor" / "dovetail.duckdb"
    found["differing"] = json.loads(_python("tests.benchmarks.floor", "same", *databases))
    found["questions"] = json.loads(_python("tests.benchmarks.questions", warehouse / "current"))
    found["nothing_new"] = _seconds(
        "pipelines.cli", "build", "--landing", folder / "landing", "--warehouse", warehouse, "--no-spreadsheets"
    )
    found["help"] = min(_seconds("pipelines.cli", "--help") for _ in range(STARTS))
    found["load_after"] = os.getloadavg()[0]
    _keep(found)
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


def _keep(found: dict[str, Any]) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept[str(found["rows"])] = found
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    write_page(kept, ROOT / "docs" / "benchmarks.md")


def _python(module: str, *arguments: object) -> str:
    """Run a module in a process of its own; returns the last line that it printed."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _measured(module: str, *arguments: object) -> dict[str, Any]:
    """What the process tells of itself, and how long it took from the outside."""
    start = time.perf_counter()
    told: dict[str, Any] = json.loads(_python(module, *arguments))
    return told | {"process_seconds": time.perf_counter() - start}


def _seconds(module: str, *arguments: object) -> float:
    start = time.perf_counter()
    _python(module, *arguments)
    return time.perf_counter() - start
