"""An indicator: what it counts, its latest values by place, how complete they are, and what cannot be said."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.balance import Balances
from reports.comparisons import Comparison, headline
from reports.definitions import Definition
from reports.numbers import SMALL_BASE, count, digits, sentence_case, several, share, within_sentence
from reports.observations import Series
from reports.page import Page, comparison_path, indicator_path
from reports.periods import exposure, span
from reports.release import Row
from reports.tables import Column, lines, link, table, tag
from reports.vocabulary import label, markers_in, vocabulary, vocabulary_label

# Areas that hold many services: shown first, as the frame in which the others are read.
_BENCHMARKS = ("country", "region")


@dataclass(frozen=True)
class Sources:
    """What the release says of its datasets: title and publisher by source_id."""

    titles: dict[str, str]
    publishers: dict[str, str]

    def title(self, source_id: str) -> str:
        """The dataset's title; its id where the release has no title."""
        return self.titles.get(source_id, source_id)


@dataclass(frozen=True)
class Section:
    """One series of an indicator as the page shows it."""

    heading: str
    period: str
    label: str
    summary: str
    is_open: bool
    table: Markup
    markers: list[tuple[str, str]]
    notes: list[str]


def page(
    definitions: list[Definition],
    series: list[Series],
    coverage: list[Row],
    gaps: list[Row],
    comparisons: dict[str, list[Comparison]],
    balances: Balances,
    sources: Sources,
) -> Page:
    """The page of one indicator.

    Args:
        definitions: its versions.
        series: its latest values.
        coverage: places with a value, by series and period.
        gaps: its open gaps by kind.
        comparisons: its comparisons by typology.
        balances: of the release.
        sources: titles of the datasets.
    """
    by_version = {definition.definition_version: definition for definition in definitions}
    first = definitions[0]
    ordered = sorted(
        series, key=lambda one: (-one.period[1].toordinal(), one.source_id, one.definition_version, _level(one))
    )
    main = next((one for one in ordered if one.area_type not in _BENCHMARKS), None)
    sections = [
        _section(one, by_version[one.definition_version], balances, sources, is_open=one is main)
        for one in ordered
        if one.area_type not in _BENCHMARKS
    ]
    benchmarks = [
        _section(one, by_version[one.definition_version], balances, sources, is_open=True)
        for one in ordered
        if one.area_type in _BENCHMARKS
    ]
    return Page(
        path=indicator_path(first.indicator_id),
        template="indicator.html",
        title=first.title,
        section="indicators",
        balance=balances.of(first.indicator_id),
        context={
            "indicator": first,
            "cards": [_card(definition, coverage, sources) for definition in definitions],
            "sections": sections,
            "benchmarks": benchmarks,
            "headline": _headline(main, by_version),
            "number": sentence_case(first.number) or "Indicator",
            "counted_by": within_sentence(label("counted_by", first.counted_by)),
            "direction": within_sentence(label("polarity", first.polarity)),
            "coverage": _coverage_table(coverage, by_version, sources),
            "gaps": _gaps_table(gaps),
            "comparisons": [_comparison_link(found, balances) for found in comparisons.values()],
            "csv": f"data/{first.indicator_id}.csv",
        },
    )


def _level(series: Series) -> int:
    return int(vocabulary("area_types").get(series.area_type, {}).get("level", 9))


def _headline(main: Series | None, by_version: dict[str, Definition]) -> str:
    """One sentence of plain fact about the latest values."""
    if main is None:
        return "No value below the level of a region has been published in this release."
    definition = by_version[main.definition_version]
    values = [row["value"] for row in main.rows if row["value"] is not None]
    if not values:
        return f"No place has a value for {span(*main.period)}."
    decimals = digits(values, definition.decimals)
    low, high = (definition.value(reach(values), decimals=decimals) for reach in (min, max))
    # A percentage carries its sign, and a scale such as a rating is no unit.
    unit = "" if definition.unit_base == 100 or definition.measure == "ordinal" else f" {definition.unit_label}"
    reach_ = f"all {low}" if low == high else f"from {low} to {high}"
    return (
        f"For {span(*main.period)}, values are held for {share(len(values), len(main.rows), 'places')}: {reach_}{unit}."
    )


def _card(definition: Definition, coverage: list[Row], sources: Sources) -> dict:
    """The definition card: rows of (name, value, whether the value is quoted)."""
    window = exposure(definition.window_months_before, definition.window_months_after)
    verified = "verified" if definition.window_is_verified else "unverified: no source states it"
    held = [row for row in coverage if row["definition_version"] == definition.definition_version]
    periods = {(row["period_start"], row["period_end"]) for row in held}
    rows: list[tuple[str, object, bool]] = [
        ("What is counted", definition.counts, True),
        ("Counted by", label("counted_by", definition.counted_by), False),
        ("Numerator", definition.numerator_counts or "none", True),
        ("Denominator", definition.denominator_counts or "none", True),
        ("Unit", definition.unit_label, False),
        ("Direction", label("polarity", definition.polarity), False),
        ("Period type", vocabulary_label("period_types", definition.period_type), False),
        ("Exposure window", f"{window} ({verified})", False),
        ("Nations", ", ".join(str(definition.nations).split("|")), False),
        ("Programme", definition.number or "none", True),
        ("Breaks in the series", _breaks(definition), True),
        (
            "Data from",
            ", ".join(sorted({sources.title(row["source_id"]) for row in held})) or "none in this release",
            True,
        ),
        ("Periods held", _periods_held(periods), False),
        ("Source of the definition", _cited(definition), True),
    ]
    if definition.note:
        rows.append(("Note", definition.note, True))
    return {"version": definition.definition_version, "rows": rows}


def _breaks(definition: Definition) -> object:
    breaks = definition.facts.get("breaks") or []
    return lines(*breaks) if breaks else "none recorded"


def _cited(definition: Definition) -> str:
    return f"{definition.citation}{'' if definition.is_verified else ' (unverified)'}"


def _periods_held(periods: set) -> str:
    if not periods:
        return "none in this release"
    ordered = sorted(periods, key=lambda period: period[::-1])
    if len(ordered) == 1:
        return span(*ordered[0])
    return f"{several(len(ordered), 'period')}: {span(*ordered[0])} to {span(*ordered[-1])}"


def _section(series: Series, definition: Definition, balances: Balances, sources: Sources, *, is_open: bool) -> Section:
    kind = vocabulary_label("area_types", series.area_type)
    typologies = [typology for typology in balances.typologies if typology in series.typologies]
    has_counts = definition.has_counts and series.holds("numerator", "denominator")
    has_intervals = series.holds("lower_95")
    decimals = digits((row["value"] for row in series.rows if not row["is_derived"]), definition.decimals)
    columns = [Column("Place", is_quoted=True)]
    if series.is_of_events:
        columns.append(Column("Date"))
    if has_counts:
        columns += [Column("Numerator", is_numeric=True), Column("Denominator", is_numeric=True)]
    columns.append(Column(sentence_case(str(definition.unit_label)), is_numeric=True))
    if has_intervals:
        columns.append(Column("95% interval", is_numeric=True))
    columns += [Column(_attribution_heading(balances.typologies[typology], len(typologies))) for typology in typologies]
    rows = []
    for row in series.rows:
        cells: list[object] = [lines(row["area_name"], "summed from its authorities" if row["is_derived"] else "")]
        if series.is_of_events:
            cells.append(span(row["period_start"], row["period_end"]))
        if has_counts:
            cells += [count(row["numerator"]) or "not given", count(row["denominator"]) or "not given"]
        small = (
            definition.measure == "proportion"
            and row["value"] is not None
            and row["denominator"] is not None
            and row["denominator"] < SMALL_BASE
        )
        value = definition.value(row["value"], row["value_marker"], None if row["is_derived"] else decimals)
        cells.append(lines(value, f"base under {SMALL_BASE}" if small else ""))
        if has_intervals:
            given = row["value"] is not None
            cells.append(definition.interval(row["lower_95"], row["upper_95"]) if given else "no value")
        cells += [_chip(series.attributions.get(row["observation_id"], {}).get(typology)) for typology in typologies]
        rows.append(cells)
    period = span(*series.period)
    caption = f"{kind}: {definition.title}, {period}, {sources.title(series.source_id)}, {series.definition_version}"
    names = [row["area_name"] for row in series.rows]
    published = "on the dates given" if series.is_of_events else f"as {series.rows[0]['period_label']}"
    return Section(
        heading=f"{_plural(kind)}, {period}",
        period=period,
        label=f"published {published} by {sources.title(series.source_id)}",
        summary=f"{several(len(rows), 'place')}, by name: {names[0]} to {names[-1]}" if len(names) > 1 else names[0],
        is_open=is_open,
        table=table(caption, columns, rows, is_caption_hidden=True),
        markers=markers_in({row["value_marker"] for row in series.rows} - {None}),
        notes=_notes(series, definition),
    )


def _notes(series: Series, definition: Definition) -> list[str]:
    """What a reader must know to read the table."""
    notes = []
    methods = sorted({row["interval_method"] for row in series.rows if row["interval_method"]})
    if methods:
        named = " and ".join(label("interval_method", method) for method in methods)
        notes.append(f"Intervals: {named}, 95%. They describe chance in the count, not differences between services.")
    if definition.has_counts and not series.holds("numerator", "denominator"):
        notes.append("The counts behind these values were not published, so neither they nor intervals are given.")
    elif any(row["value"] is not None and row["lower_95"] is None for row in series.rows) and methods:
        notes.append("No interval is given where the counts behind a value were not published or are not whole.")
    if any(row["is_derived"] and row["value"] is not None for row in series.rows):
        notes.append("A value summed from its authorities is formed from their counts, never from their rates.")
    return notes


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _attribution_heading(typology: str, how_many: int) -> str:
    return "Structural model" if how_many == 1 else typology.split(" (")[0]


def _chip(attribution: Row | None) -> Markup:
    """The status in words, with the model or the reason under it."""
    if attribution is None:
        return Markup("outside its years or nation")
    status = attribution["attribution_status"]
    words = label("attribution_status", status)
    comparability = attribution["comparability_status"]
    beside = "" if comparability == "comparable" else label("comparability_status", comparability)
    if attribution["model_label"]:
        return lines(tag(words, "blue"), attribution["model_label"], beside)
    return lines(tag(words), attribution["kind_title"], beside)


def _coverage_table(coverage: list[Row], by_version: dict[str, Definition], sources: Sources) -> Markup:
    columns = [
        Column("Period"),
        Column("Data from", is_quoted=True),
        Column("Kind of area"),
        Column("With a value", is_numeric=True),
        Column("Not available [x]", is_numeric=True),
        Column("Other markers", is_numeric=True),
    ]
    several_versions = len(by_version) > 1
    rows = [
        [
            lines(span(row["period_start"], row["period_end"]), _published(row)),
            lines(sources.title(row["source_id"]), row["definition_version"] if several_versions else ""),
            lines(
                vocabulary_label("area_types", row["area_type"]),
                f"{count(row['derived'])} summed" if row["derived"] else "",
            ),
            share(row["with_value"], row["places"]),
            count(row["not_available"]),
            count(row["otherwise_marked"]),
        ]
        for row in coverage
    ]
    return table("Places with a value, by period", columns, rows, is_caption_hidden=True)


def _published(row: Row) -> str:
    return "each place on its own date" if row["is_event"] else f"published as {row['period_label']}"


def _gaps_table(gaps: list[Row]) -> Markup | None:
    if not gaps:
        return None
    rows = [
        [
            lines(row["title"], f"kind {row['kind']}"),
            count(row["gaps"]),
            count(row["observations"]),
            "yes" if row["is_blocking"] else "no",
            row["owner"],
            row["example"] or "",
        ]
        for row in gaps
    ]
    columns = [
        Column("Why"),
        Column("Gaps", is_numeric=True),
        Column("Values", is_numeric=True),
        Column("Stops attribution"),
        Column("Who can close it"),
        Column("An example of the evidence", is_quoted=True, is_wide=True),
    ]
    return table("Gaps of this indicator, by kind", columns, rows, is_caption_hidden=True)


def _comparison_link(comparisons: list[Comparison], balances: Balances) -> Markup:
    shown = headline(comparisons)
    typology = balances.title(shown.facts["typology_id"])
    result = "no comparison is made" if shown.is_refused else "comparison shown"
    where = comparison_path(shown.facts["indicator_id"], shown.facts["typology_id"])
    used = share(shown.used, shown.in_scope, "services")
    period = span(shown.facts["period_start"], shown.facts["period_end"])
    return Markup("{}: {}; {} used, {}").format(link("../" + where, typology), result, used, period)
