"""One row for each indicator of a service or authority: value, interval, comparators, trend, course, quality, gaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from reports.areas import Area
from reports.charts import sparkline
from reports.contents import Contents
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, digits, sentence_case, several
from reports.page import numbers_path
from reports.periods import day, span
from reports.release import Row
from reports.services import Beside
from reports.tables import Column, lines, link, table, tag
from reports.vocabulary import label

RECENT_MONTHS = 24
"""A line that ended longer before the newest of its area is older: shown apart, and not on paper."""
_COURSE = 12  # periods in a sparkline


@dataclass(frozen=True)
class Group:
    """The rows of one programme."""

    heading: str
    table: Markup


def groups(contents: Contents, area: Area, beside: Beside) -> tuple[list[Group], list[Group], int]:
    """The lines that stand first by programme, the others by programme, and how many others there are.

    Others are the versions of an indicator that do not stand first, and lines that ended RECENT_MONTHS ago or more.
    Ratings are left out: they are dated facts, with a table of their own.
    """
    newest = max((line[-1]["period_end"] for line in area.lines.values()), default=None)
    leading = _leading(contents, area, beside)
    recent: dict[str, list[Definition]] = {}
    older: dict[str, list[Definition]] = {}
    for key, definition in contents.definitions.items():
        line = area.lines.get(key)
        if not line or definition.measure == "ordinal" or newest is None:
            continue
        end = line[-1]["period_end"]
        months = (newest.year - end.year) * 12 + newest.month - end.month
        into = recent if months <= RECENT_MONTHS and key == leading[definition.indicator_id] else older
        into.setdefault(str(definition.programme or _("Other")), []).append(definition)
    return (
        [_group(contents, area, beside, name, of) for name, of in recent.items()],
        [_group(contents, area, beside, name, of) for name, of in older.items()],
        sum(map(len, older.values())),
    )


def _leading(contents: Contents, area: Area, beside: Beside) -> dict[str, tuple[str, str]]:
    """Of each indicator the version that stands first: the latest values, then the newest, then most compared."""
    found: dict[str, tuple[str, str]] = {}
    weights: dict[str, tuple[date, date, int]] = {}
    for key, definition in contents.definitions.items():
        line = area.lines.get(key)
        if not line:
            continue
        compared = sum(
            row["result"] not in (None, "not_compared") for row in beside.benchmarks.get(line[-1]["observation_id"], [])
        )
        weight = (line[-1]["period_end"], definition.valid_from or date.min, compared)
        if key[0] not in found or weight > weights[key[0]]:
            found[key[0]], weights[key[0]] = key, weight
    return found


def _group(contents: Contents, area: Area, beside: Beside, programme: str, definitions: list[Definition]) -> Group:
    """One programme; its heading says the period of most rows, so that only the others need to say theirs."""
    latest = {definition.key: area.lines[definition.key][-1] for definition in definitions}
    periods = Counter((row["period_start"], row["period_end"]) for row in latest.values())
    usual = periods.most_common(1)[0][0]
    versions = Counter(key[0] for key in area.lines)
    rows = [
        _row(contents, area, definition, beside, usual=usual, has_versions=versions[definition.indicator_id] > 1)
        for definition in definitions
    ]
    return Group(f"{sentence_case(programme)}, {span(*usual)}", _table(programme, rows, area, beside))


def _table(programme: str, rows: list[list[object]], area: Area, beside: Beside) -> Markup:
    columns = [
        Column(_("Indicator"), width="26%"),
        Column(_("Latest value"), is_numeric=True, width="11%"),
        Column(_("95% interval"), is_numeric=True, width="9%"),
    ]
    if beside.benchmarks:
        columns.append(Column(_("Compared with"), width="18%"))
    if beside.trends:
        columns.append(Column(_("Trend"), width="9%"))
    columns += [
        Column(_("Course"), width="10%"),
        Column(_("Quality"), width="9%"),
        Column(_("Gaps"), is_numeric=True, width="9%"),
    ]
    return table(f"{programme}: {area.name}", columns, rows, is_caption_hidden=True)


def _row(
    contents: Contents,
    area: Area,
    definition: Definition,
    beside: Beside,
    *,
    usual: tuple[date, date],
    has_versions: bool,
) -> list[object]:
    line = area.lines[definition.key]
    last = line[-1]
    period = (last["period_start"], last["period_end"])
    more = [
        _("version %(version)s") % {"version": definition.definition_version.replace("_", " ")} if has_versions else "",
        span(*period) if period != usual else "",
    ]
    decimals = digits((row["value"] for row in line if not row["is_derived"]), definition.decimals)
    shown = definition.value(last["value"], last["value_marker"], None if last["is_derived"] else decimals)
    where = "../" + numbers_path(area.area_code, *definition.key)
    unit = "" if definition.unit_base == 100 else str(definition.unit_label)
    given = last["value"] is not None and last["lower_95"] is not None
    cells: list[object] = [
        lines(link(where, definition.title), ", ".join(part for part in more if part)),
        lines(shown, unit, _base(definition, last)),
        definition.interval(last["lower_95"], last["upper_95"]) if given else _("none"),
    ]
    if beside.benchmarks:
        cells.append(_compared(definition, beside.benchmarks.get(last["observation_id"], [])))
    if beside.trends:
        cells.append(_trend(beside.trends.get((area.area_code, *definition.key), [])))
    gaps = contents.gaps_of_area.get(area.area_code, {}).get(definition.key, [])
    cells += [_course(definition, line), _quality(definition, last, beside), _gaps(gaps, where)]
    return cells


def _base(definition: Definition, row: Row) -> str:
    """The base of a percentage stands beside it, always."""
    if definition.unit_base != 100 or row["value"] is None or row["denominator"] is None:
        return ""
    return _("of %(base)s") % {"base": count(row["denominator"])}


def _compared(definition: Definition, benchmarks: list[Row]) -> Markup | str:
    """In words; those that could not be compared are said only where none could."""
    compared = [row for row in benchmarks if row["result"] not in (None, "not_compared")]
    if not compared:
        return _("not compared") if benchmarks else _("no benchmark")
    return lines(*(_against(definition, row) for row in compared))


def _against(definition: Definition, row: Row) -> Markup | str:
    name = row["benchmark_label"]
    said = {"lower": _("lower"), "similar": _("similar"), "higher": _("higher")}.get(row["result"], str(row["result"]))
    words = _("%(said)s than %(benchmark)s") if row["result"] in ("lower", "higher") else _("%(said)s to %(benchmark)s")
    shown = words % {"said": said.capitalize(), "benchmark": name}
    other = definition.plain(row["benchmark_value"])
    if row["judgement"] and definition.polarity in ("high", "low"):
        judged = _("better") if row["judgement"] == "better" else _("worse")
        return Markup('<span data-polarity="{}">{} ({}): {}</span>').format(definition.polarity, shown, other, judged)
    return f"{shown} ({other})"


def _trend(trends: list[Row]) -> Markup | str:
    if not trends:
        return _("not tested")
    row = trends[0]
    words = {
        "increasing": _("Increasing"),
        "decreasing": _("Decreasing"),
        "no_significant_change": _("No trend found"),
        "cannot_be_calculated": _("Cannot be calculated"),
        "signal": _("A signal"),
        "no_signal": _("No signal"),
    }.get(row["trend"], str(row["trend"]).replace("_", " "))
    over = several(row["points"], _("period"), _("periods")) if row["points"] else ""
    return lines(words, over if row["trend"] != "cannot_be_calculated" else "")


def _course(definition: Definition, line: list[Row]) -> Markup | str:
    """The last periods of one dataset as a sparkline; two datasets are never joined to one line."""
    same = [row for row in line if row["source_id"] == line[-1]["source_id"]][-_COURSE:]
    values = [row["value"] for row in same]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return _("one period") if len(same) < 2 else _("too few values")
    words = _("%(values)s, %(first)s to %(last)s: between %(low)s and %(high)s, last %(end)s") % {
        "values": several(len(known), _("value"), _("values")),
        "first": day(same[0]["period_start"]),
        "last": day(same[-1]["period_end"]),
        "low": definition.plain(min(known)),
        "high": definition.plain(max(known)),
        "end": definition.value(values[-1], same[-1]["value_marker"]),
    }
    return sparkline.draw(values, words)


def _quality(definition: Definition, last: Row, beside: Beside) -> Markup | str:
    """What a reader must know before using the value; nothing is hidden in a colour."""
    words: list[str] = []
    if last["value"] is None:
        words.append(_("no value"))
    elif definition.is_on_small_base(last):
        words.append(_("base under %(base)s") % {"base": definition.small_base})
    if last["is_derived"]:
        words.append(_("summed from authorities"))
    statuses = beside.statuses.get(last["observation_id"], [])
    comparability = {row["comparability_status"] for row in statuses} - {"comparable", None}
    words += [label("comparability_status", one).lower() for one in sorted(comparability)]
    attribution = {row["attribution_status"] for row in statuses} - {"attributable", None}
    words += [label("attribution_status", one).lower() for one in sorted(attribution)]
    return lines(tag(words[0]), *words[1:]) if words else _("nothing noted")


def _gaps(gaps: list[Row], where: str) -> Markup | str:
    if not gaps:
        return _("none")
    total = sum(gap["gaps"] for gap in gaps)
    blocking = sum(gap["gaps"] for gap in gaps if gap["is_blocking"])
    return lines(
        link(where, count(total)), _("%(gaps)s stop attribution") % {"gaps": count(blocking)} if blocking else ""
    )
