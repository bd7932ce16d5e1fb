"""Disproportionality at each stage: the relative rate of a group by the stage before, and the absolute difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.language import _
from reports.measured import Measured
from reports.numbers import count, number, sentence_case, signed
from reports.periods import span
from reports.release import Row
from reports.tables import Column, lines, table
from reports.vocabulary import vocabulary

if TYPE_CHECKING:
    from reports.contents import Contents

_WIDE = ("country", "region")
_MOST = 60


def ratios_table(contents: Contents, indicator_id: str, measured: Measured) -> Markup | None:
    """The latest ratios of nations and regions first, then of places, as far as a page holds them; None without any."""
    rows = measured.ratios.get(indicator_id, [])
    if not rows:
        return None
    ordered = sorted(rows, key=lambda row: (row["area_type"] not in _WIDE, _name(contents, row["area_code"])))
    columns = [
        Column(_("Place"), is_quoted=True),
        Column(_("Group, against"), is_quoted=True),
        Column(_("Stage, of those at the stage before")),
        Column(_("Group"), is_numeric=True),
        Column(_("Reference"), is_numeric=True),
        Column(_("Relative rate (95% interval)"), is_numeric=True),
        Column(_("Difference"), is_numeric=True),
        Column(_("Expected at the reference rate"), is_numeric=True),
    ]
    cells = [
        [
            lines(_name(contents, row["area_code"]), span(row["period_start"], row["period_end"])),
            lines(
                sentence_case(group(row["group_breakdown"])),
                _("against {group}").format(group=group(row["reference_breakdown"])),
            ),
            _("{stage}, of {before}").format(stage=_stage(row["stage"]), before=_stage(row["preceding_stage"])),
            _of(row["group_events"], row["group_base"]),
            _of(row["reference_events"], row["reference_base"]),
            _ratio(row),
            _difference(row),
            number(row["expected_at_reference"], 1) if row["expected_at_reference"] is not None else _("not given"),
        ]
        for row in ordered[:_MOST]
    ]
    return table(_("Relative rates by group, latest period"), columns, cells)


def how_many_more(indicator_id: str, measured: Measured) -> int:
    """Rows that the table leaves to the download."""
    return max(0, len(measured.ratios.get(indicator_id, [])) - _MOST)


def group(breakdown: str) -> str:
    """The words of a breakdown."""
    known = vocabulary("breakdowns").get(breakdown, {})
    return str(known.get("label") or breakdown.split(":")[-1].replace("_", " "))


def _stage(stage: str) -> str:
    return stage.replace("_", " ")


def _of(events: float | None, base: float | None) -> str:
    if events is None or base is None:
        return _("not given")
    return _("{events} of {base}").format(events=count(events), base=count(base))


def _ratio(row: Row) -> Markup | str:
    if row["ratio"] is None:
        return lines(_("not formed"), row["refusal_reason"] or "")
    interval = _("{low} to {high}").format(low=number(row["lower_95"], 2), high=number(row["upper_95"], 2))
    return lines(number(row["ratio"], 2), interval)


def _difference(row: Row) -> str:
    if row["difference"] is None:
        return _("not given")
    unit = {"per_1000": _("per 1,000"), "percentage_points": _("percentage points")}
    return f"{signed(row['difference'], 1)} {unit.get(row['difference_unit'], row['difference_unit'])}"


def _name(contents: Contents, code: str) -> str:
    area = contents.areas.get(code)
    return area.name if area else code
