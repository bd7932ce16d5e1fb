"""The registers as they stand: landed register rows of the deliveries that are current."""

from pathlib import Path

import polars as pl

from pipelines.intake.places import Registers
from sources.catalogue import Catalogue
from sources.shapes import schema

# What a register row speaks for: a later delivery of the same dataset takes its place when it names the same.
# The warehouse says the same in dbt (is_of_latest_delivery).
SPEAKS_FOR = {
    "authorities": ["area_code"],
    "authority_changes": ["from_code"],
    "authority_parents": ["child_code", "valid_on"],
    "service_memberships": ["service_id"],
    "structure_assertions": ["service_id", "typology_id"],
    "decisions": ["decision_id"],
    "gap_evidence": ["evidence_id"],
    "contributions": ["contribution_id"],
}


def current_rows(folder: Path, shape: str) -> pl.DataFrame:
    """Landed rows of a register shape, each of the latest published delivery that speaks for the same."""
    paths = sorted((folder / shape).glob("*/D*.parquet"))
    if not paths:
        return pl.DataFrame(schema=schema(shape))
    # A file landed before its shape gained a column lacks it: nothing is known there.
    frame = pl.concat([pl.DataFrame(schema=schema(shape)), *map(pl.read_parquet, paths)], how="diagonal")
    speaks_for = ["source_id", *SPEAKS_FOR[shape]]
    said = pl.struct(pl.coalesce("published_at", "recorded_at"), "recorded_at", "delivery_id").rank("dense")
    return (
        frame.with_columns(said.alias("__said"))
        .filter(pl.col("__said") == pl.col("__said").max().over(speaks_for))
        .drop("__said")
    )


def registers(folder: Path, catalogue: Catalogue) -> Registers:
    """The registers of a warehouse's landed folder, ready to be asked."""
    return Registers(
        current_rows(folder, "authorities"),
        current_rows(folder, "authority_changes"),
        current_rows(folder, "service_memberships"),
        catalogue,
    )
