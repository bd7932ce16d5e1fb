"""What came for each area and period of a dataset: the delivery that came first, the one that stands, what changed.

What belongs here: reading landed rows for who returned what. What does not: what should have come (expected.py).
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

PUBLISHER = "publisher"
RETURN = ["area_type", "area_code", "period_start", "period_end", "period_type"]
_NUMBERS = [
    "areas",
    "indicator_id",
    "definition_version",
    "breakdown_id",
    "numerator",
    "denominator",
    "value",
    "value_marker",
]
_SAID = ["said_at", "recorded_at", "delivery_id"]


@dataclass(frozen=True)
class Arrival:
    """What came for one area and period. `came` is when the publisher said it first, else when it was learnt (UTC)."""

    area_code: str
    period_start: date
    period_end: date
    period_type: str
    period_label: str
    came: datetime
    delivery_id: str
    latest_delivery_id: str
    is_corrected: bool


def arrivals(folder: Path, source_id: str, area_type: str, deliveries: pl.DataFrame) -> list[Arrival]:
    """One entry for each area of this type and period that a dataset has landed rows of.

    Deliveries follow each other in the order they were published in, as the warehouse takes them; a return is corrected
    when a number, or a marker, of one differs from the one before it.

    Args:
        folder: The landed folder.
        source_id: The dataset.
        area_type: Areas of another type are passed over; for `publisher` all areas together are one return.
        deliveries: The ledger; landed rows of a delivery it does not know do not count.
    """
    paths = sorted((folder / "observations" / source_id).glob("D*.parquet"))
    if not paths:
        return []
    said = deliveries.select(
        "delivery_id", "recorded_at", pl.coalesce("published_at", "recorded_at").alias("said_at")
    ).lazy()
    landed = pl.scan_parquet(paths)
    if area_type == PUBLISHER:
        all_areas = pl.struct("area_type", "area_code").alias("areas")
        landed = landed.with_columns(all_areas).with_columns(pl.lit(PUBLISHER).alias(c) for c in RETURN[:2])
    else:
        landed = landed.filter(pl.col("area_type") == area_type).with_columns(pl.lit(None).alias("areas"))
    brought = (
        landed.group_by(*RETURN, "delivery_id").agg(pl.col("period_label").min()).join(said, on="delivery_id")
    ).collect(engine="streaming")
    several = brought.filter(pl.len().over(RETURN) > 1)["delivery_id"].unique().to_list()
    digests = (
        landed.filter(pl.col("delivery_id").is_in(several))
        .group_by(*RETURN, "delivery_id")
        # A sum, because rows lie in any order; cut to 32 bits, so that no sum of a return's rows runs over.
        .agg((pl.struct(_NUMBERS).hash() % 2**32).sum().alias("digest"))
        .collect(engine="streaming")
    )
    chains = (
        brought.join(digests, on=[*RETURN, "delivery_id"], how="left", nulls_equal=True)
        .sort(*RETURN, *_SAID)
        .group_by(RETURN, maintain_order=True)
        .agg(
            pl.col("period_label").first(),
            pl.col("said_at").first().alias("came"),
            pl.col("delivery_id").first(),
            pl.col("delivery_id").last().alias("latest_delivery_id"),
            (pl.col("digest").n_unique() > 1).alias("is_corrected"),
        )
        .drop("area_type")
    )
    return [Arrival(**row) for row in chains.iter_rows(named=True)]
