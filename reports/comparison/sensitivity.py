"""How far the figures of a comparison move when one service is left out, or a contested one is counted elsewhere."""

from __future__ import annotations

from markupsafe import Markup

from reports.comparison.opening import period
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, probability
from reports.release import Row
from reports.tables import Column, lines, table


def left_out_table(shown: Comparison, definition: Definition) -> Markup | None:
    """Between which values each estimand lies when any one service is left out; None where the release has none."""
    if not shown.left_out:
        return None
    has_pooled = any(row["pooled_low"] is not None for row in shown.left_out)
    columns = [
        Column(_("Structural model")),
        Column(_("The typical service (median)"), is_numeric=True),
        Column(_("Mean of services"), is_numeric=True),
    ]
    if has_pooled:
        columns.append(Column(_("All children pooled"), is_numeric=True))
    columns.append(Column(_("Service that moves it most"), is_quoted=True))
    rows = []
    for row in shown.left_out:
        model = shown.model(row["model_id"]) or {}
        cells: list[object] = [
            shown.model_label(row["model_id"]),
            _reach(definition, model, row, "median"),
            _reach(definition, model, row, "mean"),
        ]
        if has_pooled:
            cells.append(_reach(definition, model, row, "pooled"))
        mover = row["most_moving_service"]
        cells.append(shown.service_name(mover) if mover else _("none"))
        rows.append(cells)
    return table(_("With any one service left out, {period}").format(period=period(shown)), columns, rows)


def contested_table(shown: Comparison, definition: Definition) -> Markup | None:
    """The medians when a service of contested label is counted under each model that a source names for it."""
    if not shown.contested:
        return None
    models = [model for model in shown.models if model["group_services"]]
    columns = [Column(_("Service"), is_quoted=True), Column(_("Counted as"))]
    columns += [Column(model["model_label"], is_numeric=True) for model in models]
    columns.append(Column(_("p over all models"), is_numeric=True))
    rows = []
    for (service_id, model_id), of_models in sorted(
        shown.contested.items(), key=lambda item: (shown.service_name(item[0][0]), item[0][1])
    ):
        by_model = {row["model_id"]: row for row in of_models}
        cells: list[object] = [shown.service_name(service_id), shown.model_label(model_id)]
        for model in models:
            row = by_model.get(model["model_id"])
            if row is None or row["median"] is None:
                cells.append(_("not shown"))
            else:
                cells.append(lines(definition.plain(row["median"]), _("n {n}").format(n=count(row["services"]))))
        cells.append(probability(of_models[0]["p_value"]) or _("not tested"))
        rows.append(cells)
    caption = _("Contested labels both ways: median of services by model, {period}").format(period=period(shown))
    return table(caption, columns, rows)


def _reach(definition: Definition, model: Row, row: Row, name: str) -> Markup | str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if low is None or high is None:
        return _("not given")
    as_is = model.get("pooled_value" if name == "pooled" else name)
    return lines(
        f"{definition.plain(low)} to {definition.plain(high)}",
        "" if as_is is None else _("with all: {value}").format(value=definition.plain(as_is)),
    )
