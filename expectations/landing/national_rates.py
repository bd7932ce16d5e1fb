"""Does a national rate lie between the lowest and the highest rate of its areas?

A rate for a whole is an average of the rates of its parts, weighted by their size, so it cannot lie outside them. A
warning and not a gate: a publisher may suppress the areas that would have held it, and published rates are rounded.
Asked for by attribution_gaps.md, M7 (rate aggregated wrongly).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, at_least

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# A country is held by its areas only when most of them are there: an extract of three counties beside England is not
# a division of England. Set here; the smallest division in use is 22 Welsh authorities.
AREAS_OF_A_DIVISION = 20

_SQL = f"""
with rates as (
    select
        cell.delivery_id,
        cell.indicator_id,
        cell.definition_version,
        cell.period_start,
        cell.period_end,
        cell.breakdown_id,
        cell.period_label,
        cell.area_type,
        cell.area_code,
        cell.value,
        kind.area_level,
        -- Both sides are rounded to the last decimal shown.
        power(10, -definition.decimals) as tolerance
    from landed.observations as cell
    inner join catalogue.indicators as definition using (indicator_id, definition_version)
    inner join catalogue.area_types as kind using (area_type)
    where definition.measure in ('proportion', 'rate') and isfinite(cell.value)
),
countries as (
    select * from rates where area_level = 1
),
divisions as (
    select
        delivery_id, indicator_id, definition_version, period_start, period_end, breakdown_id,
        min(value) as lowest, max(value) as highest
    from rates
    where area_level > 2
    group by delivery_id, indicator_id, definition_version, period_start, period_end, breakdown_id, area_type
    having count(*) >= {AREAS_OF_A_DIVISION}
),
compared as (
    select
        *,
        greatest(lowest - value, value - highest, 0) as distance,
        concat(delivery_id, ' ', indicator_id, ' ', definition_version, ' ', area_code, ' ', period_label, ': ', value,
               ' is not within ', lowest, ' to ', highest) as difference
    from countries
    inner join divisions
        using (delivery_id, indicator_id, definition_version, period_start, period_end, breakdown_id)
)
select
    delivery_id,
    concat(delivery_id, ' ', indicator_id, ' ', definition_version) as subject,
    max(distance) as furthest,
    any_value(tolerance) as tolerance,
    count(*) filter (where distance > tolerance) as rates_failing,
    min(case when distance > tolerance then difference end, {KEYS_SHOWN}) as differences
from compared
group by delivery_id, indicator_id, definition_version
order by subject
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


NATIONAL_RATES = Evidence(
    stage="landing",
    subjects="series with a country and its areas",
    collect=_collect,
    checks=(
        Check(
            check_id="rate_national_within_areas",
            title="National rates lie between the lowest and the highest area",
            about="Rates and proportions, period by period, where a delivery holds a country and at least"
            f" {AREAS_OF_A_DIVISION} areas of one kind. A rate outside was aggregated some other way.",
            expected=at_least("tolerance", "furthest"),
            failing="rates_failing",
            keys="differences",
            is_blocking=False,
        ),
    ),
)
