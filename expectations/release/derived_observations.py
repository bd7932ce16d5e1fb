"""Is every derived observation the sum of the observations it names?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# A sum that was not made, because a member is missing, has no value and is not held against anything.
_SQL = f"""
create or replace temp macro differs(found, wanted) as
    found is not null and not coalesce(abs(found - wanted) <= 1e-9 * greatest(abs(wanted), 1), false);

with inputs as (
    select observation_id, unnest(derived_from) as input_id
    from built.observations
    where is_derived and value is not null
),
sums as (
    select
        inputs.observation_id,
        count(*) = count(part.observation_id) as is_complete,
        sum(part.value) as value,
        sum(part.numerator) as numerator,
        sum(part.denominator) as denominator
    from inputs
    left join built.observations as part on part.observation_id = inputs.input_id
    group by inputs.observation_id
),
compared as (
    select
        derived.indicator_id,
        derived.definition_version,
        not coalesce(sums.is_complete, false)
            or differs(derived.numerator, sums.numerator)
            or differs(derived.denominator, sums.denominator)
            or case
                when definition.measure = 'count' then differs(derived.value, sums.value)
                else differs(derived.value, definition.unit_base * sums.numerator / nullif(sums.denominator, 0))
            end as is_wrong,
        derived.area_code,
        derived.period_label,
        derived.value,
        coalesce(sums.is_complete, false) as is_complete,
        definition.measure,
        sums.value as value_of_parts,
        sums.numerator as numerator_of_parts,
        sums.denominator as denominator_of_parts
    from built.observations as derived
    left join sums using (observation_id)
    left join catalogue.indicators as definition using (indicator_id, definition_version)
    where derived.is_derived and derived.value is not null
)
select
    concat_ws(' ', indicator_id, definition_version) as subject,
    count(*) filter (where is_wrong) as rows_wrong,
    min(
        case when is_wrong
            then concat(concat_ws(' ', indicator_id, area_code, period_label), ': ', value, case
                when not is_complete then ', an observation it names is not there'
                when measure = 'count' then ', its parts add up to ' || value_of_parts
                else ', its parts give ' || concat_ws(' of ', numerator_of_parts, denominator_of_parts)
            end) end,
        {KEYS_SHOWN}
    ) as keys_wrong
from compared
group by indicator_id, definition_version
order by subject
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


DERIVED_OBSERVATIONS = Evidence(
    stage="release",
    subjects="indicators with derived observations",
    collect=_collect,
    checks=(
        Check(
            check_id="derived_equals_inputs",
            title="Derived observations equal the sum of their inputs",
            about="Every observation a derived one names is there; counts add up, and a derived rate is made from the"
            " sums of numerators and denominators, never from rates.",
            expected=none("rows_wrong"),
            failing="rows_wrong",
            keys="keys_wrong",
        ),
    ),
)
