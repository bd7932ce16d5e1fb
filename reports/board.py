"""Questions to take to the board: made from facts that describe and from nothing else.

Each names what is held, with its figures, and asks what the people in the room know of it. None asks why a value is as
it is, none says what to do, and none judges (attribution_gaps.md, gap kinds K1 to K5).
"""

from __future__ import annotations

from datetime import date

from reports.areas import Area
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, several
from reports.periods import day, span
from reports.registers import Register
from reports.release import Row
from reports.services import Beside

MOST = 8
_STALE_MONTHS = 18


def questions(
    area: Area,
    definitions: dict[tuple[str, str], Definition],
    beside: Beside,
    register: Register,
    gaps: list[Row],
    dataset_title: dict[str, str],
) -> list[str]:
    """At most MOST questions, those about what is missing first."""
    found = [
        *_of_returns(beside.missing.get(area.area_code, []), dataset_title),
        *_of_structure(area, beside, register),
        *_of_gaps(gaps),
        *_of_benchmarks(area, definitions, beside),
        *_of_trends(area, definitions, beside),
        *_of_small_bases(area, definitions, beside.newest),
    ]
    return found[:MOST]


def _of_returns(missing: list[Row], dataset_title: dict[str, str]) -> list[str]:
    datasets = list(dict.fromkeys(row["source_id"] for row in missing))
    if not datasets:
        return []
    first = missing[0]
    rest = (
        _(" and of %(others)s more") % {"others": several(len(datasets) - 1, _("dataset"), _("datasets"))}
        if len(datasets) > 1
        else ""
    )
    return [
        _(
            "%(returns)s of “%(dataset)s”%(rest)s did not come or could not be taken, the latest for %(period)s. "
            "Who sends them, and when can they be expected?"
        )
        % {
            "returns": several(len(missing), _("return"), _("returns")),
            "dataset": dataset_title.get(first["source_id"], first["source_id"]),
            "rest": rest,
            "period": span(first["period_start"], first["period_end"]),
        }
    ]


def _of_structure(area: Area, beside: Beside, register: Register) -> list[str]:
    rows = register.by_service.get(area.area_code, [])
    found = []
    contested = [row for row in rows if row.get("is_contested")]
    if contested:
        found.append(
            _("Sources disagree about the structural model from %(day)s. Which of them describes the service?")
            % {"day": day(contested[-1]["valid_from"])}
        )
    planned = [row for row in rows if row["tenure"] == "planned"]
    if planned:
        found.append(
            _("A change to “%(model)s” is planned and no evidence shows it in force. Has it happened, and on what day?")
            % {"model": planned[-1]["model_label"]}
        )
    dates = [on for (service, _typology), on in beside.confirmed.items() if service == area.area_code]
    if dates and beside.newest and _months(max(dates), beside.newest) > _STALE_MONTHS:
        found.append(
            _(
                "The latest evidence of how the service is organised is of %(day)s, %(months)s before the latest "
                "values end. Does it still hold?"
            )
            % {
                "day": day(max(dates)),
                "months": several(_months(max(dates), beside.newest), _("month"), _("months")),
            }
        )
    if area.is_service and not rows:
        found.append(_("No dated evidence says how the service is organised. Which document would show it?"))
    return found


def _of_gaps(gaps: list[Row]) -> list[str]:
    ours = [gap for gap in gaps if gap["is_blocking"] and not str(gap["owner"]).startswith("nobody")]
    if not ours:
        return []
    return [
        _("%(values)s cannot be attributed: %(why)s. What would close it: %(how)s. Who can?")
        % {
            "values": several(ours[0]["observations"], _("value"), _("values")),
            "why": str(ours[0]["kind_title"])[:1].lower() + str(ours[0]["kind_title"])[1:],
            "how": ours[0]["resolved_by"],
        }
    ]


def _of_benchmarks(area: Area, definitions: dict[tuple[str, str], Definition], beside: Beside) -> list[str]:
    """The latest values outside their benchmark, of the last periods only, at most two."""
    found = []
    for key, line in area.lines.items():
        last, definition = line[-1], definitions.get(key)
        if definition is None or not _is_recent(last["period_end"], beside.newest):
            continue
        for row in beside.benchmarks.get(last["observation_id"], [])[:1]:
            if row["result"] not in ("lower", "higher"):
                continue
            direction = _("higher than") if row["result"] == "higher" else _("lower than")
            found.append(
                _(
                    "“%(title)s” was %(value)s in %(period)s, %(direction)s %(benchmark)s (%(other)s). Are the same "
                    "children counted in the same way?"
                )
                % {
                    "title": definition.title,
                    "value": definition.value(last["value"], last["value_marker"]),
                    "period": span(last["period_start"], last["period_end"]),
                    "direction": direction,
                    "benchmark": row["benchmark_label"],
                    "other": definition.plain(row["benchmark_value"]),
                }
            )
    return found[:2]


def _of_trends(area: Area, definitions: dict[tuple[str, str], Definition], beside: Beside) -> list[str]:
    found = []
    for key in area.lines:
        definition = definitions.get(key)
        for row in beside.trends.get((area.area_code, *key), []):
            if definition is None or row["trend"] not in ("increasing", "decreasing"):
                continue
            if not _is_recent(row["last_period_end"], beside.newest):
                continue
            words = _("an increasing") if row["trend"] == "increasing" else _("a decreasing")
            found.append(
                _("“%(title)s” shows %(trend)s trend over %(points)s to %(day)s. Was anything recorded differently?")
                % {
                    "title": definition.title,
                    "trend": words,
                    "points": several(row["points"], _("period"), _("periods")),
                    "day": day(row["last_period_end"]),
                }
            )
    return found[:2]


def _of_small_bases(area: Area, definitions: dict[tuple[str, str], Definition], newest: date | None) -> list[str]:
    small = [
        definition.small_base
        for key, line in area.lines.items()
        if (definition := definitions.get(key))
        and _is_recent(line[-1]["period_end"], newest)
        and definition.is_on_small_base(line[-1])
    ]
    if not small:
        return []
    return [
        _(
            "%(percentages)s of the latest periods stand on fewer than %(base)s children each. Over which longer "
            "period should they be read?"
        )
        % {"percentages": several(len(small), _("percentage"), _("percentages")), "base": count(small[0])}
    ]


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _is_recent(end: date, newest: date | None) -> bool:
    return newest is not None and _months(end, newest) <= 24
