"""The observations of a dataset as they stand in the landed folder, for comparing a new delivery with the last."""

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
