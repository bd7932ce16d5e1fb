"""The comparison of an indicator across structural models: what it shows, what it leaves out, or why it is refused.

It never ranks models: they stand in the order of their typology, in one colour, and the words are about services.
"""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from reports.balance import Balances
from reports.comparisons import Comparison, exclusion, headline
from reports.definitions import Definition
from reports.numbers import count, number, sentence_case, several, share, within_sentence
from reports.page import Page, comparison_path, indicator_path
from reports.periods import span
from reports.release import Row
from reports.strip_plot import Column as PlotColumn
from reports.strip_plot import Dot, Drawings
from reports.tables import Column, lines, table
from reports.vocabulary import markers_in, words

DOES_NOT_JUDGE = "This describes; it does not judge what worked."


def page(
    comparisons: list[Comparison],
    definitions: dict[tuple[str, str], Definition],
    balances: Balances,
    source_titles: dict[str, str],
    drawings: Drawings,
) -> Page:
    """The page of one indicator and typology.

    Args:
        comparisons: all of them, the latest first; the services of the headline one are loaded.
        definitions: by indicator and version.
        balances: of the release.
        source_titles: dataset -> title.
        drawings: draws the charts of this render.
    """
    shown = headline(comparisons)
    definition = definitions[shown.key]
    typology = balances.title(shown.facts["typology_id"])
    latest = comparisons[0]
    columns = _refused_columns(shown, definition) if shown.is_refused else _columns(shown, definition)
    drawn_services = sum(len(column.dots) for column in columns)
    text = _text_alternative(shown, definition, columns)
    name = f"{definition.indicator_id}--{shown.facts['typology_id']}"
    return Page(
        path=comparison_path(definition.indicator_id, shown.facts["typology_id"]),
        template="comparison.html",
        title=f"{definition.title}, by structural model",
        section="comparisons",
        balance=balances.of(definition.indicator_id, shown.facts["typology_id"]),
        about_models=True,
        context={
            "definition": definition,
            "comparison": shown,
            "typology": typology,
            "period": span(shown.facts["period_start"], shown.facts["period_end"]),
            "period_label": shown.facts["period_label"],
            "source": "; ".join(source_titles.get(source, source) for source in shown.sources()),
            "opening": _opening(shown, definition, typology),
            "is_older": latest is not shown,
            "latest_period": span(latest.facts["period_start"], latest.facts["period_end"]),
            "latest_reason": latest.facts["refusal_reason"],
            "headline": None if shown.is_refused else _spread(shown, definition),
            "chart": drawings.draw(columns, _axis(definition), text) if drawn_services else None,
            "text_alternative": text,
            "not_drawn": _not_drawn(shown),
            "models": None if shown.is_refused else _models_table(shown, definition),
            "refused_models": _evidence_table(shown) if shown.is_refused else None,
            "exclusions": _exclusions_table(shown),
            "services": _services_table(shown, definition),
            "others": _others_table(comparisons, shown, definitions, source_titles),
            "indicator_path": indicator_path(definition.indicator_id),
            "csv": f"data/{name}.csv",
        },
    )


def csv_rows(shown: Comparison) -> list[Row]:
    """The rows behind the chart and its table, as the page shows them."""
    series = ("indicator_id", "definition_version", "source_id", "period_start", "period_end", "period_label")
    return [
        {name: shown.facts[name] for name in (*series, "typology_id", "comparison_id")} | service
        for service in shown.services
    ]


def _opening(shown: Comparison, definition: Definition, typology: str) -> Markup:
    """What is compared, when, services used of those in scope, exclusions by reason; and that nothing is judged."""
    excluded = shown.exclusions()
    left_out = sum(n for _, _, n in excluded)
    reasons = ", ".join(f"{within_sentence(reason)} ({count(n)})" for _, reason, n in excluded)
    return Markup(
        "{what}, {period}, across services by structural model: {typology}. {used} {are} used; {left_out}. {end}"
    ).format(
        what=definition.title,
        period=_period(shown),
        typology=typology,
        used=share(shown.used, shown.in_scope, "services in scope"),
        are="can be" if shown.is_refused else "are",
        left_out=f"{count(left_out)} are left out: {reasons}" if left_out else "none is left out",
        end=DOES_NOT_JUDGE,
    )


def _spread(shown: Comparison, definition: Definition) -> str:
    """The message of the chart: how far medians lie apart beside how far services of one model do."""
    with_median = [model for model in shown.models if model["median"] is not None and model["is_testable"]]
    if len(with_median) < 2:
        return f"Each of {several(shown.used, 'service')}, by structural model"
    medians = [model["median"] for model in with_median]
    widths = [model["upper_quartile"] - model["lower_quartile"] for model in with_median]
    unit = "percentage points" if definition.unit_base == 100 else str(definition.unit_label)
    apart = f"{number(max(medians) - min(medians), definition.decimals)} {unit}"
    narrow, wide = (number(reach(widths), definition.decimals) for reach in (min, max))
    return (
        f"The medians of the models lie within {apart} of each other; "
        f"inside one model the middle half of services spans {narrow} to {wide} {unit}"
    )


def _axis(definition: Definition) -> str:
    return sentence_case(str(definition.unit_label))


def _services(how_many: int) -> str:
    return several(how_many, "service")


def _columns(shown: Comparison, definition: Definition) -> list[PlotColumn]:
    """A column for each model in the typology's order, then one for each reason a service with a value is not used."""
    unused: dict[str, list] = {}
    for service in shown.services:
        if not service["is_used"]:
            unused.setdefault(service["group_label"] or "Not used", []).append(service)
    reasons = [
        reason for reason in _reason_order(list(unused)) if any(row["value"] is not None for row in unused[reason])
    ]
    columns = []
    for model in shown.models:
        members = [row for row in shown.services if row["is_used"] and row["model_id"] == model["model_id"]]
        median = () if model["median"] is None else (f"median {definition.plain(model['median'])}",)
        columns.append(
            PlotColumn(
                label=model["model_label"],
                under_label=(_services(model["group_services"]), *median),
                dots=_dots(members, definition),
                median=model["median"],
                is_used=True,
            )
        )
    for reason in reasons:
        columns.append(
            PlotColumn(
                label=reason,
                under_label=(_services(len(unused[reason])), "not used"),
                dots=_dots(unused[reason], definition),
                median=None,
                is_used=False,
            )
        )
    return columns


def _refused_columns(shown: Comparison, definition: Definition) -> list[PlotColumn]:
    """All values in one grey column: nothing is compared, so nothing stands side by side."""
    dots = _dots(shown.services, definition)
    return [
        PlotColumn(
            "Services in scope, not compared", (f"{_services(len(dots))} with a value",), dots, None, is_used=False
        )
    ]


def _dots(services: list, definition: Definition) -> tuple[Dot, ...]:
    return tuple(
        Dot(row["service_name"], row["value"], definition.plain(row["value"]))
        for row in services
        if row["value"] is not None
    )


def _reason_order(reasons: list[str]) -> list[str]:
    statuses = [entry["label"] for entry in words()["attribution_status"].values()]
    order = {"Unassigned": -1} | {status: place for place, status in enumerate(statuses) if status != "Unassigned"}
    return sorted(reasons, key=lambda reason: (order.get(reason, len(order)), reason))


def _not_drawn(shown: Comparison) -> str | None:
    """Services in scope that have no value, by reason: they are no dots, and they are not forgotten."""
    without = [row for row in shown.services if row["value"] is None]
    if not without:
        return None
    marks = Counter(row["value_marker"] for row in without)
    meanings = dict(markers_in(set(marks) - {None}))
    reasons = ", ".join(
        f"{meanings[mark] if mark else 'no row published'} ({count(n)})"
        for mark, n in sorted(marks.items(), key=lambda item: (-item[1], item[0] or ""))
    )
    return f"{_services(len(without))} in scope {'has' if len(without) == 1 else 'have'} no value to draw: {reasons}."


def _text_alternative(shown: Comparison, definition: Definition, columns: list[PlotColumn]) -> str:
    period = span(shown.facts["period_start"], shown.facts["period_end"])
    if shown.is_refused:
        values = [dot.value for column in columns for dot in column.dots]
        reach = f" from {definition.plain(min(values))} to {definition.plain(max(values))}" if values else ""
        return (
            f"Dot plot of {definition.title}, {period}: {several(len(values), 'service')} with a value{reach}, "
            "in one grey column, because the comparison is refused."
        )
    parts = []
    for column in columns:
        middle = "" if column.median is None else f", median {definition.plain(column.median)}"
        used = "" if column.is_used else ", not used"
        parts.append(f"{column.label}: {several(len(column.dots), 'dot')}{middle}{used}")
    return f"Strip plot of {definition.title}, {period}, one dot for each service. " + "; ".join(parts) + "."


def _models_table(shown: Comparison, definition: Definition) -> Markup:
    columns = [
        Column("Structural model"),
        Column("Services", is_numeric=True),
        Column("The typical service (median)", is_numeric=True),
        Column("Middle half of services", is_numeric=True),
        Column("Range of services", is_numeric=True),
    ]
    if definition.has_counts:
        columns.append(Column("All children pooled", is_numeric=True))
    rows = []
    for model in shown.models:
        has_any = model["median"] is not None
        too_few = has_any and not model["is_testable"]
        row: list[object] = [
            lines(model["model_label"], "too few services to be tested; shown only" if too_few else ""),
            count(model["group_services"]),
            definition.plain(model["median"]) if has_any else "no service",
            _range(definition, model["lower_quartile"], model["upper_quartile"]) if has_any else "no service",
            _range(definition, model["minimum"], model["maximum"]) if has_any else "no service",
        ]
        if definition.has_counts:
            row.append(_pooled(definition, model) if has_any else "no service")
        rows.append(row)
    return table(f"{definition.title} by structural model, {_period(shown)}", columns, rows)


def _period(shown: Comparison) -> str:
    return span(shown.facts["period_start"], shown.facts["period_end"])


def _range(definition: Definition, low: float | None, high: float | None) -> str:
    return "not given" if low is None or high is None else f"{definition.plain(low)} to {definition.plain(high)}"


def _pooled(definition: Definition, model: dict) -> Markup | str:
    if model["pooled_value"] is None:
        return "counts not published"
    # What a ratio counts above the line is no part of what it counts below.
    joined = "for" if definition.measure == "ratio" else "of"
    base = f"{count(model['pooled_numerator'])} {joined} {count(model['pooled_denominator'])}"
    return lines(definition.plain(model["pooled_value"]), base)


def _evidence_table(shown: Comparison) -> Markup:
    """In a refused comparison: how many services could have been used, without any value by model."""
    rows = [[model["model_label"], count(model["group_services"])] for model in shown.models]
    return table(
        f"Services that can be placed with a structural model, {_period(shown)}",
        [Column("Structural model"), Column("Services that could be used", is_numeric=True)],
        rows,
    )


def _exclusions_table(shown: Comparison) -> Markup | None:
    rows = [[reason, kind or "none", count(n)] for kind, reason, n in shown.exclusions()]
    if not rows:
        return None
    return table(
        f"Services left out, by reason, {_period(shown)}",
        [Column("Reason"), Column("Kind of gap"), Column("Services", is_numeric=True)],
        rows,
    )


def _services_table(shown: Comparison, definition: Definition) -> Markup:
    columns = [Column("Service", is_quoted=True), Column("Column in the chart")]
    if definition.has_counts:
        columns += [Column("Numerator", is_numeric=True), Column("Denominator", is_numeric=True)]
    columns += [Column(_axis(definition), is_numeric=True), Column("Used, or why not", is_quoted=True, is_wide=True)]
    rows = []
    for service in shown.services:
        row: list[object] = [service["service_name"], service["group_label"] or "not used"]
        if definition.has_counts:
            row += [count(service["numerator"]) or "not given", count(service["denominator"]) or "not given"]
        row.append(definition.value(service["value"], service["value_marker"]))
        row.append("used" if service["is_used"] else lines(exclusion(service), _further(service)))
        rows.append(row)
    return table(f"Every service in scope, {_period(shown)}, by name", columns, rows)


def _further(service: dict) -> str:
    reason = service["exclusion_reason"] or ""
    return "" if reason == exclusion(service) else reason


def _others_table(
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
    columns = [Column("Period"), Column("Used of in scope", is_numeric=True)]
    columns += [Column(words_, is_numeric=True) for words_ in models.values()]
    columns += [Column("Result", is_wide=True)]
    many_sources = len({other.facts["source_id"] for other in comparisons}) > 1
    many_versions = len({other.facts["definition_version"] for other in comparisons}) > 1
    rows = []
    for other in comparisons:
        definition = definitions[other.key]
        by_model = {model["model_id"]: model for model in other.models}
        row: list[object] = [
            lines(
                _period(other),
                f"published as {other.facts['period_label']}",
                source_titles.get(other.facts["source_id"], other.facts["source_id"]) if many_sources else "",
                f"version {other.facts['definition_version']}" if many_versions else "",
            ),
            f"{count(other.used)} of {count(other.in_scope)}",
        ]
        for model_id in models:
            model = by_model.get(model_id)
            if model is None or model["median"] is None or other.is_refused:
                row.append("none")
            else:
                row.append(lines(definition.plain(model["median"]), f"n {count(model['group_services'])}"))
        result = other.facts["refusal_reason"] if other.is_refused else "Medians shown"
        row.append(lines(result, "shown on this page" if other is shown else ""))
        rows.append(row)
    what = "median of services by structural model" if models else "services that can be used"
    return table(f"Every period: {what}", columns, rows)
