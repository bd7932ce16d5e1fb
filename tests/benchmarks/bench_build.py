"""A whole build against the floor, in one run: ratios, memory, growth, one quarter more, start-up, the ten questions.

ROWS=1000000,10000000 make bench TESTS=tests/benchmarks/bench_build.py; BENCH_FOLDER says where (gigabytes), the
temporary folder when not given, and a run that was broken off goes on there; BENCH_WITHOUT_REPORT=1 makes the report
by a build of its own. What was measured is kept in docs/benchmarks.json by number of rows, and docs/benchmarks.md is
written from it.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.processes import ROOT, keep, measured, python, seconds
from tests.benchmarks.results_page import machine

ROWS = [int(rows) for rows in os.environ.get("ROWS", "1000000").split(",")]
STARTS = 3
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
    found = _run(rows, folder)
    steps, floor = found["build"]["steps"], found["floor"]["seconds"]
    ours = sum(step["seconds"] for name, step in steps.items() if name != "report")
    print(
        f"\n{rows:,} rows: build {ours:.1f} s without the report, floor {floor:.1f} s, ratio {ours / floor:.2f};"
        f" most memory {found['build']['peak_mb']:,.0f} and {found['floor']['peak_mb']:,.0f} MB;"
        f" one quarter more {found['quarter']['process_seconds']:.1f} s,"
        f" then corrections of a year {found['corrections']['process_seconds']:.1f} s;"
        f" tables that differ: {', '.join(found['differing']) or 'none'}"
    )
    if "BENCH_FOLDER" not in os.environ:
        shutil.rmtree(folder)
    assert not found["differing"]


def _run(rows: int, folder: Path) -> dict[str, Any]:
    """Each part in turn, kept beside after each; the page is written when all is found."""
    kept = folder / "found.json"
    if not kept.exists():
        shutil.rmtree(folder, ignore_errors=True)
        python("tests.benchmarks.landed_country", folder, "--rows", rows)
        kept.write_text(json.dumps({"rows": rows, "machine": machine(), "load_before": os.getloadavg()[0]}))
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    for name, part in _parts(rows, folder, found).items():
        if name not in found:
            found[name] = part()
            kept.write_text(json.dumps(found), encoding="utf-8")
    keep("build", found)
    return found


def _parts(rows: int, folder: Path, found: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """What is measured, by name, in the order in which one needs another."""
    warehouse, floor, recipe = folder / "warehouse", folder / "floor", folder / "recipe.json"
    databases = warehouse / "current" / "dovetail.duckdb", floor / "dovetail.duckdb"
    again = "build", "--landing", folder / "landing", "--warehouse", warehouse, "--no-spreadsheets"

    def build() -> dict[str, Any]:
        for made in ("building", "releases", "reports"):
            shutil.rmtree(warehouse / made, ignore_errors=True)
        (warehouse / "current").unlink(missing_ok=True)
        told = measured("tests.benchmarks.timed_build", folder)
        assert told["code"] == 0, "the build made no release"
        return told

    def run_floor() -> dict[str, Any]:
        shutil.rmtree(floor, ignore_errors=True)
        python("tests.benchmarks.floor", "recipe", warehouse, recipe)
        return measured("tests.benchmarks.floor", "run", warehouse, recipe, floor)

    def compare() -> Any:
        differing = json.loads(python("tests.benchmarks.floor", "same", *databases))
        shutil.rmtree(floor)  # fifty million rows leave little room for what comes next
        return differing

    def more(what: str) -> dict[str, Any]:
        if not (folder / f"added_{what}").exists():
            python("tests.benchmarks.landed_country", folder, "--rows", rows, "--add", what)
            (folder / f"added_{what}").touch()
        told = measured("tests.benchmarks.timed_build", folder)
        assert told["code"] == 0, f"the build made no release of one {what} more"
        return told | {"forty": found["build"]["process_seconds"] - found["build"]["steps"]["report"]["seconds"]}

    return {
        "build": build,
        "starts": lambda: {name: min(seconds(*command) for _ in range(STARTS)) for name, command in COMMANDS.items()},
        "floor": run_floor,
        "differing": compare,
        "load_after": lambda: os.getloadavg()[0],
        "quarter": lambda: more("quarter"),
        "corrections": lambda: more("corrections"),
        # They ask of the quarter that came last.
        "questions": lambda: json.loads(python("tests.benchmarks.questions", warehouse / "current")),
        # The report that was left out, and nothing else.
        "report": lambda: seconds("pipelines.cli", *again) if WITHOUT_REPORT else 0.0,
        "nothing_new": lambda: seconds("pipelines.cli", *again),
    }
