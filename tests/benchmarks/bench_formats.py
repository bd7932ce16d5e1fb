"""Intake of each format at growing sizes, beside pandas doing the same in the same run: rows a second and peak memory.

Each intake runs alone in a process of its own, Dovetail and pandas in turn, and their verdicts must be the same row by
row. `ROWS=1000000` picks sizes; ten million rows of CSV and Parquet need about 3 GB of disk and, for pandas, 16 GB.
A sheet of a workbook ends at 1,048,576 rows, so ten million do not exist there; an ODS of a million rows is left out
because writing it takes longer than all the rest.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import made_files

SIZES = {
    "csv": (10_000, 1_000_000, 10_000_000),
    "parquet": (10_000, 1_000_000, 10_000_000),
    "xlsx": (10_000, 1_000_000),
    "ods": (10_000, 100_000),
}
BESIDE = {"csv": ("pandas",), "parquet": ("pandas",), "xlsx": ("pandas", "pandas-calamine"),
          "ods": ("pandas", "pandas-calamine")}  # fmt: skip
"""Who does the same: pandas by itself, and for workbooks also with the fastest engine that it can be told to use."""
RUNS = 3
ONCE_FROM = {"csv": 5_000_000, "parquet": 5_000_000, "xlsx": 500_000, "ods": 100_000}
"""Rows from which one run each must do."""
NAME = "figures_2025-02-04"
"""The day tells which unit the layout's vintage has."""


@pytest.mark.parametrize("suffix", SIZES)
def test_intake_beside_pandas(suffix: str, tmp_path: Path) -> None:
    """Rows a second and peak memory of each, at the median of the runs, and how many times as fast as each."""
    asked = [int(size) for size in os.environ.get("ROWS", "").split(",") if size]
    for size in (rows for rows in SIZES[suffix] if not asked or rows in asked):
        folder = tmp_path / str(size)
        folder.mkdir()
        frame = made_files.figures(size)
        rows = frame.height
        made_files.register(size).write_csv(folder / "register.csv")
        made_files.write(frame, folder / f"{NAME}.{suffix}")
        del frame
        tools = ("dovetail", *BESIDE[suffix])
        runs = [
            {tool: _measured(tool, folder, f"{NAME}.{suffix}") for tool in tools}
            for _ in range(1 if size >= ONCE_FROM[suffix] else RUNS)
        ]
        for run in runs:
            for tool in tools[1:]:
                assert run["dovetail"]["verdict"] == run[tool]["verdict"]
        own, peak = _middle([run["dovetail"] for run in runs])
        print(f"\n{suffix} {rows:>10,} rows | dovetail {rows / own:>9,.0f} rows/s, {peak:>6,.0f} MB", end="")
        for tool in tools[1:]:
            seconds, peak = _middle([run[tool] for run in runs])
            print(f" | {tool} {rows / seconds:>9,.0f} rows/s, {peak:>6,.0f} MB: {seconds / own:.1f} times", end="")
    print()


def _measured(tool: str, folder: Path, name: str) -> dict:
    command = [sys.executable, "-m", "tests.benchmarks.measure", tool, str(folder), name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def _middle(runs: list[dict]) -> tuple[float, float]:
    """Median seconds, and the peak memory of that run."""
    run = sorted(runs, key=lambda one: one["seconds"])[len(runs) // 2]
    return run["seconds"], run["peak_mb"]
