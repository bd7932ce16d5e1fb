"""The warning that children pooled and the typical service point in opposite directions (Simpson's paradox).

Simpson EH (1951), J R Stat Soc B 13:238-241: large services decide a pooled value, and every service counts once in a
median, so the two disagree where the size of a service goes with its model.
"""

from math import floor, log10
from typing import Any

import polars as pl

OPENING = (
    "The typical service and all children pooled point in opposite directions, since large services count for more "
    "when children are pooled: "
)


def simpson_notes(pairs: pl.DataFrame) -> pl.DataFrame:
    """A warning for each comparison in which some pair of tested models disagrees with itself.

    Args:
        pairs: comparison_id, label_a, label_b, estimands_disagree, median, median_b, pooled_value, pooled_value_b; in
            the order in which pairs are told.

    Returns:
        comparison_id, is_simpson_warning (true), simpson_note; no row for a comparison without a warning.
    """
    told = pl.concat_str(pl.lit(OPENING), pl.col("sentence").str.join("; "), pl.lit("."))
    return (
        pairs.filter("estimands_disagree")
        .with_columns(
            pl.struct("label_a", "label_b", "median", "median_b", "pooled_value", "pooled_value_b")
            .map_elements(_sentence, return_dtype=pl.String)
            .alias("sentence")
        )
        .group_by("comparison_id", maintain_order=True)
        .agg(told.alias("simpson_note"))
        .select("comparison_id", pl.lit(True).alias("is_simpson_warning"), "simpson_note")
    )


def _sentence(pair: dict[str, Any]) -> str:
    return (
        f"{pair['label_a']} against {pair['label_b']}, typical service {_figure(pair['median'])} against "
        f"{_figure(pair['median_b'])}, pooled {_figure(pair['pooled_value'])} against {_figure(pair['pooled_value_b'])}"
    )


def _figure(number: float) -> str:
    """To three significant figures, and never fewer than the whole number."""
    decimals = 0 if number == 0 else max(0, 2 - floor(log10(abs(number))))
    return f"{number:,.{decimals}f}"
