"""What stands behind each current value: its delivery and place in the file, its attribution, and its open gaps.

Read area by area, so that a release of any size needs the room of one area. What is printed of it is in
reports.pages.numbers_page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

from reports.areas import IS_CURRENT
from reports.release import Release, Row

# What is attributed and held back is gathered for these values alone: for all of a release it takes four times as long.
_VALUES = f"""
with chosen as (
    select observations.observation_id
    from observations
    where {IS_CURRENT} and observations.breakdown_id = 'all'
        and ($areas is null or list_contains($areas, observations.area_code))
), attributed as (
    select
        attributions.observation_id,
        list(
            {{
                'typology_id': attributions.typology_id, 'status': attributions.attribution_status,
                'comparability': attributions.comparability_status,
                'model': coalesce(typology_models.label, attributions.model_id)
            }} order by attributions.typology_id
        ) as attributions
    from attributions
    left join typology_models
        on typology_models.typology_id = attributions.typology_id
        and typology_models.model_id = attributions.model_id
    where attributions.observation_id in (select observation_id from chosen)
    group by attributions.observation_id
), held_back as (
    select observation_id, list(distinct kind order by kind) as kinds
    from attribution_gaps
    where closed_in_release is null and observation_id in (select observation_id from chosen)
    group by observation_id
)

select
    observations.area_code, observations.indicator_id, observations.definition_version, observations.observation_id,
    observations.period_start, observations.period_end, observations.source_id, observations.numerator,
    observations.denominator, observations.value, observations.value_marker, observations.is_derived,
    observations.lower_95, observations.upper_95, observations.interval_method, observations.delivery_id,
    observations.sheet, observations."row", observations."column", attributed.attributions, held_back.kinds
from observations
left join attributed on attributed.observation_id = observations.observation_id
left join held_back on held_back.observation_id = observations.observation_id
where observations.observation_id in (select observation_id from chosen)
    and {IS_CURRENT} and observations.breakdown_id = 'all'
order by
    observations.area_code, observations.indicator_id, observations.definition_version, observations.period_end desc,
    observations.period_start, observations.source_id, observations.observation_id
"""

# Gaps of the values of an area, and those of the whole area or service that name no value.
_GAPS = """
select
    coalesce(area_code, service_id) as area_code, coalesce(indicator_id, '') as indicator_id,
    coalesce(definition_version, '') as definition_version, kind, min(kind_title) as kind_title,
    bool_or(is_blocking) as is_blocking, count(*) as gaps, count(distinct observation_id) as observations,
    arg_max(evidence, (period_end, gap_id)) as example, arg_max(evidence_locator, (period_end, gap_id)) as locator,
    min(owner) as owner, min(resolved_by) as resolved_by
from attribution_gaps
where closed_in_release is null and coalesce(area_code, service_id) is not null
group by
    coalesce(area_code, service_id), coalesce(indicator_id, ''), coalesce(definition_version, ''), kind
order by is_blocking desc, gaps desc, kind
"""

GapsOfArea = dict[tuple[str, str], list[Row]]
"""Indicator and version -> its kinds of gap, those that stop attribution first; ("", "") for gaps of no indicator."""


def values(release: Release, areas: Collection[str] | None = None) -> Iterator[tuple[str, list[Row]]]:
    """Each area code with its current values, by indicator and version, the latest first; of these areas, or of all."""
    cursor = release.connection.cursor()
    try:
        result = cursor.execute(_VALUES, {"areas": None if areas is None else sorted(areas)})
        names = [column[0] for column in result.description or []]

        def rows() -> Iterator[Row]:
            while fetched := result.fetchmany(5000):
                for one in fetched:
                    yield dict(zip(names, one, strict=True))

        for code, of_area in groupby(rows(), lambda row: row["area_code"]):
            yield code, list(of_area)
    finally:
        cursor.close()


def gaps(release: Release) -> dict[str, GapsOfArea]:
    """Open gaps by kind: of each area, by indicator and version."""
    found: dict[str, GapsOfArea] = {}
    for row in release.rows(_GAPS):
        of_area = found.setdefault(row["area_code"], {})
        of_area.setdefault((row["indicator_id"], row["definition_version"]), []).append(row)
    return found
