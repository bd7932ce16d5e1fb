"""Control charts of a quarterly indicator: which places have a signal in the latest period, and the first few drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.charts import trend
from reports.charts.trend import Level, Line, Point
from reports.definitions import Definition
from reports.figures import Figure, Key
from reports.language import _
from reports.measured import Measured
from reports.numbers import count, sentence_case, several
from reports.periods import short, span
from reports.release import Row
from reports.tables import Column, table

if TYPE_CHECKING:
    from reports.contents import Contents

_MOST = 2


def said(definition: Definition, measured: Measured) -> str | None:
    """How many places have a signal in the latest period that any chart has; None where there is no chart."""
    latest = _latest(definition, measured)
    if not latest:
        return None
    signals = sum(bool(row["signal"]) for row in latest.values())
    end = max(row["period_end"] for row in latest.values())
    return _(
        "{signals} of {places} with a control chart have a signal in their latest period (to {month}): a value outside "
        "the limits, or the eighth or a later one in a row on one side of the centre."
    ).format(signals=count(signals), places=several(len(latest), _("place")), month=f"{end:%B %Y}")


def signals_table(contents: Contents, definition: Definition, measured: Measured) -> Markup | None:
    """The places with a signal in their latest period, by name."""
    rows = [
        [
            _name(contents, code),
            _period(row),
            definition.plain(row["value"]),
            definition.plain(row["centre"]),
            definition.interval(row["lower_limit"], row["upper_limit"]),
            _signal(row),
        ]
        for code, row in _latest(definition, measured).items()
        if row["signal"]
    ]
    if not rows:
        return None
    columns = [
        Column(_("Place"), is_quoted=True),
        Column(_("Period")),
        Column(sentence_case(str(definition.unit_label)), is_numeric=True),
        Column(_("Centre"), is_numeric=True),
        Column(_("Limits"), is_numeric=True),
        Column(_("Signal")),
    ]
    caption = _("Signals in the latest period, version {version}").format(version=definition.definition_version)
    return table(caption, columns, sorted(rows, key=lambda row: str(row[0])))


def figures(contents: Contents, definition: Definition, measured: Measured) -> list[Figure]:
    """Charts of the first places, by name, that have a signal in their latest period; of the first place if none."""
    latest = _latest(definition, measured)
    wanted = [code for code, row in latest.items() if row["signal"]] or list(latest)[:1]
    wanted.sort(key=lambda code: _name(contents, code))
    points = measured.charts.get(definition.key, {})
    return [_figure(contents, definition, code, points[code], place) for place, code in enumerate(wanted[:_MOST])]


def _figure(contents: Contents, definition: Definition, code: str, rows: list[Row], place: int) -> Figure:
    name = _name(contents, code)
    last = rows[-1]
    points = []
    for row in rows:
        start, end = row.get("period_start") or row["period_end"], row["period_end"]
        points.append(Point(start, end, short(start, end), row["value"], None, None, definition.plain(row["value"])))
    marked = [row["period_end"] for row in rows if row["signal"]]
    title = _("{place}: {signals} in {periods}, centre {centre}").format(
        place=name,
        signals=several(len(marked), _("signal")),
        periods=several(len(rows), _("period")),
        centre=definition.plain(last["centre"]),
    )
    words = _("Control chart of {title}, {finding}, limits {limits}.").format(
        title=definition.title, finding=title, limits=definition.interval(last["lower_limit"], last["upper_limit"])
    )
    levels = [Level(_("centre {value}").format(value=definition.plain(last["centre"])), last["centre"])]
    levels += [
        Level(words_.format(value=definition.plain(last[column])), last[column], is_limit=True)
        for words_, column in ((_("upper {value}"), "upper_limit"), (_("lower {value}"), "lower_limit"))
        if last[column] is not None
    ]
    spec = trend.spec(
        [Line("", tuple(points))], sentence_case(str(definition.unit_label)), levels=levels, signals=marked
    )
    return Figure(
        identity=f"chart-control-{place + 1}",
        title=title,
        subtitle=_("{title} ({unit}): values, their mean, and limits at 2.66 mean moving ranges (XmR)").format(
            title=definition.title, unit=definition.unit_label
        ),
        drawing=contents.drawings.draw(spec, words),
        words=words,
        table=_table(definition, name, rows),
        keys=[
            Key("line", _("published value")),
            Key("level", _("centre")),
            Key("limit", _("control limit")),
            Key("open-square", _("a signal")),
        ],
    )


def _latest(definition: Definition, measured: Measured) -> dict[str, Row]:
    return {code: rows[-1] for code, rows in measured.charts.get(definition.key, {}).items()}


def _signal(row: Row) -> str:
    known = {"outside_limits": _("outside the limits"), "eight_on_one_side": _("eight or more on one side")}
    return known.get(row["signal"], str(row["signal"] or _("none")).replace("_", " "))


def _name(contents: Contents, code: str) -> str:
    area = contents.areas.get(code)
    return area.name if area else code


def _period(row: Row) -> str:
    return span(row.get("period_start") or row["period_end"], row["period_end"])


def _table(definition: Definition, name: str, rows: list[Row]) -> Markup:
    columns = [
        Column(_("Period")),
        Column(sentence_case(str(definition.unit_label)), is_numeric=True),
        Column(_("Signal")),
    ]
    cells = [[_period(row), definition.plain(row["value"]), _signal(row)] for row in rows]
    return table(_("Control chart of {place} as a table").format(place=name), columns, cells)
