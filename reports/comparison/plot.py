"""The strip plot of a comparison as a figure: its columns, its words, its key."""

from __future__ import annotations

from markupsafe import Markup

from reports.charts import strip_plot
from reports.charts.drawing import Drawings
from reports.charts.strip_plot import Column, Dot
from reports.comparison.opening import finding, period, used
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.figures import Figure, Key
from reports.language import _
from reports.numbers import sentence_case, several
from reports.periods import published_as
from reports.release import Row
from reports.vocabulary import words


def figure(shown: Comparison, definition: Definition, source: str, drawings: Drawings, table: Markup) -> Figure | None:
    """The plot; None where no service has a value. Of a refused comparison all values stand in one grey column."""
    columns = _refused_columns(shown, definition) if shown.is_refused else _columns(shown, definition)
    if not any(column.dots for column in columns):
        return None
    text = _in_words(shown, definition, columns)
    statistic = _("{title} ({unit}), {period}, {used} used. Data from {source}, {label}.").format(
        title=definition.title,
        unit=definition.unit_label,
        period=period(shown),
        used=used(shown),
        source="{source}",
        label=published_as(shown.facts["period_label"]),
    )
    return Figure(
        identity="chart-services",
        title=_("The values, not compared") if shown.is_refused else finding(shown, definition),
        subtitle=_quoting(statistic, source),
        drawing=drawings.draw(strip_plot.spec(columns, axis(definition)), text),
        words=text,
        table=table,
        keys=_keys(shown, columns),
        note=_("Each circle is a service.")
        if shown.is_refused
        else _(
            "Structural models stand in the order of their typology, not of their values. Services of one value stand "
            "side by side; their place across a column means nothing."
        ),
    )


def axis(definition: Definition) -> str:
    """The unit as the title of an axis or a column."""
    return sentence_case(str(definition.unit_label))


def _quoting(sentence: str, source: str) -> Markup:
    before, after = sentence.split("{source}", 1)
    return Markup("{}<span data-quoted>{}</span>{}").format(before, source, after)


def _keys(shown: Comparison, columns: list[Column]) -> list[Key]:
    if shown.is_refused:
        return []
    keys = [Key("dot", _("a service that is used")), Key("bar", _("median of the services of a model"))]
    if any(column.mean is not None for column in columns):
        keys.append(Key("diamond", _("partially pooled mean of a model")))
    return [*keys, Key("open-dot", _("a service that is not used (grey ground)"))]


def _columns(shown: Comparison, definition: Definition) -> list[Column]:
    """A column for each model in the typology's order, then one for each reason a service with a value is not used."""
    unused: dict[str, list[Row]] = {}
    for service in shown.services:
        if not service["is_used"]:
            unused.setdefault(service["group_label"] or _("Not used"), []).append(service)
    reasons = [
        reason for reason in _reason_order(list(unused)) if any(row["value"] is not None for row in unused[reason])
    ]
    columns = []
    for model in shown.models:
        members = [row for row in shown.services if row["is_used"] and row["model_id"] == model["model_id"]]
        middle = model["median"]
        median = () if middle is None else (_("median {value}").format(value=definition.plain(middle)),)
        columns.append(
            Column(
                label=model["model_label"],
                under_label=(several(model["group_services"], "service"), *median),
                dots=_dots(members, definition),
                median=model["median"],
                is_used=True,
                mean=model.get("random_effects_mean") if model["median"] is not None else None,
            )
        )
    columns += [
        Column(
            label=reason,
            under_label=(several(len(unused[reason]), "service"), _("not used")),
            dots=_dots(unused[reason], definition),
            median=None,
            is_used=False,
        )
        for reason in reasons
    ]
    return columns


def _refused_columns(shown: Comparison, definition: Definition) -> list[Column]:
    """All values in one grey column: nothing is compared, so nothing stands side by side."""
    dots = _dots(shown.services, definition)
    under = _("{services} with a value").format(services=several(len(dots), "service"))
    return [Column(_("Services in scope, not compared"), (under,), dots, None, is_used=False)]


def _dots(services: list[Row], definition: Definition) -> tuple[Dot, ...]:
    return tuple(
        Dot(row["service_name"], row["value"], definition.plain(row["value"]))
        for row in services
        if row["value"] is not None
    )


def _reason_order(reasons: list[str]) -> list[str]:
    statuses = [entry["label"] for entry in words()["attribution_status"].values()]
    order = {"Unassigned": -1} | {status: place for place, status in enumerate(statuses) if status != "Unassigned"}
    return sorted(reasons, key=lambda reason: (order.get(reason, len(order)), reason))


def _in_words(shown: Comparison, definition: Definition, columns: list[Column]) -> str:
    if shown.is_refused:
        values = [dot.value for column in columns for dot in column.dots]
        reach = f" from {definition.plain(min(values))} to {definition.plain(max(values))}" if values else ""
        return _(
            "Dot plot of {title}, {period}: {services} with a value{reach}, in one grey column, because the comparison "
            "is refused."
        ).format(title=definition.title, period=period(shown), services=several(len(values), "service"), reach=reach)
    parts = []
    for column in columns:
        middle = "" if column.median is None else f", median {definition.plain(column.median)}"
        mean = "" if column.mean is None else f", partially pooled mean {definition.plain(column.mean)}"
        not_used = "" if column.is_used else ", not used"
        parts.append(f"{column.label}: {several(len(column.dots), 'dot')}{middle}{mean}{not_used}")
    return _("Strip plot of {title}, {period}, one dot for each service, {used} used. {parts}. {finding}.").format(
        title=definition.title,
        period=period(shown),
        used=used(shown),
        parts="; ".join(parts),
        finding=finding(shown, definition),
    )
