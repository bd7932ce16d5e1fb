"""Three answers to three questions, side by side: the typical service, all children pooled, partially pooled."""

from __future__ import annotations

from markupsafe import Markup

from reports.comparison.opening import period
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, number
from reports.release import Row
from reports.tables import Column, lines, table


def has_means(shown: Comparison) -> bool:
    """Whether any model has a partially pooled mean."""
    return any(model.get("random_effects_mean") is not None for model in shown.models)


def in_words(shown: Comparison, definition: Definition) -> list[tuple[str, str]]:
    """Each estimand that the table shows: its name, and the question that it answers."""
    said = [
        (
            _("The typical service"),
            _("counts each service once, whatever its size: half of the services lie below the median, half above."),
        )
    ]
    if definition.has_counts:
        said.append(
            (
                _("All children pooled"),
                _("adds the counts of all services of a model, so that large services weigh most."),
            )
        )
    if has_means(shown):
        said.append(
            (
                _("Partially pooled"),
                _(
                    "takes the services of a model as a sample of services like them: each weighs by how much its "
                    "count tells, and what services differ by beyond chance in their counts is kept."
                ),
            )
        )
    return said


def models_table(shown: Comparison, definition: Definition) -> Markup:
    """The estimands of each model."""
    with_means = has_means(shown)
    columns = [
        Column(_("Structural model")),
        Column(_("Services"), is_numeric=True),
        Column(_("The typical service (median)"), is_numeric=True),
        Column(_("Middle half of services"), is_numeric=True),
        Column(_("Range of services"), is_numeric=True),
    ]
    if definition.has_counts:
        columns.append(Column(_("All children pooled"), is_numeric=True))
    if with_means:
        columns.append(Column(_("Partially pooled mean (95% interval)"), is_numeric=True))
    rows = []
    for model in shown.models:
        has_any = model["median"] is not None
        too_few = has_any and not model["is_testable"]
        none = _("no service") if not model["group_services"] else _("not shown")
        row: list[object] = [
            lines(model["model_label"], _("too few services to be tested; shown only") if too_few else ""),
            count(model["group_services"]),
            definition.plain(model["median"]) if has_any else none,
            _range(definition, model["lower_quartile"], model["upper_quartile"]) if has_any else none,
            _range(definition, model["minimum"], model["maximum"]) if has_any else none,
        ]
        if definition.has_counts:
            row.append(_pooled(definition, model) if has_any else none)
        if with_means:
            row.append(_mean(definition, model) if has_any else none)
        rows.append(row)
    return table(f"{definition.title} by structural model, {period(shown)}", columns, rows)


def spread_table(shown: Comparison, definition: Definition) -> Markup | None:
    """How far services of one model lie apart beyond chance in their counts; None where none is partially pooled."""
    if not has_means(shown):
        return None
    rows: list[list[object]] = []
    for model in shown.models:
        if model["random_effects_mean"] is None:
            continue
        low, high = model["prediction_lower_95"], model["prediction_upper_95"]
        rows.append(
            [
                model["model_label"],
                number(model["i_squared"], 0) + "%" if model["i_squared"] is not None else _("not given"),
                definition.plain(model["tau"]) if model["tau"] is not None else _("not given"),
                _("19 in 20 further services like these would lie between {low} and {high}").format(
                    low=definition.plain(low), high=definition.plain(high)
                )
                if low is not None and high is not None
                else _("too few services to say where a further one would lie"),
            ]
        )
    columns = [
        Column(_("Structural model")),
        Column(_("Spread that is more than chance in the counts (I²)"), is_numeric=True),
        Column(_("Standard deviation of services (tau), in the unit of the value"), is_numeric=True),
        Column(_("A further service (95% prediction interval)"), is_wide=True),
    ]
    return table(_("How far services of one model lie apart, {period}").format(period=period(shown)), columns, rows)


def _range(definition: Definition, low: float | None, high: float | None) -> str:
    return _("not given") if low is None or high is None else f"{definition.plain(low)} to {definition.plain(high)}"


def _pooled(definition: Definition, model: Row) -> Markup | str:
    if model["pooled_value"] is None:
        return _("counts not published")
    # What a ratio counts above the line is no part of what it counts below.
    joined = _("for") if definition.measure == "ratio" else _("of")
    base = f"{count(model['pooled_numerator'])} {joined} {count(model['pooled_denominator'])}"
    return lines(definition.plain(model["pooled_value"]), base)


def _mean(definition: Definition, model: Row) -> Markup | str:
    if model["random_effects_mean"] is None:
        return _("counts not published")
    interval = definition.interval(model["random_effects_lower_95"], model["random_effects_upper_95"])
    return lines(definition.plain(model["random_effects_mean"]), interval)
