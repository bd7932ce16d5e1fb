"""The landing gate reads what is new and keeps what it found before: the same results, whatever was kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from expectations import suites
from expectations.landing import kept

NEW = "landed/observations/made__figures/D7.parquet"
OLD = "landed/observations/made__figures/D1.parquet"


@pytest.fixture
def examined(landed: Path) -> Path:
    """The good warehouse, examined, with one more delivery that was not."""
    suites.landing(landed)
    shutil.copy(landed / OLD, landed / NEW)
    pl.read_parquet(landed / NEW, glob=False).with_columns(
        delivery_id=pl.lit("D7"), unit=pl.lit("furlongs")
    ).write_parquet(landed / NEW)
    return landed


def anew(warehouse: Path) -> list:
    shutil.rmtree(warehouse / kept.FOLDER, ignore_errors=True)
    return suites.landing(warehouse)


def test_what_is_kept_and_what_is_new_say_what_everything_says(examined: Path) -> None:
    assert suites.landing(examined) == anew(examined)
    (examined / NEW).unlink()
    assert suites.landing(examined) == anew(examined)


def test_only_new_files_are_read(examined: Path) -> None:
    """What was kept is believed: a delivery examined before is not examined again."""
    state = json.loads((examined / kept.FOLDER / "state.json").read_text(encoding="utf-8"))
    series = examined / kept.FOLDER / state["frames"]["series"]
    pl.read_parquet(series, glob=False).with_columns(rows_backwards=pl.lit(3, pl.Int64)).write_parquet(series)
    found = {result.check_id: result for result in suites.landing(examined)}
    assert found["period_days_in_order"].outcome == "fail"
    assert found["unit_as_declared"].failing_keys[0].startswith("D7")


@pytest.mark.parametrize("doubt", ["file", "frame", "state", "catalogue", "shared"])
def test_in_doubt_everything_is_read(examined: Path, doubt: str) -> None:
    if doubt == "file":
        pl.read_parquet(examined / OLD, glob=False).with_columns(value=pl.lit(-7.0)).write_parquet(examined / OLD)
    elif doubt == "frame":
        next((examined / kept.FOLDER).glob("series*")).write_bytes(b"PAR1")
    elif doubt == "state":
        (examined / kept.FOLDER / "state.json").write_text("{", encoding="utf-8")
    elif doubt == "catalogue":
        path = examined / "catalogue" / "indicators.parquet"
        pl.read_parquet(path, glob=False).with_columns(value_maximum=pl.lit(0.0)).write_parquet(path)
    else:
        frame = pl.read_parquet(examined / NEW, glob=False)
        frame.with_columns(delivery_id=pl.lit("D1")).write_parquet(examined / NEW)
    assert suites.landing(examined) == anew(examined)
