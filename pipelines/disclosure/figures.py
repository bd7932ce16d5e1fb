"""The counts of people that landed rows state or give away, each under a key that holds over files and vintages.

What belongs here: what one row says of itself. What does not: how figures hang together (relations.py).
"""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

KEY = ["indicator_id", "definition_version", "area_type", "area_code", "period_start", "period_end", "breakdown_id"]
"""One published figure, whichever file or vintage states it: what is hidden is hidden in all of them."""

SERIES = ["indicator_id", "definition_version", "breakdown_id", "role"]
PLACE = ["area_type", "area_code", "period_start", "period_end"]


@dataclass(frozen=True)
class Figures:
    """Figures of landed rows.

    Attributes:
        rows: one row a KEY: row (its number), KEY, place.
        figures: one row a row, version and role (numerator, denominator, count): row, version, role, series, place,
            number (null where the publisher suppressed it). Version 0 is what was said last, 1 what was said before
            it, also where both say the same: what was said together then keeps one version.
        complements: of every version of a proportion, the rest that its two counts leave: row, version, rest.
        series: series, SERIES.
        places: place, PLACE, period_type.
    """

    rows: pl.DataFrame
    figures: pl.DataFrame
    complements: pl.DataFrame
    series: pl.DataFrame
    places: pl.DataFrame


def figures(observations: pl.DataFrame, indicators: pl.DataFrame, units_of_people: Collection[str]) -> Figures:
    """The figures of landed observations.

    Args:
        observations: landed rows of every dataset and delivery, in the shape of sources/shapes/observations.yml.
        indicators: definitions with indicator_id, definition_version, measure and unit_base.
        units_of_people: units whose counts are of people (or of what people did); rows of others hide nobody.
    """
    declared = indicators.select("indicator_id", "definition_version", "measure", "unit_base")
    landed = (
        observations.drop("row")
        .filter(pl.col("unit").is_in(list(units_of_people)))
        .join(declared, on=["indicator_id", "definition_version"], how="left")
        .with_columns(_numerator(), _denominator(), _count(), is_masked=pl.col("value_marker").eq_missing("c"))
        .filter(pl.any_horizontal(pl.col("counted", "base", "count_").is_not_null(), "is_masked"))
    )
    rows = landed.select(KEY).unique().sort(KEY).with_row_index("row")
    places = landed.group_by(PLACE).agg(pl.col("period_type").drop_nulls().min()).sort(PLACE).with_row_index("place")
    said = pl.struct(pl.coalesce("published_at", "recorded_at"), "recorded_at", "source_id", "delivery_id")
    told = (
        landed.join(rows, on=KEY)
        .join(places.drop("period_type"), on=PLACE)
        .with_columns(said.alias("said"))
        .sort("row", "said", descending=[False, True])
        .with_columns(version=pl.int_range(pl.len()).over("row").cast(pl.UInt32))
    )
    long = _long(told)
    series = long.select(SERIES).unique().sort(SERIES).with_row_index("series")
    return Figures(
        rows.join(places.select("place", *PLACE), on=PLACE),
        long.join(series, on=SERIES).select("row", "version", "role", "series", "place", "number"),
        told.filter(pl.col("measure") == "proportion")
        .select("row", "version", rest=pl.col("base") - pl.col("counted"))
        .drop_nulls(),
        series,
        places,
    )


def _long(told: pl.DataFrame) -> pl.DataFrame:
    columns = {"numerator": "counted", "denominator": "base", "count": "count_"}
    return pl.concat(
        told.filter(pl.col(column).is_not_null() | (pl.col("is_masked") & _hides(role))).select(
            "row", "version", "place", *[name for name in SERIES if name != "role"],
            role=pl.lit(role), number=pl.col(column).round(0),
        )
        for role, column in columns.items()
    )  # fmt: skip


def _hides(role: str) -> pl.Expr:
    """Which figure the publisher's own marker stands for: the count, or the numerator behind a share."""
    is_count = pl.col("measure").eq_missing("count")
    return {"count": is_count, "numerator": ~is_count, "denominator": pl.lit(False)}[role]


def _numerator() -> pl.Expr:
    """The published numerator, else what a published share of a published base comes to."""
    implied = pl.col("value") * pl.col("denominator") / pl.col("unit_base")
    is_share = pl.col("measure").is_in(["proportion", "rate", "ratio"])
    return pl.coalesce("numerator", pl.when(is_share).then(implied)).alias("counted")


def _denominator() -> pl.Expr:
    """The published base, else what a published share of a published numerator comes to."""
    implied = pl.col("numerator") * pl.col("unit_base") / pl.col("value")
    is_share = pl.col("measure").is_in(["proportion", "rate", "ratio"]) & (pl.col("value") != 0)
    return pl.coalesce("denominator", pl.when(is_share).then(implied)).alias("base")


def _count() -> pl.Expr:
    return pl.when(pl.col("measure") == "count").then(pl.col("value")).alias("count_")
