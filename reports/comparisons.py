"""Comparisons across structural models as the release holds them.

Nothing is computed here: medians, tests and refusals come from the release. One of an older program has no tests: its
comparisons have none, and no page speaks of them.
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
        test: the test over all models and what the page may claim; None where the release has none.
        pairs: one row for each pair of models.
        strata: one row for each model, nation and authority class.
        left_out: one row for each model: between which values its figures lie when one service is left out.
        contested: (service, model) -> one row for each model, when that service is counted under that model.
    """

    facts: Row
    models: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    test: Row | None = None
    pairs: list[Row] = field(default_factory=list)
    strata: list[Row] = field(default_factory=list)
    left_out: list[Row] = field(default_factory=list)
    contested: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

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

    def model(self, model_id: str) -> Row | None:
        """The row of a model; None where no service can be assigned to it."""
        return next((model for model in self.models if model["model_id"] == model_id), None)

    def model_label(self, model_id: str) -> str:
        """What a model is called; its id where it has no row."""
        model = self.model(model_id)
        return str(model["model_label"]) if model else model_id

    def service_name(self, service_id: str) -> str:
        """What a service is called; the services must have been loaded."""
        return next((row["service_name"] for row in self.services if row["service_id"] == service_id), service_id)

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


def load_tests(release: Release, comparisons: list[Comparison]) -> None:
    """Fill what the release holds beside medians: tests, pairs, classes of authority, sensitivity."""
    if not release.has("comparison_tests"):
        return
    wanted = {comparison.facts["comparison_id"]: comparison for comparison in comparisons}
    ids = [list(wanted)]

    def rows(table: str, order: str) -> list[Row]:
        return release.rows(
            f"select * from {table} where comparison_id in (select unnest(?)) order by comparison_id, {order}", ids
        )

    for row in rows("comparison_tests", "1"):
        wanted[row["comparison_id"]].test = row
    for row in rows("comparison_pairs", "model_a, model_b"):
        wanted[row["comparison_id"]].pairs.append(row)
    for row in rows("comparison_strata", "nation, authority_class, model_id"):
        wanted[row["comparison_id"]].strata.append(row)
    for row in rows("comparison_sensitivity", "variant, model_id"):
        comparison = wanted[row["comparison_id"]]
        kind, *who = row["variant"].split(":", 2)
        if kind == "contested" and len(who) == 2:
            comparison.contested.setdefault((who[0], who[1]), []).append(row)
        elif kind == "leave_one_out":
            comparison.left_out.append(row)
    for comparison in comparisons:
        place = {model["model_id"]: number for number, model in enumerate(comparison.models)}
        last = len(place)
        comparison.pairs.sort(key=lambda row: (place.get(row["model_a"], last), place.get(row["model_b"], last)))
        comparison.left_out.sort(key=lambda row: place.get(row["model_id"], last))


def courses(release: Release) -> dict[tuple[str, str], list[Row]]:
    """Every value used in a comparison that is not refused, by indicator and typology: service, model and period."""
    rows = release.rows(
        """
        with shown as (
            select distinct
                comparison_id, indicator_id, typology_id, definition_version, source_id, period_start, period_end
            from comparisons
            where not is_refused
        )

        select
            shown.indicator_id, shown.typology_id, shown.definition_version, shown.source_id, shown.period_start,
            shown.period_end, services.service_id, services.model_id, services.value
        from comparison_services as services
        inner join shown on services.comparison_id = shown.comparison_id
        where services.is_used and services.value is not null
        order by shown.indicator_id, shown.typology_id, services.service_id, shown.period_end, shown.period_start
        """
    )
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["indicator_id"], row["typology_id"]].append(row)
    return found
