"""The gap ledger of a release: what stands by kind, and which gaps would change an answer.

The numbers are those of the public tables attribution_gaps and gap_effects; nothing is judged here.
"""

from typing import Any

from pipelines.releases.asking import Ask

Row = dict[str, Any]

BY_KIND = """
select
    gaps.kind, kinds.title, kinds.level, kinds.owner, kinds.resolved_by, kinds.shows,
    count(*) as gaps,
    count(*) filter (gaps.is_blocking) as blocking,
    count(*) filter (gaps.would_change_answer) as would_change_answer,
    count(*) filter (gaps.decision_id is not null) as waived
from attribution_gaps as gaps
left join gap_kinds as kinds using (kind)
where gaps.closed_in_release is null and (? is null or gaps.service_id = ?)
group by all
order by gaps desc, gaps.kind
"""

ANSWERS_CHANGED = """
select
    effects.effect, effects.kind, kinds.title as kind_title, effects.gaps, effects.gap_id, effects.service_id,
    services.service_name, effects.indicator_id, indicators.title as indicator, effects.period_start,
    effects.period_end, effects.typology_id, models.label as model, effects.median_before, effects.median_after,
    effects.services_used, effects.services_used_after, effects.services_in_scope, kinds.owner, kinds.resolved_by
from gap_effects as effects
left join gap_kinds as kinds using (kind)
left join services using (service_id)
left join indicators using (indicator_id, definition_version)
left join typology_models as models
    on effects.typology_id = models.typology_id and effects.model_id = models.model_id
where (? is null or effects.service_id = ?) and (? is null or effects.kind = ?)
order by
    case effects.effect
        when 'lifts the refusal' then 1 when 'reaches the coverage needed' then 2
        when 'lets the model be tested' then 3 when 'shows the model' then 4 else 5
    end,
    effects.period_end desc, effects.indicator_id, effects.typology_id, effects.service_id, effects.model_id
"""

ONE_KIND = """
select * from attribution_gaps
where closed_in_release is null and kind = ? and (? is null or service_id = ?)
order by is_blocking desc, service_id, indicator_id, period_end desc, area_code, gap_id
"""


def by_kind(ask: Ask, service_id: str | None = None) -> list[Row]:
    """Open gaps by kind, the most frequent first; of one service where it is given."""
    return ask(BY_KIND, service_id, service_id)


def of_kind(ask: Ask, kind: str, service_id: str | None = None) -> list[Row]:
    """Every open gap of a kind."""
    return ask(ONE_KIND, kind, service_id, service_id)


def answers_changed(ask: Ask, service_id: str | None = None, kind: str | None = None) -> list[Row]:
    """Each comparison that would answer otherwise with a gap closed, in each way it could close."""
    return ask(ANSWERS_CHANGED, service_id, service_id, kind, kind)
