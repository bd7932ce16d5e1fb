"""Does every status come from the catalogue? Each is the neutral one of its field, or set by a declared gap kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, equal, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Statuses are counted together and then field by field: a handful of combinations stands for all the rows.
_STATUSES = f"""
with declared(field, status) as (
    values ('attribution_status', 'attributable'), ('comparability_status', 'comparable'), ('disclosure_status', 'open')
    union
    select sets_field, sets_value from catalogue.gap_kinds where sets_field <> 'none'
),
combinations as (
    select
        period_end,
        -- unpivot leaves out nulls, and a missing status is one that nobody declared
        coalesce(attribution_status, 'missing') as attribution_status,
        coalesce(comparability_status, 'missing') as comparability_status,
        coalesce(disclosure_status, 'missing') as disclosure_status,
        count(*) as rows_found
    from built.attributions
    group by 1, 2, 3, 4
),
found as (
    select period_end, field, status, sum(rows_found)::bigint as rows_found
    from (
        unpivot combinations on attribution_status, comparability_status, disclosure_status
        into name field value status
    ) as statuses
    group by period_end, field, status
),
undeclared as (
    select distinct field, status from found anti join declared using (field, status)
),
named as (
    select
        attribution.period_end,
        undeclared.field,
        undeclared.status,
        min(concat(concat_ws(' ', typology_id, indicator_id, area_code, period_start), ': ', undeclared.field, ' is ',
                   undeclared.status), {KEYS_SHOWN}) as keys_found
    from built.attributions as attribution
    inner join undeclared
        on undeclared.status = coalesce(
            case undeclared.field
                when 'attribution_status' then attribution.attribution_status
                when 'comparability_status' then attribution.comparability_status
                else attribution.disclosure_status
            end,
            'missing'
        )
    group by attribution.period_end, undeclared.field, undeclared.status
)
select
    found.period_end,
    concat_ws(' ', found.field, found.status, 'to', found.period_end) as subject,
    found.status as status_found,
    declared.status as status_declared,
    found.rows_found,
    named.keys_found
from found
left join declared using (field, status)
left join named using (period_end, field, status)
order by subject
"""

# The gap that decides a row is one of its own, and its kind sets the very status the row has.
_DECIDING = f"""
with deciding as (
    select gap.gap_id, gap.period_end, gap.observation_id, gap.typology_id, declared.sets_value
    from built.attribution_gaps as gap
    inner join catalogue.gap_kinds as declared using (kind)
    where declared.sets_field = 'attribution_status' and gap.closed_in_release is null
),
judged as (
    select
        attribution.typology_id,
        attribution.indicator_id,
        attribution.area_code,
        attribution.period_start,
        attribution.period_end,
        attribution.attribution_status,
        attribution.deciding_gap_id,
        case
            when attribution.attribution_status = 'attributable' then attribution.deciding_gap_id is null
            else coalesce(
                deciding.observation_id = attribution.observation_id
                and coalesce(deciding.typology_id, attribution.typology_id) = attribution.typology_id
                and deciding.sets_value = attribution.attribution_status,
                false
            )
        end as is_decided
    from built.attributions as attribution
    left join deciding
        on deciding.gap_id = attribution.deciding_gap_id and deciding.period_end = attribution.period_end
)
select
    period_end,
    concat_ws(' ', typology_id, attribution_status, 'to', period_end) as subject,
    count(*) filter (where not is_decided) as rows_undecided,
    min(
        case when not is_decided
            then concat(concat_ws(' ', indicator_id, area_code, period_start), ': ', attribution_status,
                        ', deciding gap ', coalesce(deciding_gap_id, 'none')) end,
        {KEYS_SHOWN}
    ) as keys_undecided
from judged
group by period_end, typology_id, attribution_status
order by subject
"""


def _collect_statuses(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_STATUSES).pl()


def _collect_deciding(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_DECIDING).pl()


STATUSES = Evidence(
    stage="attribution",
    subjects="statuses in use, by period",
    collect=_collect_statuses,
    checks=(
        Check(
            check_id="attribution_statuses_declared",
            title="Every status is one the catalogue knows",
            about="Attribution, comparability and disclosure status, against the values that the gap kinds set and the"
            " neutral one of each.",
            expected=equal("status_found", "status_declared"),
            failing="rows_found",
            keys="keys_found",
        ),
    ),
)

DECIDING_GAPS = Evidence(
    stage="attribution",
    subjects="statuses by typology and period",
    collect=_collect_deciding,
    checks=(
        Check(
            check_id="gap_deciding_sets_status",
            title="The deciding gap exists and sets the status",
            about="A row that is not attributable names a gap of its own observation whose kind sets the status it has;"
            " an attributable row names none.",
            expected=none("rows_undecided"),
            failing="rows_undecided",
            keys="keys_undecided",
        ),
    ),
)
