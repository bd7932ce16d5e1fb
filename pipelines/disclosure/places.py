"""Which areas add up to which, and which periods to which: the sums over places and over time."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl

from pipelines.landing.registers import current_rows


@dataclass(frozen=True)
class Geography:
    """Areas within areas: whole_type, whole_code, part_type, part_code, valid_from, valid_to (null: no end known)."""

    within: pl.DataFrame


WITHIN = {
    "whole_type": pl.String, "whole_code": pl.String, "part_type": pl.String, "part_code": pl.String,
    "valid_from": pl.Date, "valid_to": pl.Date,
}  # fmt: skip


def geography(landed: Path) -> Geography:
    """Members of services, authorities of regions, districts of authorities, as the registers state them.

    Every statement counts, also one that another contradicts: a sum that holds is a sum that can be used.
    """
    members = current_rows(landed, "service_memberships").select(
        pl.lit("youth_justice_service").alias("whole_type"), pl.col("service_id").alias("whole_code"),
        pl.lit("authority").alias("part_type"), pl.col("area_code").alias("part_code"), "valid_from", "valid_to",
    )  # fmt: skip
    areas = current_rows(landed, "authorities")
    regions = areas.filter(pl.col("region_code").is_not_null()).select(
        pl.lit("region").alias("whole_type"), pl.col("region_code").alias("whole_code"),
        pl.col("area_type").alias("part_type"), pl.col("area_code").alias("part_code"), "valid_from", "valid_to",
    )  # fmt: skip
    countries = (
        areas.filter(pl.col("area_type") == "country")
        .select(pl.col("area_code").alias("whole_code"), pl.coalesce("nation", "area_name").alias("nation"))
        .join(areas.filter(pl.col("area_type") != "country"), on="nation")
        .select(
            pl.lit("country").alias("whole_type"), "whole_code", pl.col("area_type").alias("part_type"),
            pl.col("area_code").alias("part_code"), "valid_from", "valid_to",
        )
    )  # fmt: skip
    services = (
        areas.filter(pl.col("area_type") == "country")
        .select(pl.col("area_code").alias("whole_code"), pl.coalesce("nation", "area_name").alias("nation"))
        .join(current_rows(landed, "service_memberships"), on="nation")
        .select(
            pl.lit("country").alias("whole_type"), "whole_code", pl.lit("youth_justice_service").alias("part_type"),
            pl.col("service_id").alias("part_code"), "valid_from", "valid_to",
        )
    )  # fmt: skip
    parents = current_rows(landed, "authority_parents").filter(pl.col("child_code") != pl.col("parent_code"))
    districts = parents.select(
        pl.lit("authority").alias("whole_type"), pl.col("parent_code").alias("whole_code"),
        pl.lit("district").alias("part_type"), pl.col("child_code").alias("part_code"),
        pl.lit(None, pl.Date).alias("valid_from"), pl.lit(None, pl.Date).alias("valid_to"),
    )  # fmt: skip
    frames = (members, regions, countries, services, districts)
    return Geography(pl.concat(frame.cast(pl.Schema(WITHIN)) for frame in frames).unique().sort(pl.all()))


def sums_over_places(places: pl.DataFrame, within: pl.DataFrame) -> pl.DataFrame:
    """Places that are parts of places in one period: whole, part (numbers of places), kind (the parts' area type)."""
    wholes = places.join(within, left_on=["area_type", "area_code"], right_on=["whole_type", "whole_code"])
    in_force = wholes.filter(
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("period_end")),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("period_end")),
    )
    return (
        in_force.join(
            places.rename({"place": "part"}),
            left_on=["part_type", "part_code", "period_start", "period_end"],
            right_on=["area_type", "area_code", "period_start", "period_end"],
        )
        .select(pl.col("place").alias("whole"), "part", kind="part_type")
        .unique()
        .sort("whole", "kind", "part")
    )


def sums_over_time(places: pl.DataFrame) -> pl.DataFrame:
    """Shorter periods that lie end to end and fill a longer one, of one area: whole, part, kind (the parts' type)."""
    spans = places.select("period_type", "period_start", "period_end").unique().sort(pl.all()).rows()
    rows = []
    for long_type, first, last in spans:
        for kind in sorted({str(t) for t, s, e in spans if first <= s and e <= last and (e - s) < (last - first)}):
            inside = sorted((s, e) for t, s, e in spans if str(t) == kind and first <= s and e <= last)
            if _fills(inside, first, last):
                rows += [(long_type, first, last, kind, s, e) for s, e in inside]
    names = ["period_type", "period_start", "period_end", "kind", "part_start", "part_end"]
    types = dict(zip(names, (pl.String, pl.Date, pl.Date, pl.String, pl.Date, pl.Date), strict=True))
    tiles = pl.DataFrame(rows, schema=types, orient="row")
    return (
        places.join(tiles, on=["period_type", "period_start", "period_end"], nulls_equal=True)
        .join(
            places.select("area_type", "area_code", "period_start", "period_end", part="place"),
            left_on=["area_type", "area_code", "part_start", "part_end"],
            right_on=["area_type", "area_code", "period_start", "period_end"],
        )
        .select(pl.col("place").alias("whole"), "part", "kind")
        .sort("whole", "kind", "part")
    )


def _fills(spans: list[tuple[date, date]], first: date, last: date) -> bool:
    """Whether the spans lie end to end from the first day to the last."""
    if len(spans) < 2 or spans[0][0] != first or spans[-1][1] != last:
        return False
    return all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(spans))
