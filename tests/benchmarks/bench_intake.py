"""Intake against its floor: what reading the same files into memory costs, in the same run. Ratios, never seconds."""

import statistics
import time
from pathlib import Path

import polars as pl

from pipelines.deliveries import receive
from pipelines.landing_folder import landing_files
from pipelines.sample import write
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

RUNS = 3


def test_intake_of_the_sample_against_reading_it(tmp_path: Path) -> None:
    """The KPI files of the sample, some two million cells: recognised, judged, landed, against read as text."""
    landing = tmp_path / "landing"
    write(landing)
    registers = [path for path in landing_files(landing) if "register" in path.name]
    files = [path for path in landing_files(landing) if "_kpi_" in path.name]
    catalogue = load_catalogue()
    ratios = []
    for run in range(RUNS):
        floor = _seconds(lambda: [pl.read_csv(path, infer_schema=False) for path in files])
        workspace = Workspace(landing, tmp_path / f"warehouse-{run}")
        receive(registers, workspace, catalogue)
        outcomes = []
        took = _seconds(lambda w=workspace, o=outcomes: o.extend(receive(files, w, catalogue)))
        assert all(outcome.verdict != "refused" for outcome in outcomes)
        ratios.append(took / floor)
    cells = sum(outcome.cells_in for outcome in outcomes)
    print(f"\nintake / read, {len(files)} files, {cells:,} cells: median ratio {statistics.median(ratios):.0f}"
          f" (of {', '.join(f'{ratio:.0f}' for ratio in ratios)})")  # fmt: skip


def _seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
