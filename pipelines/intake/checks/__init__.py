"""Checks over a whole delivery: figures against figures, places against their parts, this delivery against the last.

One module a check; what one cell or row shows by itself is the layouts' business, and exact duplicates and units are
the engine's. A check looks lazily at all candidates and never loops over rows: deliveries may hold ten million.
"""

import polars as pl

from pipelines.intake.checks.context import Check, Context, nothing_found
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

CHECKS: tuple[Check, ...] = (
    slipped_codes,
    part_years,
    periods_not_over,
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
            the delivery adds, plus `nth` (unique) and `measure`. Scanned many times, so it must be cheap to scan.
        context: what is known beside the delivery.

    Returns:
        One row a finding, in the order of CHECKS and of the rows (columns of context.FOUND).
    """
    return pl.concat([nothing_found(), *(check(candidates, context) for check in CHECKS)])
