"""Does a comparison use only what may be used: attributable, comparable, open, and under the model attributed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_SQL = f"""
with compared as (
    select distinct
        comparison_id,
        typology_id,
        concat_ws(' ', indicator_id, definition_version, source_id, period_label, typology_id) as comparison
    from built.comparisons
),
used as (
    select
        compared.comparison,
        service.service_id,
        attribution.observation_id is not null
            and (
                attribution.attribution_status = 'attributable'
                or (attribution.attribution_status = 'attributable_with_caveat' and settings.is_caveat_used)
            )
            and attribution.comparability_status = 'comparable'
            and attribution.disclosure_status = 'open'
            and attribution.model_id is not distinct from service.model_id
            and service.value is not null as may_be_used,
        attribution.attribution_status,
        attribution.comparability_status,
        attribution.disclosure_status,
        attribution.model_id as model_attributed,
        service.model_id as model_used
    from built.comparison_services as service
    inner join compared using (comparison_id)
    cross join catalogue.settings as settings
    left join built.attributions as attribution
        on attribution.observation_id = service.observation_id and attribution.typology_id = compared.typology_id
    where service.is_used
)
select
    comparison as subject,
    count(*) filter (where not may_be_used) as services_failing,
    min(
        case when not may_be_used
            then concat(comparison, ' ', service_id, ': ',
                        concat_ws(', ', coalesce(attribution_status, 'not in attributions'), comparability_status,
                                  disclosure_status, coalesce('model ' || model_attributed, 'no model'),
                                  'used as ' || coalesce(model_used, 'no model'))) end,
        {KEYS_SHOWN}
    ) as keys_failing
from used
group by comparison
order by comparison
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


COMPARISON_SERVICES = Evidence(
    stage="attribution",
    subjects="comparisons with services used",
    collect=_collect,
    checks=(
        Check(
            check_id="comparison_uses_attributable_only",
            title="Comparisons use only what is attributable",
            about="Every service used in a comparison has an observation that is attributable to the model it is"
            " counted under, comparable and open; one with a caveat only where the settings allow it.",
            expected=none("services_failing"),
            failing="services_failing",
            keys="keys_failing",
        ),
    ),
)
