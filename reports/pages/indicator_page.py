"""An indicator: what it counts, its latest values by place, over time, how complete they are, and what cannot be said.

Puts together the parts of reports.indicator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import hexmap, observations, packed
from reports import measured as measurements
from reports.claim_levels import Recorded, say
from reports.comparisons import Comparison, headline
from reports.definitions import Definition
from reports.figures import Figure
from reports.indicator import against, card, control, course, coverage, disproportion, funnels, latest, ratings, taking
from reports.language import _
from reports.measured import Measured
from reports.numbers import digits, sentence_case, share, within_sentence
from reports.observations import Series
from reports.page import Page, comparison_path, indicator_path
from reports.periods import span
from reports.release import Row
from reports.tables import link
from reports.vocabulary import label, vocabulary

if TYPE_CHECKING:
    from reports.beside import Tables
    from reports.contents import Contents


def pages(contents: Contents, tables: Tables) -> Iterator[Page]:
    """A page for each indicator with a value; the query of its rows is added to the tables."""
    shown = [row["observation_id"] for found in contents.latest.values() for one in found for row in one.rows]
    measured = measurements.load(contents.release, shown)
    due = _due(contents)
    held = observations.rows_held(contents.release)
    for indicator_id in dict.fromkeys(indicator for indicator, _version in contents.definitions):
        if indicator_id in contents.latest:
            csv = packed.path(f"data/{indicator_id}", held[indicator_id])
            page = _page(indicator_id, contents, measured, due, csv)
            tables.add(page.context["csv"], observations.csv_query(indicator_id))
            yield page


def _page(indicator_id: str, contents: Contents, measured: Measured, due: dict[str, list[Row]], csv: str) -> Page:
    definitions = [definition for key, definition in contents.definitions.items() if key[0] == indicator_id]
    by_version = {definition.definition_version: definition for definition in definitions}
    first = definitions[0]
    held = contents.coverage[indicator_id]
    ordered = sorted(
        contents.latest[indicator_id],
        key=lambda one: (-one.period[1].toordinal(), one.source_id, one.definition_version, _level(one)),
    )
    main = next((one for one in ordered if one.area_type not in latest.WIDE), None)
    shown = by_version[(main or ordered[0]).definition_version]
    sections: list[latest.Section] = []
    wide: list[latest.Section] = []
    for one in ordered:
        is_wide = one.area_type in latest.WIDE
        made = latest.section(
            one, by_version[one.definition_version], contents, measured, is_open=is_wide or one is main
        )
        (wide if is_wide else sections).append(made)
    compared = [found for (indicator, _typology), found in contents.compared.items() if indicator == indicator_id]
    return Page(
        path=indicator_path(indicator_id),
        template="indicator.html",
        title=first.title,
        section="indicators",
        balance=contents.balances.of(indicator_id),
        has_charts=True,
        kind=_("Indicator"),
        keywords=" ".join(dict.fromkeys([indicator_id, *(definition.number for definition in definitions)])),
        context={
            "indicator": first,
            "cards": [
                card.card(
                    definition,
                    held,
                    contents.sources,
                    [row for one in _datasets(held, definition) for row in due.get(one, [])],
                )
                for definition in definitions
            ],
            "sections": sections,
            "benchmarks": wide,
            "headlines": [_headline(main, by_version), *(against.headline(main, shown, measured) if main else [])],
            "number": sentence_case(first.number) or _("Indicator"),
            "counted_by": within_sentence(label("counted_by", first.counted_by)),
            "direction": within_sentence(label("polarity", first.polarity)),
            "charts": course.figures(contents, shown, measured),
            "maps": _maps(contents, main, shown) if main else [],
            "funnels": funnels.figures(contents, by_version, measured),
            "no_funnels": funnels.refusals(contents, by_version, measured),
            "control_said": control.said(shown, measured),
            "control_table": control.signals_table(contents, shown, measured),
            "control_charts": control.figures(contents, shown, measured),
            "ratios": disproportion.ratios_table(contents, indicator_id, measured),
            "ratios_more": disproportion.how_many_more(indicator_id, measured),
            "ratings": ratings.tables(contents, indicator_id, measured),
            "coverage": coverage.coverage_table(held, by_version, contents.sources),
            "companion": coverage.companion(shown, contents.definitions),
            "gaps": coverage.gaps_table(contents.gaps_of_indicator.get(indicator_id, [])),
            "comparisons": [_comparison_link(found, contents) for found in compared],
            "csv": csv,
            "citation": taking.citation(contents.release, shown, held, contents.sources),
            "sql": taking.sql(shown),
        },
    )


def _maps(contents: Contents, main: Series, definition: Definition) -> list[Figure]:
    """The latest values on the maps that were loaded; none of events, whose days differ."""
    if main.is_of_events or not contents.maps:
        return []
    values = {
        row["area_code"]: (row["value"], definition.plain(row["value"]))
        for row in main.rows
        if row["value"] is not None
    }
    what = _("{title} ({unit}), {period}").format(
        title=definition.title, unit=definition.unit_label, period=span(*main.period)
    )
    return hexmap.of_values(contents.maps, contents.areas, values, contents.drawings, what)


def _level(series: Series) -> int:
    return int(vocabulary("area_types").get(series.area_type, {}).get("level", 9))


def _datasets(held: list[Row], definition: Definition) -> list[str]:
    """The datasets that hold a version, each once."""
    of_version = (row["source_id"] for row in held if row["definition_version"] == definition.definition_version)
    return list(dict.fromkeys(of_version))


def _due(contents: Contents) -> dict[str, list[Row]]:
    """Returns that are still due, by dataset, the next first."""
    found: dict[str, list[Row]] = defaultdict(list)
    if contents.release.has("expected_deliveries"):
        for row in contents.release.rows(
            "select distinct source_id, period_start, period_end, due_date, late_after from expected_deliveries"
            " where status = 'due' order by source_id, due_date, late_after, period_end"
        ):
            found[row["source_id"]].append(row)
    return found


def _headline(main: Series | None, by_version: dict[str, Definition]) -> str:
    """One sentence of plain fact about the latest values."""
    if main is None:
        return _("No value below the level of a region has been published in this release.")
    definition = by_version[main.definition_version]
    values = [row["value"] for row in main.rows if row["value"] is not None]
    if not values:
        return _("No place has a value for {period}.").format(period=span(*main.period))
    decimals = digits(values, definition.decimals)
    low, high = (definition.value(reach(values), decimals=decimals) for reach in (min, max))
    # A percentage carries its sign, and a scale such as a rating is no unit.
    unit = "" if definition.unit_base == 100 or definition.measure == "ordinal" else f" {definition.unit_label}"
    reach_ = _("all {value}").format(value=low) if low == high else _("from {low} to {high}").format(low=low, high=high)
    return say(
        "values_held",
        Recorded(),
        period=span(*main.period),
        places=share(len(values), len(main.rows), _("places")),
        reach=reach_ + unit,
    )


def _comparison_link(comparisons: list[Comparison], contents: Contents) -> Markup:
    shown = headline(comparisons)
    typology = contents.balances.title(shown.facts["typology_id"])
    result = _("no comparison is made") if shown.is_refused else _("comparison shown")
    where = comparison_path(shown.facts["indicator_id"], shown.facts["typology_id"])
    used = share(shown.used, shown.in_scope, _("services in scope"))
    period = span(shown.facts["period_start"], shown.facts["period_end"])
    return Markup("{}: {}; {} used, {}").format(link("../" + where, typology), result, used, period)
