"""Is a comparison refused where the thresholds say so, and are its counts those of its services?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import Check, Evidence, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Coverage and group sizes are counted again from comparison_services. A model with fewer services than the group
# minimum is shown and not tested; a comparison needs two models that are not, and coverage (design.md, rule 8).
_SQL = """
with services as (
    select
        comparison_id,
        count(*) as in_scope,
        count(*) filter (where is_used) as used
    from built.comparison_services
    group by comparison_id
),
models as (
    select comparison_id, model_id, count(*) as used_in_model
    from built.comparison_services
    where is_used
    group by comparison_id, model_id
),
groups as (
    select
        compared.*,
        coalesce(services.in_scope, 0) as in_scope_found,
        coalesce(services.used, 0) as used_found,
        coalesce(models.used_in_model, 0) as used_in_model_found,
        settings.group_minimum,
        settings.coverage_minimum
    from built.comparisons as compared
    cross join catalogue.settings as settings
    left join services using (comparison_id)
    left join models using (comparison_id, model_id)
),
summed as (
    select
        comparison_id,
        min(concat_ws(' ', indicator_id, definition_version, source_id, period_label, typology_id)) as subject,
        any_value(in_scope_found) as in_scope,
        any_value(used_found) as used,
        any_value(coverage_minimum) as coverage_minimum,
        count(*) filter (where used_in_model_found >= group_minimum) as models_testable,
        bool_and(is_refused) as is_refused,
        bool_or(is_refused and (median is not null or pooled_value is not null or refusal_reason is null))
            as is_shown_all_the_same,
        bool_or(is_testable and used_in_model_found < group_minimum) as is_tested_too_small,
        bool_or(services_in_scope <> in_scope_found or services_used <> used_found
                or group_services <> used_in_model_found) as is_miscounted
    from groups
    group by comparison_id
)
select
    subject,
    used < coverage_minimum * in_scope - 1e-9 or models_testable < 2 as is_below,
    (is_below and not is_refused or is_shown_all_the_same or is_tested_too_small)::int as shown_below,
    concat(subject, ': ', used, ' of ', in_scope, ' services used, ', models_testable, ' models large enough to test, ',
           case
               when is_below and not is_refused then 'not refused'
               when is_tested_too_small then 'and a smaller one marked testable'
               else 'refused with figures, or without a reason'
           end) as key_shown_below,
    is_miscounted::int as miscounted,
    concat(subject, ': comparison_services has ', used, ' used of ', in_scope) as key_miscounted
from summed
order by subject, comparison_id
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


COMPARISON_THRESHOLDS = Evidence(
    stage="release",
    subjects="comparisons",
    collect=_collect,
    checks=(
        Check(
            check_id="comparison_refused_below_thresholds",
            title="A comparison below the thresholds is refused",
            about="Below the coverage minimum, or with fewer than two models of the minimum size, it is refused, with"
            " the reason and without figures; and no model below the minimum is marked testable.",
            expected=none("shown_below"),
            keys="key_shown_below",
        ),
        Check(
            check_id="comparison_counts_its_services",
            title="A comparison counts the services it lists",
            about="Services in scope, used and by model, against the rows of comparison_services.",
            expected=none("miscounted"),
            keys="key_miscounted",
        ),
    ),
)
