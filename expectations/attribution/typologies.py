"""Does each typology hold every observation in its scope, once, with a model only where one may be stated?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, equal, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Scope is worked out again here, from observations and registers, by another path than the dbt models take: current
# observations whose area belongs to a nation of the typology, and whose exposure window overlaps its validity
# (design.md, rule 3). Countries and regions are left to dbt: no register states their nation.
_SQL = f"""
with nations as (
    select distinct area_code, nation from built.authorities
    union
    select distinct service_id, nation from built.services
),
typologies as (
    select typology_id, valid_from, valid_to, unnest(string_split(nations, '|')) as nation from catalogue.typologies
    where is_attributed
),
in_scope as (
    select typology.typology_id, observation.observation_id, observation.indicator_id, observation.area_code,
        observation.period_start, observation.period_end
    from built.observations as observation
    inner join nations using (area_code)
    inner join typologies as typology
        on typology.nation = nations.nation
        and coalesce(typology.valid_from <= observation.window_end, true)
        and coalesce(typology.valid_to >= observation.window_start, true)
    where observation.is_current
),
missing as (
    select
        typology_id,
        period_end,
        count(*) as rows_missing,
        min(concat_ws(' ', indicator_id, area_code, period_start) || ': not in attributions', {KEYS_SHOWN})
            as keys_missing
    from in_scope
    anti join built.attributions using (typology_id, observation_id, period_end)
    group by typology_id, period_end
),
not_current as (
    select
        typology_id,
        period_end,
        count(*) as rows_not_current,
        min(concat_ws(' ', indicator_id, area_code, period_start) || ': no current observation', {KEYS_SHOWN})
            as keys_not_current
    from built.attributions
    anti join (select observation_id, period_end from built.observations where is_current) as current_observations
        using (observation_id, period_end)
    group by typology_id, period_end
),
found as (
    select
        typology_id,
        period_end,
        count(*) as rows_found,
        -- Hashes take a fraction of the memory of the keys, and two of them would have to be equal by chance.
        count(distinct hash(observation_id)) as observations_found
    from built.attributions
    group by typology_id, period_end
),
misplaced as (
    select
        typology_id,
        period_end,
        count(*) as rows_misplaced,
        min(
            concat(concat_ws(' ', indicator_id, area_code, period_start), ': ', attribution_status, ' with ',
                   coalesce('model ' || model_id, 'no model')),
            {KEYS_SHOWN}
        ) as keys_misplaced
    from built.attributions
    where (model_id is not null)
        <> coalesce(attribution_status in ('attributable', 'attributable_with_caveat'), false)
    group by typology_id, period_end
),
repeated as (
    -- Looked for only where a typology has them.
    select typology_id, period_end, min(cell || ': ' || times || ' rows', {KEYS_SHOWN}) as keys_repeated
    from (
        select typology_id, period_end, observation_id, count(*) as times,
            any_value(concat_ws(' ', indicator_id, area_code, period_start)) as cell
        from built.attributions
        semi join (from found where rows_found <> observations_found) as repeating using (typology_id, period_end)
        group by typology_id, period_end, observation_id
        having count(*) > 1
    ) as repetitions
    group by typology_id, period_end
)
select
    period_end,
    concat_ws(' ', typology_id, 'to', period_end) as subject,
    coalesce(rows_found, 0) as rows_found,
    coalesce(observations_found, 0) as observations_found,
    rows_found - observations_found as rows_repeated,
    keys_repeated,
    coalesce(rows_missing, 0) + coalesce(rows_not_current, 0) as rows_off_scope,
    list_concat(keys_missing, keys_not_current) as keys_off_scope,
    coalesce(rows_misplaced, 0) as rows_misplaced,
    keys_misplaced
from found
full join missing using (typology_id, period_end)
left join not_current using (typology_id, period_end)
left join misplaced using (typology_id, period_end)
left join repeated using (typology_id, period_end)
order by typology_id, period_end
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


TYPOLOGIES = Evidence(
    stage="attribution",
    subjects="typologies by period",
    collect=_collect,
    checks=(
        Check(
            check_id="balance_scope_covered",
            title="Every observation in scope of a typology is in attributions",
            about="Scope worked out again from observations, registers and the typology's validity; and no row stands"
            " for an observation that is not current. No join has lost or invented a row.",
            expected=none("rows_off_scope"),
            failing="rows_off_scope",
            keys="keys_off_scope",
        ),
        Check(
            check_id="exclusivity_one_row_per_typology",
            title="An observation stands once in a typology",
            about="Rows of attributions, against the observations they stand for, typology by typology and period by"
            " period: no value counts towards two models.",
            expected=equal("rows_found", "observations_found"),
            failing="rows_repeated",
            keys="keys_repeated",
        ),
        Check(
            check_id="attribution_model_only_where_attributable",
            title="A model is stated where it is attributable, and nowhere else",
            about="model_id is set exactly on rows that are attributable or attributable with a caveat.",
            expected=none("rows_misplaced"),
            failing="rows_misplaced",
            keys="keys_misplaced",
        ),
    ),
)
