"""Which places of a delivery are parts of which others, and how many parts there should be: the ground of two checks.

A country is made of the regions and the authorities of its nation; a region of the authorities that the registers put
in it. Districts are left out: an extract seldom holds all of them.
"""

from datetime import date

import polars as pl

from pipelines.intake.checks.context import Context

PART_TYPES = ("region", "authority", "youth_justice_service")
LEAST_PARTS = {"region": 5, "authority": 20, "youth_justice_service": 20}
"""Fewer regions, authorities or services than this do not make a country; too few to judge it by."""
LEAST_PARTS_OF_A_REGION = 3

MEMBERS = {
    "whole_code": pl.String,
    "whole_type": pl.String,
    "part_code": pl.String,
    "part_type": pl.String,
    "least": pl.Int64,
}


def members(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Parts of every country and region that the delivery holds (columns of MEMBERS), by nation and by register."""
    places = candidates.select("area_type", "area_code").unique().drop_nulls().collect(engine="streaming")
    types = dict(places.select("area_code", "area_type").iter_rows())
    nations = {code: _nation(code, context) for code in types}
    known = set(types) | {code for code, area in context.registers.areas.items() if area.area_type in PART_TYPES}
    rows: list[tuple[object, ...]] = []
    for whole in (code for code, kind in types.items() if kind == "country" and nations[code]):
        within = (nations[whole] or "").split(" and ")
        rows += [
            (whole, "country", part, kind, LEAST_PARTS[kind])
            for part, kind in types.items()
            if kind in PART_TYPES and nations[part] in within
        ]
    if context.parents is not None:
        for child, parent in context.parents.select("child_code", "parent_code").unique().iter_rows():
            if child in known and types.get(parent) == "region" and types.get(child) == "authority":
                rows.append((parent, "region", child, "authority", LEAST_PARTS_OF_A_REGION))
    return pl.DataFrame(rows, schema=MEMBERS, orient="row")


def due(candidates: pl.LazyFrame, belonging: pl.DataFrame, context: Context) -> pl.DataFrame:
    """How many parts each whole should have on the last day of each period: whole_code, part_type, period_end, due.

    By the registers where they know parts of the kind, else by how many the delivery holds at any time.
    """
    days = candidates.select("period_end").unique().drop_nulls().collect(engine="streaming")["period_end"].to_list()
    schema = {"whole_code": pl.String, "part_type": pl.String, "period_end": pl.Date, "due": pl.Int64}
    rows = []
    for (whole, kind), group in belonging.group_by("whole_code", "part_type", maintain_order=True):
        there = set(group["part_code"])
        registered = _registered(str(whole), str(kind), context)
        for day in days:
            rows.append((whole, kind, day, _in_force(registered, day, context) if registered else len(there)))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _nation(code: str, context: Context) -> str | None:
    area = context.registers.areas.get(code)
    if area is not None and area.nation:
        return area.nation
    if code in context.registers.services:
        return next((m.nation for m in context.registers.services[code] if m.nation), None)
    prefix = context.catalogue.prefix_of(code)
    return prefix.nation if prefix else None


def _registered(whole: str, kind: str, context: Context) -> list[str]:
    """Codes of the parts that the registers know of a whole."""
    areas = context.registers.areas
    if context.parents is not None:
        children = context.parents.filter(pl.col("parent_code") == whole)["child_code"].unique().to_list()
        of_the_kind = [code for code in children if code in areas and areas[code].area_type == kind]
        if of_the_kind:
            return of_the_kind
    within = (_nation(whole, context) or "").split(" and ")
    if kind == "youth_justice_service":
        return [service for service in context.registers.services if _nation(service, context) in within]
    return [code for code, area in areas.items() if area.area_type == kind and _nation(code, context) in within]


def _in_force(codes: list[str], day: date, context: Context) -> int:
    registers = context.registers
    there = sum(code in registers.areas and registers.areas[code].in_force(day, day) for code in codes)
    return there + sum(
        any(m.valid_from <= day <= m.valid_to for m in registers.services.get(code, ())) for code in codes
    )
