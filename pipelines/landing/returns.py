"""Where returns stand on a day, dataset by dataset: which are overdue, and who is behind.

What belongs here: rows for a check or a notification. What does not: how a status comes about (expected.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.landing.chasing import to_chase
from pipelines.landing.expected import expected_deliveries
from pipelines.landing.registers import registers
from pipelines.ledger.store import Ledger
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

CAME = ("received", "corrected", "late")


@dataclass(frozen=True)
class Returns:
    """Rows of expected_deliveries of one dataset, and how many there are in all.

    `overdue` are missing or refused past their last day; `behind` is one row for each area whose newest return is of an
    earlier period than the newest that is past its last day, the period it last returned, or its first expected one.
    """

    expected: int
    overdue: list[dict[str, Any]]
    behind: list[dict[str, Any]]


def returns_of(workspace: Workspace, catalogue: Catalogue, source_ids: Sequence[str], on: date) -> dict[str, Returns]:
    """Where the returns of each dataset stand on a day."""
    deliveries = Ledger(workspace.ledger).deliveries()
    known = registers(workspace.landed, catalogue)
    expected = expected_deliveries(workspace.landed, deliveries, catalogue, known, on)
    return {
        source_id: Returns(of_it.height, to_chase(of_it).to_dicts(), behind(of_it, on).to_dicts())
        for source_id in source_ids
        for of_it in [expected.filter(pl.col("source_id") == source_id)]
    }


def behind(expected: pl.DataFrame, on: date) -> pl.DataFrame:
    """The areas of one dataset whose newest return is older than the newest period past its last day.

    An area that is not expected in that period (it has ended, or begins later) is not behind.
    """
    closed = expected.filter(pl.col("late_after") < on)
    if closed.is_empty():
        return expected.clear()
    newest = closed["period_end"].max()
    asked = closed.filter(pl.col("period_end") == newest)["area_code"].unique().to_list()
    came = expected.filter(pl.col("status").is_in(CAME)).group_by("area_code").agg(pl.col("period_end").max())
    is_up_to_date = came.filter(pl.col("period_end") >= newest)["area_code"].to_list()
    late = expected.filter(pl.col("area_code").is_in(asked) & ~pl.col("area_code").is_in(is_up_to_date))
    last = pl.col("period_end").filter(pl.col("status").is_in(CAME)).max()
    stands_at = pl.coalesce(last, pl.col("period_end").min()).over("area_code")
    return late.filter(pl.col("period_end") == stands_at).sort("area_code")
