"""How figures were rounded, told from the figures themselves, and how a figure is written in a sentence.

A publisher seldom says how a column was rounded, so a difference is judged by what the column's own decimals, and the
multiples its counts come in, can explain.
"""

import polars as pl

MOST_DECIMALS = 6
COUNT_STEPS = (100, 10, 5)
SHARE_OF_A_STEP = 0.95
ENOUGH_FOR_HUNDREDS = 20


def typical_decimals(column: str) -> pl.Expr:
    """How many decimal places (0 to 6) half of a group's figures show, told from the numbers, as an aggregation.

    Nine in ten figures show their last place, and one figure with stray digits does not set it. Shares, because a
    median would have to hold the group.
    """
    value = pl.col(column)
    shows = []
    for places in range(MOST_DECIMALS):
        scaled = value * 10**places
        shows_more = (scaled - scaled.round()).abs() > 1e-7 * (1 + scaled.abs())
        shows.append((shows_more.mean() >= 0.5).fill_null(False).cast(pl.Int8))
    return pl.sum_horizontal(shows)


def half_of_last_place(places: pl.Expr) -> pl.Expr:
    """Half of a unit in the last of so many decimal places."""
    return pl.lit(0.5) * (pl.lit(10.0) ** -places)


def count_step(column: str, enough: int = 5) -> pl.Expr:
    """The multiple (100, 10, 5 or 1) that a group's counts come in, as an aggregation; zeros and nulls say nothing.

    A handful of round counts is no sign of rounding: fewer than `enough` say nothing, and hundreds need 20.
    """
    counts = pl.col(column).filter(pl.col(column) > 0)
    step = pl.lit(1.0)
    for multiple in reversed(COUNT_STEPS):
        comes_in = (counts % multiple == 0).mean().fill_null(0) >= SHARE_OF_A_STEP
        comes_in = comes_in & (counts.len() >= (ENOUGH_FOR_HUNDREDS if multiple >= 100 else enough))
        step = pl.when(comes_in).then(float(multiple)).otherwise(step)
    return step


def half_of_step(column: str, step: str) -> pl.Expr:
    """How far a true count may lie from the one printed: half a step where it was rounded to one, else nothing."""
    is_rounded = (pl.col(step) > 1) & (pl.col(column) % pl.col(step) == 0)
    return pl.when(is_rounded).then(pl.col(step) / 2).otherwise(0.0)


def shown(number: pl.Expr, places: int = 4) -> pl.Expr:
    """A number as a sentence shows it: whole where it is whole, else to at most `places` decimal places."""
    rounded = number.round(places)
    is_whole = (rounded == rounded.round()) & (rounded.abs() < 1e15)
    whole = pl.when(is_whole).then(rounded).otherwise(None).cast(pl.Int64).cast(pl.String)
    return pl.coalesce(whole, rounded.cast(pl.String))
