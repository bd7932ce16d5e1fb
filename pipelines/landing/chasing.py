"""What a person has to see to: expected returns by dataset and period, what to ask for, what is still refused.

What belongs here: frames for a command or a page. What does not: how a status comes about (expected.py).
"""

import polars as pl

STATUSES = ("received", "corrected", "late", "refused", "missing", "due")
TO_CHASE = ("missing", "refused")
NOT_IN_ORDER = ("late", *TO_CHASE)


def by_period(expected: pl.DataFrame) -> pl.DataFrame:
    """One row a dataset and period: source_id, period_*, due_date, late_after, expected, and a count of each status."""
    counts = [(pl.col("status") == status).sum().cast(pl.Int64).alias(status) for status in STATUSES]
    return (
        expected.group_by("source_id", "period_start", "period_end", "period_type")
        .agg(
            pl.col("period_label").first(),
            pl.col("due_date").first(),
            pl.col("late_after").first(),
            pl.len().cast(pl.Int64).alias("expected"),
            *counts,
        )
        .sort("source_id", "period_end", "period_start", "period_type")
    )


def last_judged(deliveries: pl.DataFrame) -> pl.DataFrame:
    """Deliveries whose file was not judged again since; of a file that came twice, the last look at it."""
    judged = deliveries.filter(pl.col("verdict") != "unchanged")
    return judged.filter(pl.col("recorded_at") == pl.col("recorded_at").max().over("sha256"))


def still_refused(deliveries: pl.DataFrame) -> pl.DataFrame:
    """Refused deliveries that a person has still to see to."""
    return last_judged(deliveries).filter(pl.col("verdict") == "refused")


def to_chase(expected: pl.DataFrame) -> pl.DataFrame:
    """Returns to ask for, the oldest first within a dataset: missing, or refused and not yet come again."""
    return expected.filter(pl.col("status").is_in(TO_CHASE)).sort("source_id", "period_end", "area_name", "area_code")
