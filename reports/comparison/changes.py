"""Services whose model changed: the last value before and the first after, with all that lies between. Descriptive."""

from __future__ import annotations

from markupsafe import Markup

from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.language import _
from reports.numbers import several
from reports.periods import day, span
from reports.release import Row
from reports.tables import Column, lines, table


def changes_table(
    shown: Comparison, definition: Definition, changes: list[Row], names: dict[str, str], labels: dict[str, str]
) -> Markup | None:
    """A row for each dated change with a value on each side; None where there is none.

    Args:
        shown: the comparison that the page shows.
        definition: of the indicator in the version shown.
        changes: of this indicator and typology, all versions.
        names: services by id.
        labels: models by id.
    """
    held = [row for row in changes if row["is_shown"] and row["definition_version"] == definition.definition_version]
    if not held:
        return None
    rows = [
        [
            names.get(row["service_id"], row["service_id"]),
            lines(
                _("{a} to {b}").format(
                    a=labels.get(row["from_model_id"], row["from_model_id"] or _("none evidenced")),
                    b=labels.get(row["to_model_id"], row["to_model_id"]),
                ),
                _changed(row),
            ),
            lines(definition.plain(row["before_value"]), _period(row, "before")),
            lines(definition.plain(row["after_value"]), _period(row, "after")),
            _("{a}, and {b}").format(
                a=several(row["periods_before"], _("period")), b=several(row["periods_after"], _("period"))
            ),
            lines(*(row["breaks"] or []), *(row["other_events"] or [])) or _("none known"),
        ]
        for row in held
    ]
    columns = [
        Column(_("Service"), is_quoted=True),
        Column(_("Model, and day of the change")),
        Column(_("Last value wholly before"), is_numeric=True),
        Column(_("First value wholly after"), is_numeric=True),
        Column(_("Held before, and after"), is_numeric=True),
        Column(_("Breaks and other events between"), is_quoted=True, is_wide=True),
    ]
    caption = _("Services whose model changed: {title}, version {version}, {used} of {whole} services in scope").format(
        title=definition.title,
        version=definition.definition_version,
        used=len({row["service_id"] for row in held}),
        whole=shown.in_scope,
    )
    return table(caption, columns, rows)


def _changed(row: Row) -> str:
    when = row["changed_on"]
    precision = {"month": f"{when:%B %Y}", "year": str(when.year)}.get(row["precision"], day(when))
    return _("from {when}").format(when=precision)


def _period(row: Row, side: str) -> str:
    return span(row[f"{side}_period_start"], row[f"{side}_period_end"])
