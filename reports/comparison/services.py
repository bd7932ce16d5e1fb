"""The services behind a comparison, and its other periods."""

from __future__ import annotations

from markupsafe import Markup

from reports.comparison.opening import period
from reports.comparison.plot import axis
from reports.comparisons import Comparison, exclusion
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count
from reports.page import numbers_path
from reports.periods import published_as
from reports.release import Row
from reports.tables import Column, lines, link, table


def services_table(shown: Comparison, definition: Definition, with_numbers: frozenset[str]) -> Markup:
    """Every service in scope, by name; its value leads to its numbers where it has a page of them."""
    has_stabilised = any(row.get("stabilised_value") is not None for row in shown.services) and not shown.is_refused
    columns = [Column(_("Service"), is_quoted=True), Column(_("Column in the chart"))]
    if definition.has_counts:
        columns += [Column(_("Numerator"), is_numeric=True), Column(_("Denominator"), is_numeric=True)]
    columns.append(Column(axis(definition), is_numeric=True))
    if has_stabilised:
        columns.append(Column(_("Stabilised"), is_numeric=True))
    columns.append(Column(_("Used, or why not"), is_quoted=True, is_wide=True))
    rows = []
    for service in shown.services:
        row: list[object] = [service["service_name"], service["group_label"] or _("not used")]
        if definition.has_counts:
            row += [count(service["numerator"]) or _("not given"), count(service["denominator"]) or _("not given")]
        value = definition.value(service["value"], service["value_marker"])
        where = numbers_path(service["service_id"], *definition.key)
        row.append(link("../" + where, value) if service["service_id"] in with_numbers else value)
        if has_stabilised:
            row.append(definition.plain(service["stabilised_value"]) or _("not used"))
        row.append(_("used") if service["is_used"] else lines(exclusion(service), _further(service)))
        rows.append(row)
    return table(_("Every service in scope, {period}, by name").format(period=period(shown)), columns, rows)


def evidence_table(shown: Comparison) -> Markup:
    """In a refused comparison: how many services could have been used, without any value by model."""
    rows = [[model["model_label"], count(model["group_services"])] for model in shown.models]
    return table(
        _("Services that can be placed with a structural model, {period}").format(period=period(shown)),
        [Column(_("Structural model")), Column(_("Services that could be used"), is_numeric=True)],
        rows,
    )


def periods_table(
    comparisons: list[Comparison],
    shown: Comparison,
    definitions: dict[tuple[str, str], Definition],
    source_titles: dict[str, str],
) -> Markup | None:
    """Every period and source of this indicator and typology, with the median of each model or the reason for none."""
    if len(comparisons) < 2:
        return None
    models = {
        model["model_id"]: model["model_label"]
        for comparison in comparisons
        for model in comparison.models
        if not all(other.is_refused for other in comparisons)
    }
    columns = [Column(_("Period")), Column(_("Used of in scope"), is_numeric=True)]
    columns += [Column(label, is_numeric=True) for label in models.values()]
    columns += [Column(_("Result"), is_wide=True)]
    many_sources = len({other.facts["source_id"] for other in comparisons}) > 1
    many_versions = len({other.facts["definition_version"] for other in comparisons}) > 1
    rows = []
    for other in comparisons:
        definition = definitions[other.key]
        by_model = {model["model_id"]: model for model in other.models}
        row: list[object] = [
            lines(
                period(other),
                published_as(other.facts["period_label"]),
                source_titles.get(other.facts["source_id"], other.facts["source_id"]) if many_sources else "",
                _("version {version}").format(version=other.facts["definition_version"]) if many_versions else "",
            ),
            _("{used} of {whole}").format(used=count(other.used), whole=count(other.in_scope)),
        ]
        for model_id in models:
            model = by_model.get(model_id)
            if model is None or model["median"] is None or other.is_refused:
                row.append(_("none"))
            else:
                row.append(
                    lines(definition.plain(model["median"]), _("n {n}").format(n=count(model["group_services"])))
                )
        result = other.facts["refusal_reason"] if other.is_refused else _("Medians shown")
        row.append(lines(result, _("shown on this page") if other is shown else ""))
        rows.append(row)
    what = _("median of services by structural model") if models else _("services that can be used")
    return table(_("Every period: {what}").format(what=what), columns, rows)


def _further(service: Row) -> str:
    reason = service["exclusion_reason"] or ""
    return "" if reason == exclusion(service) else reason
