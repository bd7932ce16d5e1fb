"""Checks over a whole delivery: figures against figures, places against their parts, this delivery against the last.

One module a check; what one cell or row shows by itself is the layouts' business, and exact duplicates and units are
the engine's. A check looks lazily at all candidates and never loops over rows: deliveries may hold ten million.
"""

import polars as pl

from pipelines.intake.checks.below_nought import below_nought
from pipelines.intake.checks.context import FOUND, Check, Context, nothing_found
from pipelines.intake.checks.count_totals import count_totals
from pipelines.intake.checks.coverage import coverage
from pipelines.intake.checks.limits import limits
from pipelines.intake.checks.outliers import jumps, peers
from pipelines.intake.checks.over_base import over_base
from pipelines.intake.checks.parts import parts
from pipelines.intake.checks.pooled_rates import pooled_rates
from pipelines.intake.checks.revisions import revisions
from pipelines.intake.checks.shared_rates import shared_rates
from pipelines.intake.checks.slipped_codes import slipped_codes
from pipelines.intake.checks.unfinished_periods import part_years, periods_not_over
from pipelines.intake.checks.values_of_counts import values_of_counts
from pipelines.intake.checks.zeros import zeros_and_markers, zeros_between_markers
from pipelines.intake.keys import LINE, group_key, line_key

CHECKS: tuple[Check, ...] = (
    slipped_codes,
    part_years,
    periods_not_over,
    below_nought,
    values_of_counts,
    over_base,
    parts,
    limits,
    pooled_rates,
    count_totals,
    shared_rates,
    jumps,
    peers,
    zeros_between_markers,
    zeros_and_markers,
    coverage,
    revisions,
)

__all__ = ["CHECKS", "Check", "Context", "run"]


def run(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Every check over the candidates of a delivery.

    Args:
        candidates: judged observations that would land: the columns of sources/shapes/observations.yml without what
            the delivery adds, plus `nth` (unique), `measure` and the keys of pipelines/intake/keys.py (made here
            where they are not there). Scanned many times, so it must be cheap to scan.
        context: what is known beside the delivery.

    Returns:
        One row a finding, in the order of CHECKS and of the rows (columns of context.FOUND).
    """
    if LINE not in candidates.collect_schema():
        candidates = candidates.with_columns(line_key(), group_key())
    found = pl.concat([nothing_found(), *(check(candidates, context) for check in CHECKS)])
    return _with_indicators(found, candidates) if context.dataset.layout == "long" else found


def _with_indicators(found: pl.DataFrame, candidates: pl.LazyFrame) -> pl.DataFrame:
    """Findings of figures with the indicator before the reason: in a long table the column does not tell it."""
    of_figures = found["nth"].drop_nulls().unique()
    if of_figures.is_empty():
        return found
    named = (
        candidates.filter(pl.col("nth").is_in(of_figures.implode()))
        .select("nth", "indicator_id")
        .collect(engine="streaming")
    )
    told = pl.coalesce(pl.format("{}: {}", "indicator_id", "reason"), "reason")
    return (
        found.join(named, on="nth", how="left", maintain_order="left").with_columns(told.alias("reason")).select(*FOUND)
    )
