"""The tables of latest values: a row for each place, with its interval, benchmarks, trend and attribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.definitions import Definition
from reports.indicator import against
from reports.language import _
from reports.measured import Measured
from reports.numbers import count, digits, sentence_case, several
from reports.observations import Series
from reports.page import numbers_path
from reports.periods import own_name, span
from reports.release import Row
from reports.tables import Column, lines, link, table, tag
from reports.vocabulary import label, markers_in, vocabulary_label

if TYPE_CHECKING:
    from reports.contents import Contents

# Areas that hold many services: shown first, as the frame in which the others are read.
WIDE = ("country", "region")


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


def section(
    series: Series, definition: Definition, contents: Contents, measured: Measured, *, is_open: bool
) -> Section:
    """The latest values of one series."""
    sources, balances = contents.sources, contents.balances
    kind = vocabulary_label("area_types", series.area_type)
    in_scope = series.typologies
    typologies = [typology for typology in balances.typologies if typology in in_scope]
    has_counts = definition.has_counts and series.holds("numerator", "denominator")
    has_intervals = series.holds("lower_95")
    is_of_events = series.is_of_events
    is_compared = any(row["observation_id"] in measured.benchmarks for row in series.rows)
    trends = {
        row["area_code"]: measured.trend(row["area_type"], row["area_code"], *definition.key) for row in series.rows
    }
    has_trends = any(trends.values())
    decimals = digits((row["value"] for row in series.rows if not row["is_derived"]), definition.decimals)
    columns = [Column(_("Place"), is_quoted=True)]
    if is_of_events:
        columns.append(Column(_("Date")))
    if has_counts:
        columns += [Column(_("Numerator"), is_numeric=True), Column(_("Denominator"), is_numeric=True)]
    columns.append(Column(sentence_case(str(definition.unit_label)), is_numeric=True))
    if has_intervals:
        columns.append(Column(_("95% interval"), is_numeric=True))
    if is_compared:
        columns.append(Column(_("Compared with")))
    if has_trends:
        columns.append(Column(_("Trend")))
    columns += [Column(_attribution_heading(balances.typologies[typology], len(typologies))) for typology in typologies]
    rows = []
    # Most places stand one of a few ways against their benchmarks.
    compared: dict[tuple[object, ...], object] = {}
    for row in series.rows:
        cells: list[object] = [lines(row["area_name"], _("summed from its authorities") if row["is_derived"] else "")]
        if is_of_events:
            cells.append(span(row["period_start"], row["period_end"]))
        if has_counts:
            cells += [count(row["numerator"]) or _("not given"), count(row["denominator"]) or _("not given")]
        cells.append(_value(row, definition, contents, decimals))
        if has_intervals:
            given = row["value"] is not None
            cells.append(definition.interval(row["lower_95"], row["upper_95"]) if given else _("no value"))
        if is_compared:
            found = measured.benchmarks.get(row["observation_id"], [])
            key = tuple((one["benchmark_label"], one["result"], one["judgement"], one["reason"]) for one in found)
            if key not in compared:
                compared[key] = against.benchmark_cell(found, definition.polarity)
            cells.append(compared[key])
        if has_trends:
            cells.append(against.trend_cell(trends[row["area_code"]], definition.polarity))
        cells += [_chip(series.attributions.get(row["observation_id"], {}).get(typology)) for typology in typologies]
        rows.append(cells)
    period = span(*series.period)
    caption = f"{kind}: {definition.title}, {period}, {sources.title(series.source_id)}, {series.definition_version}"
    names = [row["area_name"] for row in series.rows]
    published = _("on the dates given") if series.is_of_events else _("as {label}").format(
        label=own_name(series.rows[0]["period_label"])
    )  # fmt: skip
    summary = _("{places}, by name: {first} to {last}").format(
        places=several(len(rows), "place"), first=names[0], last=names[-1]
    )
    return Section(
        heading=f"{_plural(kind)}, {period}",
        period=period,
        label=_("published {when} by {source}").format(when=published, source=sources.title(series.source_id)),
        summary=summary if len(names) > 1 else names[0],
        is_open=is_open,
        table=table(caption, columns, rows, is_caption_hidden=True),
        markers=markers_in({row["value_marker"] for row in series.rows} - {None}),
        notes=_notes(series, definition) + against.notes(series, definition, measured),
    )


def _value(row: Row, definition: Definition, contents: Contents, decimals: int) -> Markup:
    """The value, which leads to its numbers; with a warning on a small base."""
    small = definition.is_on_small_base(row)
    value: object = definition.value(row["value"], row["value_marker"], None if row["is_derived"] else decimals)
    area = contents.areas.get(row["area_code"])
    if area is not None and definition.key in area.lines:
        value = link("../" + numbers_path(row["area_code"], *definition.key), str(value))
    return lines(value, _("base under {base}").format(base=definition.small_base) if small else "")


def _notes(series: Series, definition: Definition) -> list[str]:
    """What a reader must know to read the table."""
    notes = []
    methods = sorted({row["interval_method"] for row in series.rows if row["interval_method"]})
    if methods:
        named = " and ".join(label("interval_method", method) for method in methods)
        notes.append(
            _("Intervals: {methods}, 95%. They describe chance in the count, not differences between services.").format(
                methods=named
            )
        )
    if definition.has_counts and not series.holds("numerator", "denominator"):
        notes.append(_("The counts behind these values were not published, so neither they nor intervals are given."))
    elif any(row["value"] is not None and row["lower_95"] is None for row in series.rows) and methods:
        notes.append(_("No interval is given where the counts behind a value were not published or are not whole."))
    if any(row["is_derived"] and row["value"] is not None for row in series.rows):
        notes.append(_("A value summed from its authorities is formed from their counts, never from their rates."))
    return notes


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _attribution_heading(typology: str, how_many: int) -> str:
    return _("Structural model") if how_many == 1 else typology.split(" (")[0]


def _chip(attribution: Row | None) -> Markup:
    """The status in words, with the model or the reason under it."""
    if attribution is None:
        return Markup("{}").format(_("outside its years or nation"))
    status = attribution["attribution_status"]
    words = label("attribution_status", status)
    comparability = attribution["comparability_status"]
    beside = "" if comparability == "comparable" else label("comparability_status", comparability)
    if attribution["model_label"]:
        return lines(tag(words, "blue"), attribution["model_label"], beside)
    return lines(tag(words), attribution["kind_title"], beside)
