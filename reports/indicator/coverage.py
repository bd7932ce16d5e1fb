"""How complete an indicator is: places with a value by period, what says how far it can be trusted, and its gaps."""

from __future__ import annotations

from markupsafe import Markup

from reports.datasets import Sources
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, share
from reports.page import indicator_path
from reports.periods import published_as, span
from reports.release import Row
from reports.tables import Column, lines, link, table
from reports.vocabulary import vocabulary_label


def coverage_table(coverage: list[Row], by_version: dict[str, Definition], sources: Sources) -> Markup:
    """Places that reported, of those expected, by period and series."""
    columns = [
        Column(_("Period")),
        Column(_("Data from"), is_quoted=True),
        Column(_("Kind of area")),
        Column(_("With a value, of those expected"), is_numeric=True),
        Column(_("Not available [x]"), is_numeric=True),
        Column(_("Other markers"), is_numeric=True),
    ]
    several_versions = len(by_version) > 1
    rows = [
        [
            lines(span(row["period_start"], row["period_end"]), _published(row)),
            lines(sources.title(row["source_id"]), row["definition_version"] if several_versions else ""),
            lines(
                vocabulary_label("area_types", row["area_type"]),
                _("{n} summed").format(n=count(row["derived"])) if row["derived"] else "",
            ),
            share(row["with_value"], row["places"]),
            count(row["not_available"]),
            count(row["otherwise_marked"]),
        ]
        for row in coverage
    ]
    return table(_("Places with a value, by period"), columns, rows, is_caption_hidden=True)


def companion(definition: Definition, definitions: dict[tuple[str, str], Definition]) -> Markup | None:
    """The indicator that says how far this one can be trusted, such as the share whose activity is not known."""
    of = definitions.get(
        (
            definition.facts.get("companion_indicator_id") or "",
            definition.facts.get("companion_definition_version") or "",
        )
    )
    if of is None:
        return None
    most = definition.facts.get("companion_maximum")
    beyond = "" if most is None else _("; above {most} a value here is not comparable").format(most=of.plain(most))
    return Markup("{}: {}{}.").format(
        _("How far it can be trusted"), link("../" + indicator_path(of.indicator_id), of.title), beyond
    )


def gaps_table(gaps: list[Row]) -> Markup | None:
    """Open gaps by kind; None where there is none."""
    if not gaps:
        return None
    rows = [
        [
            lines(row["title"], _("kind {kind}").format(kind=row["kind"])),
            count(row["gaps"]),
            count(row["observations"]),
            _("yes") if row["is_blocking"] else _("no"),
            row["owner"],
            row["example"] or "",
        ]
        for row in gaps
    ]
    columns = [
        Column(_("Why")),
        Column(_("Gaps"), is_numeric=True),
        Column(_("Values"), is_numeric=True),
        Column(_("Stops attribution")),
        Column(_("Who can close it")),
        Column(_("An example of the evidence"), is_quoted=True, is_wide=True),
    ]
    return table(_("Gaps of this indicator, by kind"), columns, rows, is_caption_hidden=True)


def _published(row: Row) -> str:
    if row["is_event"]:
        return _("each place on its own date")
    return published_as(row["period_label"])
