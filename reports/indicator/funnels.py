"""The funnels of an indicator: drawn where the release has limits, else the reason why it has none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.charts import funnel
from reports.definitions import Definition
from reports.figures import Figure, Key
from reports.language import _
from reports.measured import Measured
from reports.numbers import count, number, sentence_case, several
from reports.periods import span
from reports.release import Row
from reports.tables import Column, table
from reports.vocabulary import vocabulary_label

if TYPE_CHECKING:
    from reports.contents import Contents

_MOST = 2
_TRANSFORMS = {"arcsine_sqrt": "arcsine square root", "sqrt": "square root", "log": "logarithm"}


def figures(contents: Contents, by_version: dict[str, Definition], measured: Measured) -> list[Figure]:
    """The latest funnels, at most two: services before authorities."""
    found = [row for row in _latest(by_version, measured) if not row["refusal_reason"] and row["points"]]
    found.sort(key=lambda row: (row["area_type"] != "youth_justice_service", -row["period_end"].toordinal()))
    return [
        _figure(contents, by_version[row["definition_version"]], row, place) for place, row in enumerate(found[:_MOST])
    ]


def refusals(contents: Contents, by_version: dict[str, Definition], measured: Measured) -> list[str]:
    """Why there is no funnel, a sentence for each series without one."""
    said = []
    for row in _latest(by_version, measured):
        if row["refusal_reason"]:
            said.append(
                _("{kind}, {period}, {source}: no funnel is drawn: {reason}.").format(
                    kind=vocabulary_label("area_types", row["area_type"]),
                    period=span(row["period_start"], row["period_end"]),
                    source=contents.sources.title(row["source_id"]),
                    reason=str(row["refusal_reason"]).rstrip(". "),
                )
            )
    return list(dict.fromkeys(said))


def _latest(by_version: dict[str, Definition], measured: Measured) -> list[Row]:
    indicator_id = next(iter(by_version.values())).indicator_id
    return [row for row in measured.funnels.get(indicator_id, []) if row["definition_version"] in by_version]


def _figure(contents: Contents, definition: Definition, row: Row, place: int) -> Figure:
    places = [
        funnel.Place(
            name=_name(contents, point["area_code"]),
            shown_value=definition.plain(point["value"]),
            size=point["denominator"],
            value=point["value"],
            limits=_limits(point, ""),
            adjusted=_limits(point, "adjusted_"),
            position=point["adjusted_position"],
        )
        for point in row["points"]
        if point["value"] is not None and point["denominator"] is not None
    ]
    positions = Counter(one.position for one in places)
    outside = positions["outside_95"] + positions["outside_998"]
    kind = vocabulary_label("area_types", row["area_type"])
    period = span(row["period_start"], row["period_end"])
    title = _finding(len(places), outside, positions["outside_998"])
    words = _("Funnel plot of {title}, {period}: {finding}. The limits stand around {target}.").format(
        title=definition.title, period=period, finding=title, target=definition.plain(row["target"])
    )
    base = sentence_case(str(definition.denominator_counts or _("Denominator")))
    return Figure(
        identity=f"chart-funnel-{place + 1}",
        title=title,
        subtitle=_(
            "{title} ({unit}) by size, {period}, {kind}, {units}. Dispersion phi {phi} (tau² {tau}, {transform} scale, "
            "{share}% of z drawn in at each end). Target {target}."
        ).format(
            title=definition.title,
            unit=definition.unit_label,
            period=period,
            kind=kind.lower(),
            units=several(row["units"], _("unit")),
            phi=_figure_of(row["phi"], 2),
            tau=_figure_of(row["tau_squared"], 4),
            transform=_(_TRANSFORMS.get(row["transform"]) or str(row["transform"])),
            share=_figure_of(None if row["winsorised_share"] is None else 100 * row["winsorised_share"], 0),
            target=definition.plain(row["target"]),
        ),
        drawing=contents.drawings.draw(
            funnel.spec(places, row["target"], sentence_case(str(definition.unit_label)), base), words
        ),
        words=words,
        table=_table(contents, definition, row, period, kind),
        keys=[
            Key("target", _("target: all places together")),
            Key("dotted", _("95% and 99.8% limits by chance in the counts alone")),
            Key("thin-blue", _("95% limit, allowing for dispersion")),
            Key("thick-blue", _("99.8% limit, allowing for dispersion")),
            Key("grey-dot", _("a place inside")),
            Key("square", _("outside 95%")),
            Key("triangle", _("outside 99.8%")),
        ],
        note=_("To lie outside is a reason to look, not a finding: it does not show why."),
    )


def _finding(places: int, outside: int, far: int) -> str:
    """The title of the chart: how many places lie outside, of how many."""
    of_all = several(places, _("place"))
    if not outside:
        return _("Each of {places} lies inside the 95% limits that allow for dispersion").format(places=of_all)
    found = _("{n} of {places} lie outside the 95% limits that allow for dispersion").format(
        n=count(outside), places=of_all
    )
    return _("{found}, {far} of them outside the 99.8% limits").format(found=found, far=count(far)) if far else found


def _limits(point: Row, prefix: str) -> tuple[float | None, float | None, float | None, float | None]:
    return (
        point[f"{prefix}lower_95"],
        point[f"{prefix}upper_95"],
        point[f"{prefix}lower_998"],
        point[f"{prefix}upper_998"],
    )


def _figure_of(value: float | None, decimals: int) -> str:
    return _("not given") if value is None else number(value, decimals)


def _name(contents: Contents, code: str) -> str:
    area = contents.areas.get(code)
    return area.name if area else code


def _table(contents: Contents, definition: Definition, row: Row, period: str, kind: str) -> Markup | None:
    """The places outside; those inside are counted, and stand with their values in the table of latest values."""
    outside = [point for point in row["points"] if point["adjusted_position"] != "inside"]
    words = {"outside_95": _("outside 95%"), "outside_998": _("outside 99.8%"), "inside": _("inside")}
    rows = [
        [
            _name(contents, point["area_code"]),
            count(point["denominator"]),
            definition.plain(point["value"]),
            definition.interval(point["adjusted_lower_95"], point["adjusted_upper_95"]),
            definition.interval(point["adjusted_lower_998"], point["adjusted_upper_998"]),
            words[point["adjusted_position"]],
            words[point["position"]],
        ]
        for point in sorted(outside, key=lambda point: _name(contents, point["area_code"]))
    ]
    if not rows:
        return None
    columns = [
        Column(_("Place"), is_quoted=True),
        Column(_("Size"), is_numeric=True),
        Column(sentence_case(str(definition.unit_label)), is_numeric=True),
        Column(_("95% limits"), is_numeric=True),
        Column(_("99.8% limits"), is_numeric=True),
        Column(_("Allowing for dispersion")),
        Column(_("By chance in the counts alone")),
    ]
    caption = _("Places outside the limits of the funnel, {kind}, {period}, {source}").format(
        kind=kind.lower(), period=period, source=contents.sources.title(row["source_id"])
    )
    return table(caption, columns, rows)
