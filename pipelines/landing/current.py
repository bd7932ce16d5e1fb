"""The observations of a dataset as they stand in the landed folder, for comparing a new delivery with the last."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

KEY = [
    "indicator_id", "definition_version", "area_type", "area_code", "period_start", "period_end", "period_type",
    "breakdown_id",
]  # fmt: skip


def current_observations(folder: Path, source_id: str) -> pl.LazyFrame | None:
    """The latest published row of every key that any delivery of the dataset brought; None when there is none.

    What was withdrawn since is still told here: the warehouse (int_observation_versions) decides what is current.
    """
    paths = sorted((folder / "observations" / source_id).glob("D*.parquet"))
    if not paths:
        return None
    rows = pl.scan_parquet(paths)
    if len(paths) == 1:
        return rows
    said = pl.struct(pl.coalesce("published_at", "recorded_at"), "recorded_at", "delivery_id")
    return rows.sort(said).unique(KEY, keep="last", maintain_order=True)


def rows_of(folder: Path, source_id: str, delivery_id: str) -> int:
    """How many rows of any shape a delivery of a dataset landed."""
    files = list(folder.glob(f"*/{source_id}/{delivery_id}.parquet"))
    return pl.scan_parquet(files[0]).select(pl.len()).collect().item() if files else 0


def rows_by_period(folder: Path, source_id: str, delivery_id: str) -> dict[date, int]:
    """How many observations a delivery of a dataset landed, by the last day of their period."""
    path = folder / "observations" / source_id / f"{delivery_id}.parquet"
    if not path.exists():
        return {}
    counted = pl.scan_parquet(path).group_by("period_end").len().sort("period_end").collect(engine="streaming")
    return dict(counted.iter_rows())


def standing_rows(folder: Path, source_id: str, delivery_ids: Sequence[str]) -> pl.LazyFrame | None:
    """What deliveries of the same bytes say, each period as the last of them that speaks of it says it.

    Args:
        folder: The landed folder.
        source_id: The dataset.
        delivery_ids: Deliveries of one file, in the order they were recorded in.
    """
    paths = [folder / "observations" / source_id / f"{delivery_id}.parquet" for delivery_id in delivery_ids]
    there = [path for path in paths if path.exists()]
    if not there:
        return None
    rows = pl.scan_parquet(there)
    return rows.filter(pl.col("delivery_id") == pl.col("delivery_id").max().over("period_start", "period_end"))
