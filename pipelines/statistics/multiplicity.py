"""p-values that allow for the number of tests made: within one comparison, and over a family of comparisons."""

import polars as pl


def holm(frame: pl.DataFrame, within: str) -> pl.Series:
    """Holm's step-down adjustment: no pair of a comparison is flagged by chance more often than the level.

    Holm S (1979), Scand J Statist 6:65-70: the i-th smallest of m p-values times m - i + 1, never under the one before
    and at most 1. Written out, because statsmodels collects garbage at every call of its own: minutes for thousands of
    comparisons. A test holds the two equal.

    Args:
        frame: columns p_value and `within`; a null p-value is no test and stays null.
        within: column that names the family of a row.

    Returns:
        Adjusted p-values in the order of the rows.
    """
    p_value = pl.col("p_value")
    adjusted = (
        frame.select(within, "p_value")
        .with_row_index("place")
        .sort(within, "p_value", "place", nulls_last=True, maintain_order=True)
        .with_columns(steps=p_value.count().over(within) - pl.int_range(pl.len()).over(within))
        .with_columns((p_value * pl.col("steps")).cum_max().clip(upper_bound=1.0).over(within).alias("adjusted"))
        .sort("place")
    )
    return adjusted["adjusted"]


def benjamini_hochberg(frame: pl.DataFrame, within: str) -> pl.Series:
    """q-values: the share of false alarms expected among all tests of a family that are as small.

    Benjamini Y, Hochberg Y (1995), J R Stat Soc B 57:289-300, through statsmodels `multipletests`. Arguments and result
    as of `holm`.
    """
    from statsmodels.stats.multitest import multipletests

    tested = frame.select(within, "p_value").with_row_index("place").filter(pl.col("p_value").is_not_null())
    pieces = [
        family.with_columns(pl.Series("adjusted", multipletests(family["p_value"].to_numpy(), method="fdr_bh")[1]))
        for family in tested.partition_by(within, maintain_order=True)
    ]
    if not pieces:
        return pl.Series("adjusted", [None] * frame.height, dtype=pl.Float64)
    places = frame.select(pl.int_range(pl.len(), dtype=pl.get_index_type()).alias("place"))
    q_values = pl.concat(pieces).select("place", "adjusted")
    return places.join(q_values, on="place", how="left", maintain_order="left")["adjusted"]
