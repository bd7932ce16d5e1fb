"""The indicator over time: as a figure of its nations, of its few places, or of the middle half of its many places."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from statistics import quantiles
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.breaks import breaks_of
from reports.charts import time, trend
from reports.charts.time import Band, Break
from reports.charts.trend import Line, Point
from reports.definitions import Definition
from reports.figures import Figure, Key
from reports.language import _
from reports.measured import Measured
from reports.numbers import count, digits, sentence_case, several
from reports.periods import day, short, span
from reports.release import Row
from reports.tables import Column, table

if TYPE_CHECKING:
    from reports.areas import Area
    from reports.contents import Contents

_IN_FORCE = ("in_force", "interim", "ended")
_MOST_LINES, _LEAST_PERIODS, _LEAST_PLACES = 4, 2, 5
# A middle of a few places does not carry on the middle of many: not drawn under this share of the fullest period's.
_LEAST_SHARE = 0.5


def figures(contents: Contents, definition: Definition, measured: Measured) -> list[Figure]:
    """The courses of one definition version: nations, then its places; none where no place has two periods."""
    held = [(area, area.lines[definition.key]) for area in contents.areas.values() if definition.key in area.lines]
    nations = [
        Line(area.name, points)
        for area, rows in held
        if area.area_type == "country" and _spanned(points := _points(rows, definition)) >= _LEAST_PERIODS
    ]
    local = [
        (area, rows)
        for area, rows in held
        if area.area_type not in ("country", "region")
        and len({row["period_end"] for row in rows if row["value"] is not None}) >= _LEAST_PERIODS
    ]
    found = []
    if nations:
        found.append(_figure(contents, definition, measured, nations[:_MOST_LINES], "nations"))
    if local and len(local) <= _MOST_LINES:
        lines = [Line(area.name, _points(rows, definition)) for area, rows in local]
        structures = _structures(contents, local[0][0]) if len(local) == 1 else []
        found.append(_figure(contents, definition, measured, lines, "places", structures))
    elif len(local) >= _LEAST_PLACES:
        middle, note = _middle(local, definition)
        if len(middle) >= _LEAST_PERIODS:
            line = Line(_("Median of places"), middle)
            found.append(_figure(contents, definition, measured, [line], "middle", note=note))
    return found


def _figure(
    contents: Contents,
    definition: Definition,
    measured: Measured,
    lines: list[Line],
    kind: str,
    structures: list[Band] | None = None,
    note: str = "",
) -> Figure:
    is_middle = kind == "middle"
    shown = [point for line in lines for point in line.points]
    first, last = min(point.start for point in shown), max(point.end for point in shown)
    breaks = [one for one in breaks_of(definition) if first < one.when <= last]
    programmes = [
        Band(row["valid_from"], row["valid_to"], row["statement"])
        for row in measured.programmes
        if row["indicator_id"] in (None, definition.indicator_id)
        and (row["valid_from"] is None or row["valid_from"] <= last)
        and (row["valid_to"] is None or row["valid_to"] >= first)
    ]
    has_intervals = any(point.lower is not None for point in shown)
    finding = _finding(lines, breaks, definition, is_middle=is_middle)
    words = _in_words(finding, definition, is_middle=is_middle, has_intervals=has_intervals)
    keys = [Key("line", _("median of places") if is_middle else _("published value"))]
    if has_intervals:
        keys.append(Key("band", _("middle half of places") if is_middle else _("95% interval")))
    if breaks:
        keys.append(Key("break", _("a break: values on its two sides are not comparable")))
    if structures:
        keys.append(Key("structure", _("the structural model in force")))
    if programmes:
        keys.append(Key("programme", _("a programme for a fixed time")))
    if is_middle:
        what = _("median and middle half of places with a value")
    else:
        what = _("published values with 95% intervals") if has_intervals else _("published values")
    spec = trend.spec(
        lines,
        sentence_case(str(definition.unit_label)),
        breaks=breaks,
        structures=structures or (),
        programmes=programmes,
    )
    return Figure(
        identity=f"chart-{kind}",
        title=finding,
        subtitle=_("{title} ({unit}), {what}, definition version {version}").format(
            title=definition.title, unit=definition.unit_label, what=what, version=definition.definition_version
        ),
        drawing=contents.drawings.draw(spec, words),
        words=words,
        table=_table(lines, definition, is_middle=is_middle, has_intervals=has_intervals),
        keys=keys,
        note=Markup("; ").join(
            [
                Markup("{}: <span data-quoted>{}</span> ({})").format(one.label, one.title, day(one.when))
                for one in breaks
            ]
            + ([Markup("{}").format(note)] if note else [])
        ),
    )


def _points(rows: list[Row], definition: Definition) -> tuple[Point, ...]:
    """One point for each period, with the digits it was published with; the first of several datasets stands."""
    decimals = digits((row["value"] for row in rows if not row["is_derived"]), definition.decimals)
    found: dict[tuple[date, date], Point] = {}
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        found.setdefault(
            (end, start),
            Point(
                start,
                end,
                short(start, end),
                row["value"],
                row["lower_95"],
                row["upper_95"],
                definition.value(row["value"], row["value_marker"], None if row["is_derived"] else decimals),
            ),
        )
    return tuple(found[period] for period in sorted(found))


def _spanned(points: tuple[Point, ...]) -> int:
    return sum(point.value is not None for point in points)


def _middle(local: list[tuple[Area, list[Row]]], definition: Definition) -> tuple[tuple[Point, ...], str]:
    """Median and quartiles of the places of each period that has enough of them, and which periods have too few.

    Of several datasets the first stands.
    """
    by_period: dict[tuple[date, date], dict[str, float]] = defaultdict(dict)
    for area, rows in local:
        for row in rows:
            if row["value"] is not None:
                by_period[row["period_end"], row["period_start"]].setdefault(area.area_code, row["value"])
    found, thin = [], []
    most = max(map(len, by_period.values()), default=0)
    for (end, start), of_places in sorted(by_period.items()):
        values = list(of_places.values())
        if len(values) < _LEAST_SHARE * most:
            thin.append(_("{period} ({places})").format(period=span(start, end), places=count(len(values))))
        elif len(values) >= _LEAST_PLACES:
            low, middle, high = quantiles(values, n=4, method="inclusive")
            shown = _("{value}, {places}").format(
                value=definition.plain(middle), places=several(len(values), _("place"))
            )
            found.append(Point(start, end, short(start, end), middle, low, high, shown))
    if not thin:
        return tuple(found), ""
    return tuple(found), _("Not drawn, with under half of the {most} places of the fullest period: {periods}").format(
        most=count(most), periods=", ".join(thin)
    )


def _structures(contents: Contents, area: Area) -> list[Band]:
    """The models in force (now or then) of a service, in the newest typology that has any."""
    rows = [row for row in contents.register.by_service.get(area.area_code, []) if row["tenure"] in _IN_FORCE]
    typologies = [
        typology for typology in contents.register.typologies if typology in {row["typology_id"] for row in rows}
    ]
    return [
        Band(row["valid_from"], row["valid_to"], row["model_label"])
        for row in rows
        if row["typology_id"] == typologies[-1]
    ]


def _finding(lines: list[Line], breaks: list[Break], definition: Definition, *, is_middle: bool) -> str:
    """The ends of each line; never of values on two sides of a break, so from the last break on."""
    parts = []
    for line in lines:
        held = [point for point in line.points if point.value is not None]
        last = held[-1]
        same = [point for point in held if time.segment(point.end, breaks) == time.segment(last.end, breaks)]
        decimals = definition.decimals if is_middle else digits((point.value for point in held), definition.decimals)
        ends = dict.fromkeys((same[0], last))
        told = (
            _("{value} in {period}").format(
                value=definition.value(point.value, decimals=decimals), period=span(point.start, point.end)
            )
            for point in ends
        )
        parts.append(_("{place}: {values}").format(place=line.label, values=", ".join(told)))
    return "; ".join(parts)


def _in_words(finding: str, definition: Definition, *, is_middle: bool, has_intervals: bool) -> str:
    kind = _("Line chart")
    if is_middle:
        kind = _("Line chart with the middle half of places")
    elif has_intervals:
        kind = _("Line chart with 95% intervals")
    return _("{kind} of {title}. {finding}.").format(kind=kind, title=definition.title, finding=finding)


def _table(lines: list[Line], definition: Definition, *, is_middle: bool, has_intervals: bool) -> Markup:
    columns = [Column(_("Period")), Column(_("Place"), is_quoted=True)]
    columns.append(Column(sentence_case(str(definition.unit_label)), is_numeric=True))
    if has_intervals:
        columns.append(Column(_("Middle half of places") if is_middle else _("95% interval"), is_numeric=True))
    rows = [
        [span(point.start, point.end), line.label, point.shown_value]
        + ([definition.interval(point.lower, point.upper)] if has_intervals else [])
        for line in lines
        for point in line.points
    ]
    what = (
        _("Median of places over time")
        if is_middle
        else _("{places} over time").format(places=", ".join(line.label for line in lines))
    )
    caption = _("{what}, version {version}").format(what=what, version=definition.definition_version)
    return table(caption, columns, rows)
