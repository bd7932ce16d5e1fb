"""Areas that a delivery should hold and does not: those of the delivery before, and those that the registers know.

An area with a marker is there. A file of a few areas is an extract, and nobody is missing from it: the registers are
asked only where at least half of what they know of a kind is in the file.
"""

from datetime import date

import polars as pl

from pipelines.intake.checks.context import FOUND, SERIES, Context, nothing_found
from pipelines.intake.places import Registers

SHARE_OF_A_WHOLE_FILE = 0.5
NAMES_SHOWN = 8
KINDS = ("region", "authority", "youth_justice_service")
_GROUP = [*SERIES, "area_type", "period_start", "period_end"]


def coverage(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules areas_missing and areas_not_given: one finding for each kind of area and set of areas that is missing."""
    there = _areas(candidates, [*_GROUP, "period_label"])
    before = _last_areas(context)
    absent: dict[tuple[str, str, frozenset[str]], list[tuple[str, str]]] = {}
    expected: dict[tuple[str, date, date, str | None], frozenset[str]] = {}
    for indicator, version, kind, start, end, label, codes in there.iter_rows():
        nations = context.definitions[indicator, version].nations if (indicator, version) in context.definitions else ()
        given = frozenset(codes)
        lately = before.get((indicator, version, kind), frozenset())
        in_force: frozenset[str] = frozenset()
        for nation in (*nations, None):
            key = (kind, start, end, nation)
            if key not in expected:
                expected[key] = _registered(kind, start, end, nation, context.registers)
            in_force |= expected[key]
        lost = frozenset(code for code in lately - given if not in_force or code in in_force)
        if lost:
            absent.setdefault(("areas_missing", kind, lost), []).append((indicator, label))
        for nation in nations:
            due = expected[kind, start, end, nation]
            if due - given - lost and len(due & given) >= SHARE_OF_A_WHOLE_FILE * len(due):
                absent.setdefault(("areas_not_given", kind, due - given - lost), []).append((indicator, label))
    if not absent:
        return nothing_found()
    rows = [
        (rule, _sentence(kind, codes, where, context), None, None, None, None, None)
        for (rule, kind, codes), where in absent.items()
    ]
    return pl.DataFrame(rows, schema=FOUND, orient="row")


def _areas(rows: pl.LazyFrame, group: list[str]) -> pl.DataFrame:
    return (
        rows.filter(pl.col("area_type").is_in(KINDS) & pl.col("area_code").is_not_null())
        .select(*group, "area_code")
        .unique()
        .group_by(group)
        .agg("area_code")
        .sort(*_GROUP)
        .collect(engine="streaming")
    )


def _last_areas(context: Context) -> dict[tuple[str, str, str], frozenset[str]]:
    """Areas of the last period that the landed rows have of each indicator and kind of area."""
    if context.previous is None:
        return {}
    areas: dict[tuple[str, str, str], frozenset[str]] = {}
    for indicator, version, kind, _, _, codes in _areas(context.previous, _GROUP).iter_rows():
        areas[indicator, version, kind] = frozenset(codes)
    return areas


def _registered(kind: str, start: date, end: date, nation: str | None, registers: Registers) -> frozenset[str]:
    """Areas of a kind and nation in force over the whole period."""
    if kind == "youth_justice_service":
        services = registers.services_in_force(start, end).items()
        return frozenset(code for code, its in services if its == nation)
    return frozenset(
        code
        for code, area in registers.areas.items()
        if area.area_type == kind and area.nation == nation and area.valid_from <= start and area.valid_to >= end
    )


def _sentence(kind: str, codes: frozenset[str], where: list[tuple[str, str]], context: Context) -> str:
    areas = context.registers.areas
    names = sorted(f"{areas[code].shown} ({code})" if code in areas else code for code in codes)
    listed = ", ".join(names[:NAMES_SHOWN]) + (f" and {len(names) - NAMES_SHOWN} more" if names[NAMES_SHOWN:] else "")
    labels = list(dict.fromkeys(label for _, label in where))
    indicators = list(dict.fromkeys(indicator for indicator, _ in where))
    span = labels[0] if len(labels) == 1 else f"{len(labels)} periods, {labels[0]} to {labels[-1]}"
    of = indicators[0] if len(indicators) == 1 else f"{len(indicators)} indicators, {indicators[0]} among them"
    noun = context.catalogue.area_types[kind].label.lower()
    return f"{len(codes)} of kind {noun} not in the file for {of} ({span}): {listed}"
