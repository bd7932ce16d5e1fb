"""Declared parts add up to their total: indicators of one place, or breakdowns of one indicator.

What is allowed is the larger of one and a half times the declared tolerance and what rounding explains, half of the
last place (or of the step the counts come in) for each figure. Beyond it is a warning, and the numbers land: published
totals are often rounded, or hold a part that is not shown. Beyond five times the tolerance (for counts also beyond a
tenth of the total and three) the figures cannot all be right and nothing says which is wrong, so all of them are set
aside: to set aside only the total would let the wrong part through.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.intake.checks.context import PERIOD, WHERE, Context, collected, is_of, nothing_found
from pipelines.intake.checks.rounding import count_step, half_of_last_place, shown, typical_decimals
from sources.models.indicator import Definition

TOLERANCES_ALLOWED = 1.5
TOLERANCES_BEYOND_WHICH_WRONG = 5
SHARE_BEYOND_WHICH_WRONG = 0.1
COUNTS_BEYOND_WHICH_WRONG = 3
PLACE_AND_TIME = ["area_type", "area_code", *PERIOD]


@dataclass(frozen=True)
class _Sum:
    """One declared sum: `member` is the column that tells total and parts apart, `figure` what adds up."""

    rows: pl.Expr
    member: str
    total: str
    parts: tuple[str, ...]
    figure: pl.Expr
    within: tuple[str, ...]
    tolerance: float
    is_count: bool


def parts(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules parts_differ_from_total (at the total) and parts_contradict_total (at the total and at each part)."""
    found = [
        _differences(candidates, declared)
        for series, definition in context.definitions.items()
        for declared in _sums(series, definition)
    ]
    return pl.concat(found) if found else nothing_found()


def figure_of(side: str) -> pl.Expr:
    """The numerator or denominator of a row; a count that stands alone is its own numerator."""
    if side == "denominator":
        return pl.col("denominator")
    return pl.coalesce("numerator", pl.when(pl.col("measure") == "count").then(pl.col("value")))


def _sums(series: tuple[str, str], definition: Definition) -> list[_Sum]:
    indicator, version = series
    sums = []
    if definition.parts:
        names = definition.parts.indicators
        rows = pl.col("indicator_id").is_in([indicator, *names]) & (pl.col("definition_version") == version)
        sums.append(_Sum(rows, "indicator_id", indicator, names, pl.col("value"), ("breakdown_id",),
                         definition.parts.tolerance, definition.measure == "count"))  # fmt: skip
    for declared in definition.breakdown_parts:
        rows = is_of(series) & pl.col("breakdown_id").is_in([declared.total, *declared.breakdowns])
        sums.append(_Sum(rows, "breakdown_id", declared.total, declared.breakdowns, figure_of(declared.of), (),
                         declared.tolerance, True))  # fmt: skip
    return sums


def _differences(candidates: pl.LazyFrame, declared: _Sum) -> pl.DataFrame:
    key = [*PLACE_AND_TIME, *declared.within]
    member, figure = pl.col(declared.member), pl.col("figure")
    rows = candidates.filter(declared.rows).with_columns(declared.figure.alias("figure"))
    is_total = member == declared.total
    sets = (
        rows.filter(figure.is_not_null())
        .group_by(key)
        .agg(
            figure.filter(is_total).first().alias("total"),
            figure.filter(~is_total).sum().alias("sum"),
            member.filter(~is_total).n_unique().alias("parts"),
            pl.len().alias("figures"),
            pl.struct(*WHERE, member.alias("member"), "figure").alias("members"),
        )
        .filter(pl.col("total").is_not_null() & (pl.col("parts") == len(declared.parts)))
    )
    half = count_step("figure") / 2 if declared.is_count else half_of_last_place(typical_decimals("figure"))
    exact = (count_step("figure") == 1) if declared.is_count else pl.lit(False)
    rounding = rows.select(pl.when(exact).then(0.0).otherwise(half).alias("half"))
    by_rounding = pl.col("half") * pl.col("figures")
    beyond = TOLERANCES_BEYOND_WHICH_WRONG * pl.max_horizontal(pl.lit(declared.tolerance), by_rounding)
    if declared.is_count:
        beyond = pl.max_horizontal(
            beyond, SHARE_BEYOND_WHICH_WRONG * pl.col("total"), pl.lit(COUNTS_BEYOND_WHICH_WRONG)
        )
    difference = (pl.col("sum") - pl.col("total")).abs()
    allowed = pl.max_horizontal(pl.lit(TOLERANCES_ALLOWED * declared.tolerance), by_rounding)
    wrong = (
        sets.join(rounding, how="cross")
        .filter(difference > allowed + 1e-9)
        .with_columns((difference > beyond + 1e-9).alias("is_wrong"))
        .explode("members", empty_as_null=False)
        .with_columns(pl.col("members").struct.unnest())
        .filter(pl.col("is_wrong") | (pl.col("member") == declared.total))
    )
    names = " + ".join(declared.parts)
    found = wrong.select(
        *WHERE,
        pl.when("is_wrong")
        .then(pl.lit("parts_contradict_total"))
        .otherwise(pl.lit("parts_differ_from_total"))
        .alias("rule"),
        pl.format(f"{names} = {{}}, and {declared.total} is {{}}", shown(pl.col("sum")), shown(pl.col("total"))).alias(
            "reason"
        ),
        shown(pl.col("figure")).alias("value"),
    )
    return collected(found)
