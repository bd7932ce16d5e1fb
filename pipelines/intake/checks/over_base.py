"""A numerator above its denominator where the definition says why that may be: told, lest it be taken for a slip.

Where the definition gives no such reason the cell was set aside before (numerator_over_denominator).
"""

import polars as pl

from pipelines.intake.checks.context import SERIES, WHERE, Context, collected, nothing_found
from pipelines.intake.checks.rounding import shown


def over_base(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule value_over_base, cell by cell."""
    reasons = [(*series, d.may_exceed_base) for series, d in context.definitions.items() if d.may_exceed_base]
    if not reasons:
        return nothing_found()
    allowed = pl.LazyFrame(reasons, schema=[*SERIES, "why"], orient="row")
    over = candidates.filter(pl.col("numerator") > pl.col("denominator")).join(allowed, on=SERIES)
    counts = (shown(pl.col("numerator")), shown(pl.col("denominator")))
    found = over.select(
        *WHERE,
        pl.lit("value_over_base").alias("rule"),
        pl.format("{} of {}: {}", *counts, pl.col("why")).alias("reason"),
        shown(pl.col("value")).alias("value"),
    )
    return collected(found)
