"""The gap ledger as the pages count it."""

from __future__ import annotations

from reports.release import Release, Row
from reports.vocabulary import vocabulary

ALL_GAPS = "select * from attribution_gaps order by kind, indicator_id, period_end desc, area_code, typology_id, gap_id"

_KINDS = """
select
    kind, min(kind_title) as title, bool_or(is_blocking) as is_blocking, min(sets_field) as sets_field,
    min(sets_value) as sets_value, min(owner) as owner, min(resolved_by) as resolved_by,
    count(*) as gaps, count(distinct observation_id) as observations,
    count(*) filter (opened_in_release = ?) as newly_opened,
    count(*) filter (would_change_answer) as would_change_answer,
    arg_min(evidence, gap_id) as example, arg_min(evidence_locator, gap_id) as example_locator
from attribution_gaps
where closed_in_release is null
group by kind
"""

_BY_INDICATOR = """
select indicator_id, kind, min(kind_title) as title, bool_or(is_blocking) as is_blocking, min(owner) as owner,
    count(*) as gaps, count(distinct observation_id) as observations, arg_min(evidence, gap_id) as example
from attribution_gaps
where closed_in_release is null and indicator_id is not null
group by indicator_id, kind
order by indicator_id, gaps desc, kind
"""

ALL_EFFECTS = """
select * from gap_effects
order by indicator_id, period_end desc, typology_id, comparison_id, effect, service_id, model_id, kind
"""

_EFFECTS = """
with effects as (
    select
        gap_effects.*, indicators.title as indicator, indicators.decimals, services.service_name, models.label as model,
        abs(median_after - median_before) as moved
    from gap_effects
    left join services on gap_effects.service_id = services.service_id
    left join indicators
        on gap_effects.indicator_id = indicators.indicator_id
        and gap_effects.definition_version = indicators.definition_version
    left join typology_models as models
        on gap_effects.typology_id = models.typology_id and gap_effects.model_id = models.model_id
)

select
    effect, kind, gap_id is null as is_whole_kind,
    case when gap_id is null then sum(gaps) else count(distinct gap_id) end as gaps,
    count(distinct comparison_id) as comparisons,
    -- The largest change is the example; of equal ones, the latest.
    arg_max(
        {
            'indicator': indicator, 'period_start': period_start, 'period_end': period_end, 'service': service_name,
            'model': model, 'before': median_before, 'after': median_after, 'decimals': decimals,
            'used': services_used_after, 'in_scope': services_in_scope
        },
        (coalesce(moved, 0), period_end, effect_id)
    ) as example
from effects
group by effect, kind, gap_id is null
order by
    case effect
        when 'lifts the refusal' then 1 when 'reaches the coverage needed' then 2
        when 'lets the model be tested' then 3 when 'shows the model' then 4 else 5
    end,
    gaps desc, kind
"""

_OWNERS = """
select owner, count(*) as gaps, count(*) filter (is_blocking) as blocking, count(distinct kind) as kinds
from attribution_gaps
where closed_in_release is null
group by owner
order by gaps desc, owner
"""


def kinds(release: Release) -> list[Row]:
    """Open gaps by kind, the most frequent first, with what the kind shows on a page."""
    rows = release.rows(_KINDS, [release.release_id])
    known = vocabulary("gap_kinds", "kind")
    for row in rows:
        row["shows"] = known.get(row["kind"], {}).get("shows", "")
        row["test"] = known.get(row["kind"], {}).get("test", "")
    return sorted(rows, key=lambda row: (-row["gaps"], row["kind"]))


def not_found(found: list[Row]) -> list[tuple[str, str]]:
    """Kinds that the warehouse looks for, or a person may record, and that this release does not have."""
    have = {row["kind"] for row in found}
    return [
        (kind, entry["title"])
        for kind, entry in vocabulary("gap_kinds", "kind").items()
        if entry["detection"] in ("rule", "finding", "evidence") and kind not in have
    ]


def of_words() -> list[tuple[str, str]]:
    """Kinds that stand in words, not in data: the claim linter refuses a sentence that has one."""
    return [(k, e["title"]) for k, e in vocabulary("gap_kinds", "kind").items() if e["detection"] == "report"]


def not_detectable() -> list[tuple[str, str, str]]:
    """Kinds that nothing finds, each with why."""
    return [
        (kind, entry["title"], entry["not_detectable_because"])
        for kind, entry in vocabulary("gap_kinds", "kind").items()
        if entry["detection"] == "not_detectable"
    ]


def by_indicator(release: Release) -> dict[str, list[Row]]:
    """Open gaps of each indicator by kind."""
    found: dict[str, list[Row]] = {}
    for row in release.rows(_BY_INDICATOR):
        found.setdefault(row["indicator_id"], []).append(row)
    return found


def effects(release: Release) -> list[Row]:
    """What closing gaps of each kind would change in comparisons, the weightiest change first, with the largest."""
    known = vocabulary("gap_kinds", "kind")
    rows = release.rows(_EFFECTS)
    for row in rows:
        kind = known.get(row["kind"], {})
        row["title"], row["resolved_by"] = kind.get("title", row["kind"]), kind.get("resolved_by", "")
    return rows


def owners(release: Release) -> list[Row]:
    """Open gaps by who can close them."""
    return release.rows(_OWNERS)
