"""The rate of a service that covers several authorities, copied to each of them as if it were their own.

Told from the figures: in every period that can be compared all members have one and the same rate, with decimals. Two
authorities may agree once by chance, so more is asked: a second period, three members beyond the first, or three
services of the indicator that all do the same.
"""

import polars as pl

from pipelines.intake.checks.context import PERIOD, SERIES, Context, collected, nothing_found
from pipelines.intake.checks.rounding import shown

SHARE_AGREEING = 0.8
PERIODS_BEYOND_CHANCE = 2
MEMBERS_BEYOND_CHANCE = 3
SERVICES_BEYOND_CHANCE = 3
NAMES_SHOWN = 6


def shared_rates(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule rate_copied_to_members, one finding for each service, indicator and breakdown."""
    memberships = [
        (m.service_id, m.area_code, m.valid_from, m.valid_to)
        for held in context.registers.services.values()
        if len({m.area_code for m in held}) > 1
        for m in held
    ]
    if not memberships:
        return nothing_found()
    schema = {"service_id": pl.String, "area_code": pl.String, "from": pl.Date, "to": pl.Date}
    belonging = pl.LazyFrame(memberships, schema=schema, orient="row")
    rates = candidates.filter(
        pl.col("measure").is_in(["rate", "proportion"]) & (pl.col("area_type") == "authority")
    ).join(belonging, on="area_code")
    rates = rates.filter((pl.col("from") <= pl.col("period_end")) & (pl.col("to") >= pl.col("period_end")))
    value = pl.col("value")
    periods = (
        rates.group_by([*SERIES, *PERIOD, "breakdown_id", "service_id"])
        .agg(
            (value.n_unique() == 1).alias("is_one"),
            value.first(),
            pl.col("area_code").n_unique().alias("members"),
            value.is_null().any().alias("is_partial"),
            pl.coalesce("area_name_as_published", "area_code").unique().sort().alias("names"),
            pl.col("period_label", "sheet", "row", "column").first(),
        )
        .filter((pl.col("members") > 1) & ~pl.col("is_partial"))
        .with_columns((pl.col("is_one") & (value != value.round())).alias("is_copied"))
    )
    is_copied = pl.col("is_copied")
    of_a_service = [*SERIES, "breakdown_id", "service_id"]
    services = (
        periods.sort("period_start")
        .group_by(of_a_service)
        .agg(
            (pl.col("members") - 1).filter(is_copied).sum().alias("agreeing"),
            is_copied.sum().alias("periods"),
            pl.len().alias("compared"),
            pl.col("names", "value", "period_label", "sheet", "row", "column").filter(is_copied).last(),
        )
        .with_columns(
            ((pl.col("periods") > 0) & (pl.col("periods") >= SHARE_AGREEING * pl.col("compared"))).alias("is_copied")
        )
    )
    together = services.group_by(SERIES).agg(is_copied.sum().alias("services"), pl.len().alias("services_compared"))
    enough = (
        (pl.col("periods") >= PERIODS_BEYOND_CHANCE)
        | (pl.col("agreeing") >= MEMBERS_BEYOND_CHANCE)
        | (
            (pl.col("services") >= SERVICES_BEYOND_CHANCE)
            & (pl.col("services") >= SHARE_AGREEING * pl.col("services_compared"))
        )
    )
    found = (
        services.join(together, on=SERIES)
        .filter(is_copied & enough)
        .sort(*SERIES, "service_id")
        .select(
            "sheet",
            "row",
            "column",
            pl.lit("rate_copied_to_members").alias("rule"),
            pl.format(
                "{}: {} have one and the same rate, {} in {}, in {} {}: it is the rate of the service {}",
                "indicator_id",
                pl.col("names").list.head(NAMES_SHOWN).list.join(", "),
                shown(value),
                "period_label",
                "periods",
                pl.when(pl.col("periods") == 1).then(pl.lit("period")).otherwise(pl.lit("periods")),
                "service_id",
            ).alias("reason"),
            shown(value).alias("value"),
        )
    )
    return collected(found)
