"""Comparisons across structural models as the release holds them.

Nothing is computed here: medians and refusals come from the release.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from reports.release import Release, Row
from reports.vocabulary import vocabulary


@dataclass
class Comparison:
    """One indicator, version and period by one typology.

    Attributes:
        facts: what its rows share.
        models: one row for each model that a service can be assigned to, in the order of the typology.
        services: one row for each service in scope; filled only where a page shows them.
    """

    facts: Row
    models: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether the release refuses to compare."""
        return bool(self.facts["is_refused"])

    @property
    def key(self) -> tuple[str, str]:
        """Indicator and version."""
        return self.facts["indicator_id"], self.facts["definition_version"]

    @property
    def used(self) -> int:
        """Services used, over all models."""
        return int(self.facts["services_used"])

    @property
    def in_scope(self) -> int:
        """Services in scope."""
        return int(self.facts["services_in_scope"])

    def sources(self) -> list[str]:
        """Datasets that the figures used are from, the foremost first; the services must have been loaded."""
        used = {row["source_id"] for row in self.services if row["is_used"] and row["source_id"]}
        return list(dict.fromkeys([self.facts["source_id"], *sorted(used)]))

    def exclusions(self) -> list[tuple[str | None, str, int]]:
        """Kind, words and number of services left out, the most frequent first."""
        found = Counter((row["exclusion_kind"], exclusion(row)) for row in self.services if not row["is_used"])
        return [
            (kind, reason, n)
            for (kind, reason), n in sorted(found.items(), key=lambda item: (-item[1], item[0][0] or "", item[0][1]))
        ]


def exclusion(service: Row) -> str:
    """Why a service is left out, in the words of its gap kind, else in those of the row."""
    known = vocabulary("gap_kinds", "kind").get(service["exclusion_kind"] or "")
    if known:
        return str(known["title"])
    return str(service["exclusion_reason"] or service["group_label"] or "no reason given").rstrip(". ")


def load(release: Release) -> dict[tuple[str, str], list[Comparison]]:
    """Every comparison by indicator and typology, the latest period first."""
    rows = release.rows(
        """
        select comparisons.*, coalesce(typology_models.is_assignable, true) as is_assignable
        from comparisons
        left join typology_models
            on typology_models.typology_id = comparisons.typology_id
            and typology_models.model_id = comparisons.model_id
        order by
            comparisons.indicator_id, comparisons.typology_id, comparisons.period_end desc, comparisons.period_start,
            comparisons.services_used desc, comparisons.source_id, comparisons.definition_version,
            comparisons.comparison_id, comparisons.model_order
        """
    )
    found: dict[str, Comparison] = {}
    for row in rows:
        comparison = found.setdefault(row["comparison_id"], Comparison(row))
        if row["model_id"] is not None and row["is_assignable"]:
            comparison.models.append(row)
    by_page: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for comparison in found.values():
        by_page[comparison.facts["indicator_id"], comparison.facts["typology_id"]].append(comparison)
    return dict(by_page)


def headline(comparisons: list[Comparison]) -> Comparison:
    """The one that a page shows in full: the latest that is not refused, else the latest."""
    return next((comparison for comparison in comparisons if not comparison.is_refused), comparisons[0])


def load_services(release: Release, comparisons: list[Comparison]) -> None:
    """Fill the services of these comparisons, by name."""
    wanted = {comparison.facts["comparison_id"]: comparison for comparison in comparisons}
    rows = release.rows(
        """
        select
            comparison_services.*, coalesce(names.service_name, comparison_services.service_id) as service_name,
            observations.value_marker
        from comparison_services
        left join (select service_id, min(service_name) as service_name from services group by service_id) as names
            on names.service_id = comparison_services.service_id
        left join observations on observations.observation_id = comparison_services.observation_id
        where comparison_id in (select unnest(?))
        order by service_name, comparison_services.service_id
        """,
        [list(wanted)],
    )
    for row in rows:
        wanted[row["comparison_id"]].services.append(row)
