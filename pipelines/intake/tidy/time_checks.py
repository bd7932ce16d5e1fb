"""time_period and time_identifier: words of the standard, digits that fit them, years that follow each other.

What belongs here: what the standard says of the two columns. What does not: the days of a period (periods.py).
"""

from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import problems, values_where
from pipelines.intake.tidy.pair import Pair
from pipelines.readers import ROW


def identifiers(pair: Pair) -> Iterator[Problem]:
    """Identifiers that the standard does not have, and those that may not stand in one file."""
    times = pair.standard.times
    unknown = ~pl.col("time_identifier").is_in(list(times)).fill_null(False)
    hits = values_where(pair.data, "time_identifier", unknown, "the standard has no such time identifier")
    yield from problems("tidy_time_identifier", hits, pair.data.sheet)
    known = (
        pair.data.frame.group_by("time_identifier")
        .agg(pl.col(ROW).min().alias("row"), pl.len().alias("cells"))
        .filter(pl.col("time_identifier").is_in(list(times)))
        .sort("row")
    )
    kinds = [times[identifier].mixes_with for identifier in known["time_identifier"]]
    for place, kind in enumerate(kinds):
        if kind != kinds[0]:
            row, cells, value = known.select("row", "cells", "time_identifier").row(place)
            reason = f"{value} may not stand in one file with {known['time_identifier'][0]}"
            yield Problem("tidy_time_identifier_mix", reason, pair.data.sheet, row, "time_identifier", value, cells)


def periods(pair: Pair) -> Iterator[Problem]:
    """Time periods that are no digits, of the wrong length or of years that do not follow each other."""
    table, period = pair.data, pl.col("time_period").fill_null("")
    is_number = period.str.contains(r"^\d+$")
    hits = values_where(table, "time_period", ~is_number, "the time period is not made of digits only")
    yield from problems("tidy_time_validation", hits, table.sheet)
    for digits in (4, 6):
        words = [time.identifier for time in pair.standard.times.values() if time.digits == digits]
        wrong = is_number & pl.col("time_identifier").is_in(words) & (period.str.len_chars() != digits)
        hits = values_where(table, "time_period", wrong, f"the time identifier asks for {digits} digits")
        yield from problems("tidy_time_period", hits, table.sheet)
    first, second = (
        period.str.slice(2, 2).cast(pl.Int64, strict=False),
        period.str.slice(4, 2).cast(pl.Int64, strict=False),
    )
    wrong = period.str.contains(r"^\d{6}$") & ((first + 1) % 100 != second)
    hits = values_where(table, "time_period", wrong, "the six digits are not two consecutive years")
    yield from problems("tidy_time_period_six", hits, table.sheet)
