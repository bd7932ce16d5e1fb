"""The registers as they stand: landed register rows of the deliveries that are current."""

from pathlib import Path

import polars as pl

from pipelines.intake.places import Registers
from sources.catalogue import Catalogue
from sources.shapes import schema


def current_rows(folder: Path, shape: str) -> pl.DataFrame:
    """Landed rows of a register shape, only of the latest published delivery of each dataset."""
    paths = sorted((folder / shape).glob("*/D*.parquet"))
    if not paths:
        return pl.DataFrame(schema=schema(shape))
    frame = pl.concat([pl.read_parquet(path) for path in paths])
    order = pl.coalesce("published_at", "recorded_at")
    latest = (
        frame.select("source_id", "delivery_id", order.alias("said"), "recorded_at")
        .unique()
        .sort("said", "recorded_at", "delivery_id")
        .unique("source_id", keep="last", maintain_order=True)
    )
    return frame.join(latest.select("delivery_id"), on="delivery_id", how="semi")


def registers(folder: Path, catalogue: Catalogue) -> Registers:
    """The registers of a warehouse's landed folder, ready to be asked."""
    return Registers(
        current_rows(folder, "authorities"),
        current_rows(folder, "authority_changes"),
        current_rows(folder, "service_memberships"),
        catalogue,
    )
