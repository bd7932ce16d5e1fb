"""Current published values as the indicator pages show them: the latest period of each series, with its attributions.

A series is what one dataset publishes for one kind of area under one definition version.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from reports.release import Release, Row
from reports.vocabulary import vocabulary

# Withdrawn rows are history: a later delivery of the same areas and period no longer holds them.
_IS_CURRENT = "observations.is_current and not coalesce(observations.is_withdrawn, false)"

# The register's name comes first: some files give a code or a short form in the place of a name.
_NAMES = """
    select 'youth_justice_service' as area_type, service_id as area_code, min(service_name) as area_name
    from services
    group by service_id
    union all
    select area_type, area_code, min(area_name) as area_name
    from authorities
    group by area_type, area_code
"""

# An inspection happens to each place on a day of its own: there the latest of each place is shown, not of the series.
_IS_EVENT = "list_contains($events, period_type)"

_LATEST = f"""
with series as (
    select
        indicator_id, definition_version, source_id, area_type,
        case when {_IS_EVENT} then area_code end as event_area, max(period_end) as period_end
    from observations
    where {_IS_CURRENT} and breakdown_id = 'all'
    group by indicator_id, definition_version, source_id, area_type, event_area
), names as ({_NAMES})

select
    observations.observation_id, observations.indicator_id, observations.definition_version, observations.source_id,
    observations.area_type, observations.area_code, observations.period_start, observations.period_end,
    observations.period_label, {_IS_EVENT} as is_event,
    observations.numerator, observations.denominator, observations.value,
    observations.value_marker, observations.is_derived, observations.lower_95, observations.upper_95,
    observations.interval_method, observations.published_at,
    coalesce(names.area_name, nullif(observations.area_name_as_published, ''), observations.area_code) as area_name
from observations
inner join series
    on series.indicator_id = observations.indicator_id
    and series.definition_version = observations.definition_version
    and series.source_id = observations.source_id
    and series.area_type = observations.area_type
    and series.period_end = observations.period_end
    and (series.event_area is null or series.event_area = observations.area_code)
left join names on names.area_type = observations.area_type and names.area_code = observations.area_code
where {_IS_CURRENT} and observations.breakdown_id = 'all'
order by area_name, observations.area_code, observations.period_start, observations.observation_id
"""

_ATTRIBUTIONS = """
with shown as (
    select observation_id, typology_id, model_id, attribution_status, comparability_status, deciding_gap_id
    from attributions
    where observation_id in (select unnest(?))
), deciding as (
    select gap_id, min(kind_title) as kind_title
    from attribution_gaps
    where gap_id in (select deciding_gap_id from shown)
    group by gap_id
)

select
    shown.observation_id, shown.typology_id, shown.attribution_status, shown.comparability_status,
    typology_models.label as model_label, deciding.kind_title
from shown
left join typology_models
    on typology_models.typology_id = shown.typology_id and typology_models.model_id = shown.model_id
left join deciding on deciding.gap_id = shown.deciding_gap_id
"""

_COVERAGE = f"""
select
    indicator_id, definition_version, source_id, area_type, {_IS_EVENT} as is_event,
    case when not {_IS_EVENT} then period_start end as one_start,
    case when not {_IS_EVENT} then period_end end as one_end,
    min(period_start) as period_start, max(period_end) as period_end, min(period_label) as period_label,
    count(*) as places,
    count(value) as with_value,
    count(*) filter (value is null and value_marker = 'x') as not_available,
    count(*) filter (value is null and value_marker is distinct from 'x') as otherwise_marked,
    count(*) filter (is_derived) as derived,
    max(published_at) as published_at
from observations
where {_IS_CURRENT} and breakdown_id = 'all'
group by indicator_id, definition_version, source_id, area_type, is_event, one_start, one_end
order by indicator_id, max(period_end) desc, min(period_start) desc, source_id, definition_version, area_type
"""


@dataclass
class Series:
    """The latest values of one series, by name; `attributions` by observation and typology."""

    indicator_id: str
    definition_version: str
    source_id: str
    area_type: str
    rows: list[Row] = field(default_factory=list)
    attributions: dict[str, dict[str, Row]] = field(default_factory=dict)

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of the latest period; of all latest events where each place has its own."""
        return min(row["period_start"] for row in self.rows), max(row["period_end"] for row in self.rows)

    @property
    def is_of_events(self) -> bool:
        """Whether each place has a day of its own."""
        return any(row["is_event"] for row in self.rows)

    def holds(self, *columns: str) -> bool:
        """Whether any row has a value in any of these columns."""
        return any(row[column] is not None for row in self.rows for column in columns)

    @property
    def typologies(self) -> set[str]:
        """Typologies in scope of any of its rows."""
        return {typology for found in self.attributions.values() for typology in found}


def latest(release: Release) -> dict[str, list[Series]]:
    """The latest values of every series, by indicator."""
    found: dict[tuple[str, str, str, str], Series] = {}
    of_observation: dict[str, Series] = {}
    for row in release.rows(_LATEST, {"events": _events()}):
        key = (row["indicator_id"], row["definition_version"], row["source_id"], row["area_type"])
        series = found.setdefault(key, Series(*key))
        series.rows.append(row)
        of_observation[row["observation_id"]] = series
    for row in release.rows(_ATTRIBUTIONS, [list(of_observation)]):
        series = of_observation[row["observation_id"]]
        series.attributions.setdefault(row["observation_id"], {})[row["typology_id"]] = row
    by_indicator: dict[str, list[Series]] = defaultdict(list)
    for series in found.values():
        by_indicator[series.indicator_id].append(series)
    return dict(by_indicator)


def coverage(release: Release) -> dict[str, list[Row]]:
    """Places with and without a value, by indicator, for every series and period, the latest first."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in release.rows(_COVERAGE, {"events": _events()}):
        found[row["indicator_id"]].append(row)
    return dict(found)


def _events() -> list[str]:
    return [code for code, entry in vocabulary("period_types").items() if not entry.get("non_overlapping", True)]


def rows_held(release: Release) -> dict[str, int]:
    """How many rows `csv_query` gives, by indicator."""
    query = f"select indicator_id, count(*) as n from observations where {_IS_CURRENT} group by indicator_id"
    return {row["indicator_id"]: row["n"] for row in release.rows(query)}


def csv_query(indicator_id: str) -> str:
    """Every current row of an indicator: all periods, areas and breakdowns, with its attribution in each typology."""
    return f"""
        select
            observations.observation_id, observations.indicator_id, observations.definition_version,
            observations.area_type, observations.area_code,
            coalesce(names.area_name, nullif(observations.area_name_as_published, '')) as area_name,
            observations.area_name_as_published,
            observations.period_start, observations.period_end, observations.period_label, observations.period_type,
            observations.breakdown_id, observations.numerator, observations.denominator, observations.value,
            observations.unit, observations.value_marker, observations.lower_95, observations.upper_95,
            observations.interval_method, statuses.attribution, observations.is_derived, observations.source_id,
            observations.delivery_id, observations.sheet, observations."row", observations."column",
            observations.published_at
        from observations
        left join ({_NAMES}) as names
            on names.area_type = observations.area_type and names.area_code = observations.area_code
        left join (
            select
                observation_id,
                string_agg(
                    typology_id || ': ' || attribution_status || coalesce(' (' || model_id || ')', ''),
                    '; ' order by typology_id
                ) as attribution
            from attributions
            where indicator_id = '{indicator_id}'
            group by observation_id
        ) as statuses
            on statuses.observation_id = observations.observation_id
        where observations.indicator_id = '{indicator_id}' and {_IS_CURRENT}
        order by
            observations.period_end desc, observations.period_start, observations.source_id, area_name,
            observations.area_code, observations.breakdown_id, observations.observation_id
    """
