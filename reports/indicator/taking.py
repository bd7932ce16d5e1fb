"""What a reader takes away: how to cite the indicator, and the query that gives its values from the release's file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reports.datasets import Sources
from reports.definitions import Definition
from reports.language import _
from reports.periods import day
from reports.release import Release, Row


def citation(release: Release, definition: Definition, coverage: list[Row], sources: Sources) -> str:
    """A line to cite: publisher, indicator and version, vintage of the data, release."""
    datasets = sorted({row["source_id"] for row in coverage})
    publishers = ", ".join(dict.fromkeys(filter(None, (sources.publishers.get(one) for one in datasets))))
    return _("{publishers}. {title}, definition version {version}. {vintage}. Dovetail release {release}.").format(
        publishers=publishers or ", ".join(map(sources.title, datasets)),
        title=definition.title,
        version=definition.definition_version,
        vintage=_vintage(row.get("published_at") for row in coverage),
        release=release.release_id,
    )


def sql(definition: Definition) -> str:
    """A query for the release's dovetail.duckdb: the current values of this version, with their attribution."""
    return f"""select
    observations.period_start, observations.period_end, observations.area_type, observations.area_code,
    observations.numerator, observations.denominator, observations.value, observations.value_marker,
    observations.lower_95, observations.upper_95, attributions.typology_id, attributions.model_id,
    attributions.attribution_status
from observations
left join attributions on attributions.observation_id = observations.observation_id
where
    observations.indicator_id = {_quoted(definition.indicator_id)}
    and observations.definition_version = {_quoted(definition.definition_version)}
    and observations.is_current
    and observations.breakdown_id = 'all'
order by observations.period_end desc, observations.area_code"""


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _vintage(published: Iterable[datetime | None]) -> str:
    days = sorted({moment for moment in published if moment})
    if not days:
        return _("Day of publication not stated in the files")
    return _("Published {day}").format(day=day(days[-1]))
