"""Do indicators that are parts of another add up to it?

The identities are data: catalogue/identities.parquet, one row for each part, with columns identity_id,
total_indicator_id, total_definition_version, part_indicator_id, part_definition_version, tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, at_least

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_SQL = f"""
with parts as (
    select *, count(*) over (partition by identity_id) as parts_declared from catalogue.identities
),
sums as (
    select
        parts.identity_id, parts.total_indicator_id, parts.total_definition_version, parts.parts_declared,
        cell.delivery_id, cell.area_type, cell.area_code, cell.period_start, cell.period_end, cell.breakdown_id,
        any_value(parts.tolerance) as tolerance,
        sum(cell.value) as sum_of_parts,
        count(*) as parts_found
    from landed.observations as cell
    inner join parts
        on cell.indicator_id = parts.part_indicator_id and cell.definition_version = parts.part_definition_version
    where cell.value is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
),
compared as (
    select
        sums.*,
        -- Published to a few decimals: what binary fractions add to that is rounded away.
        round(abs(sums.sum_of_parts - total.value), 9) as distance,
        concat(total.delivery_id, ' ', total.indicator_id, ' ', total.area_code, ' ', total.period_label, ': ',
               total.value, ', its parts add up to ', round(sums.sum_of_parts, 4)) as difference
    from sums
    inner join landed.observations as total
        on total.delivery_id = sums.delivery_id
        and total.indicator_id = sums.total_indicator_id
        and total.definition_version = sums.total_definition_version
        and total.area_type = sums.area_type
        and total.area_code = sums.area_code
        and total.period_start = sums.period_start
        and total.period_end = sums.period_end
        and total.breakdown_id = sums.breakdown_id
    where sums.parts_found = sums.parts_declared and total.value is not null
)
select
    delivery_id,
    concat(delivery_id, ' ', identity_id) as subject,
    max(distance) as furthest,
    any_value(tolerance) as tolerance,
    count(*) filter (where distance > tolerance) as sums_failing,
    min(case when distance > tolerance then difference end, {KEYS_SHOWN}) as differences
from compared
group by delivery_id, identity_id
order by subject
"""


# A catalogue without identities has none to check: the result then says that it compared none.
_NO_IDENTITIES = """
create view catalogue.identities as
select
    null::varchar as identity_id, null::varchar as total_indicator_id, null::varchar as total_definition_version,
    null::varchar as part_indicator_id, null::varchar as part_definition_version, null::double as tolerance
where false
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    declared = "select 1 from information_schema.tables where table_schema = 'catalogue' and table_name = 'identities'"
    if connection.execute(declared).fetchone() is None:
        connection.execute(_NO_IDENTITIES)
    return connection.execute(_SQL).pl()


IDENTITIES = Evidence(
    stage="landing",
    subjects="identities in a delivery",
    collect=_collect,
    checks=(
        Check(
            check_id="identity_parts_sum_to_total",
            title="Parts add up to the published whole",
            about="Identities that the catalogue declares, such as NEET + activity not known = NEET or not known, cell"
            " by cell where a delivery holds the whole and every part. What is beyond the tolerance is not rounding.",
            expected=at_least("tolerance", "furthest"),
            failing="sums_failing",
            keys="differences",
            is_blocking=False,
        ),
    ),
)
