"""The balance law: in scope = attributed + explained, in observations, numerators and denominators.

Comparability and disclosure play no part: they exclude from a comparison, never from the balance (design.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, equal

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# What is neither attributed nor explained is looked for by itself, so that the two large joins find next to nothing. A
# sum that differs by less than a billionth of itself differs by the order of addition.
_SQL = f"""
with explained as (
    select observation_id, typology_id, period_end
    from built.attribution_gaps
    where is_blocking and observation_id is not null and closed_in_release is null
),
unexplained_rows as (
    select attribution.*
    from (
        select observation_id, typology_id, indicator_id, definition_version, area_code, period_start,
            period_end, attribution_status
        from built.attributions
        where not coalesce(attribution_status in ('attributable', 'attributable_with_caveat'), false)
    ) as attribution
    anti join (select observation_id, period_end from explained where typology_id is null) as everywhere
        using (observation_id, period_end)
    anti join (select observation_id, period_end, typology_id from explained where typology_id is not null)
        as in_typology using (observation_id, period_end, typology_id)
),
unexplained as (
    select
        attribution.typology_id,
        attribution.indicator_id,
        attribution.definition_version,
        attribution.period_end,
        count(*) as rows_unexplained,
        sum(observation.numerator) as numerators,
        sum(observation.denominator) as denominators,
        min(
            concat(concat_ws(' ', attribution.indicator_id, attribution.area_code, attribution.period_start), ': ',
                   attribution.attribution_status, ', no blocking gap says why'),
            {KEYS_SHOWN}
        ) as keys_unexplained
    from unexplained_rows as attribution
    left join built.observations as observation using (observation_id, period_end)
    group by all
),
in_scope as (
    select
        attribution.typology_id,
        attribution.indicator_id,
        attribution.definition_version,
        attribution.period_end,
        count(*) as observations_in_scope,
        sum(observation.numerator) as numerators_in_scope,
        sum(observation.denominator) as denominators_in_scope
    from built.attributions as attribution
    left join built.observations as observation using (observation_id, period_end)
    group by all
),
sums as (
    select
        in_scope.*,
        observations_in_scope - coalesce(rows_unexplained, 0) as observations_accounted,
        numerators_in_scope - coalesce(numerators, 0) as numerators_accounted,
        denominators_in_scope - coalesce(denominators, 0) as denominators_accounted,
        coalesce(rows_unexplained, 0) as rows_unexplained,
        keys_unexplained
    from in_scope
    left join unexplained using (typology_id, indicator_id, definition_version, period_end)
),
measured as (
    -- The rows are counted and named once, beside the first measure.
    select *, 'number of observations' as measure, observations_in_scope as in_scope,
        observations_accounted as accounted,
        rows_unexplained as rows_failing, keys_unexplained as keys_failing from sums
    union all by name
    select *, 'sum of numerators' as measure, numerators_in_scope as in_scope, numerators_accounted as accounted,
        0 as rows_failing, null::varchar[] as keys_failing from sums
    union all by name
    select *, 'sum of denominators' as measure, denominators_in_scope as in_scope, denominators_accounted as accounted,
        0 as rows_failing, null::varchar[] as keys_failing from sums
)
select
    period_end,
    concat_ws(' ', typology_id, indicator_id, definition_version, 'to', period_end) || ': ' || measure as subject,
    in_scope,
    case when abs(in_scope - accounted) <= 1e-9 * abs(in_scope) then in_scope else accounted end as accounted,
    rows_failing,
    case when in_scope is distinct from accounted
        then coalesce(keys_failing, [concat(subject, ', in scope ', in_scope, ', accounted for ', accounted)]) end
        as keys_failing
from measured
order by typology_id, indicator_id, definition_version, period_end, measure
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


BALANCE = Evidence(
    stage="attribution",
    subjects="sums by typology, indicator and period",
    collect=_collect,
    checks=(
        Check(
            check_id="balance_law_holds",
            title="In scope = attributed + explained",
            about="For every typology, indicator and period, in observations, numerators and denominators: what is not"
            " attributed has at least one blocking gap that says why.",
            expected=equal("in_scope", "accounted"),
            failing="rows_failing",
            keys="keys_failing",
        ),
    ),
)
