"""The same comparison inside each nation and class of authority, and the means adjusted to one mix of classes."""

from __future__ import annotations

from markupsafe import Markup

from reports.comparison.opening import period
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, sentence_case
from reports.release import Row
from reports.tables import Column, lines, table


def strata_table(shown: Comparison, definition: Definition) -> Markup | None:
    """Median of services by class of authority and model; None where the release has no classes."""
    if not shown.strata:
        return None
    models = [model for model in shown.models if model["group_services"]]
    by_stratum: dict[tuple[str, str], dict[str, Row]] = {}
    for row in shown.strata:
        by_stratum.setdefault((row["nation"], row["authority_class"]), {})[row["model_id"]] = row
    rows: list[list[object]] = [
        [
            lines(sentence_case(kind.replace("_", " ")), nation),
            *[_cell(found.get(model["model_id"]), definition) for model in models],
        ]
        for (nation, kind), found in sorted(by_stratum.items())
    ]
    if any(model.get("mean") is not None for model in models):
        rows.append([_("Mean of services, as they are"), *[_mean(model, "mean", definition) for model in models]])
        rows.append(
            [
                lines(_("Mean, adjusted"), _("to the mix of classes of all services used")),
                *[_mean(model, "adjusted_mean", definition) for model in models],
            ]
        )
    columns = [Column(_("Class of authority and nation"))]
    columns += [Column(model["model_label"], is_numeric=True) for model in models]
    caption = _("Median of services by class of authority and structural model, {period}").format(period=period(shown))
    return table(caption, columns, rows)


def _cell(row: Row | None, definition: Definition) -> Markup | str:
    if row is None:
        return _("no service")
    n = _("n {n}").format(n=count(row["services"]))
    if row["median"] is None:
        return lines(_("too few to show"), n)
    return lines(definition.plain(row["median"]), n)


def _mean(model: Row, name: str, definition: Definition) -> str:
    if model.get(name) is None:
        return _("no service in a class") if name == "adjusted_mean" else _("not given")
    return definition.plain(model[name])
