"""Areas that a delivery should hold and does not: those of the delivery before, and those that the registers know.

An area with a marker is there. A file of a few areas is an extract, and nobody is missing from it: the registers are
asked only where at least half of what they know of a kind is in the file.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from pipelines.intake.checks.context import FOUND, SERIES, Context, nothing_found
from pipelines.intake.keys import group_key, group_of_kind
from pipelines.intake.places import Registers

SHARE_OF_A_WHOLE_FILE = 0.5
NAMES_SHOWN = 8
KINDS = ("region", "authority", "youth_justice_service")
_GROUP = [*SERIES, "area_type", "period_start", "period_end"]
_AREA = pl.col("area_type").is_in(KINDS) & pl.col("area_code").is_not_null()
Mask = np.ndarray
"""Which areas of a universe, a Boolean for each."""


def coverage(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules areas_missing and areas_not_given: one finding for each kind of area and set of areas that is missing.

    A figure that was set aside is in the file all the same.
    """
    rows = candidates.filter(_AREA)
    previous = context.previous.filter(_AREA).with_columns(group_key()) if context.previous is not None else None
    known = _Known(context.registers, _codes(rows, context.placed, previous, context.registers))
    there = known.given(rows, context.placed)
    before = known.last_given(previous) if previous is not None else {}
    absent: dict[tuple[str, str, bytes], list[tuple[str, str]]] = {}
    for (indicator, version, kind, start, end, label), given in there:
        nations = context.definitions[indicator, version].nations if (indicator, version) in context.definitions else ()
        due = {nation: known.in_force(kind, start, end, nation) for nation in (*nations, None)}
        in_force = np.logical_or.reduce(list(due.values()))
        lost = before.get((indicator, version, kind), known.nowhere) & ~given
        lost = lost & in_force if in_force.any() else lost
        if lost.any():
            absent.setdefault(("areas_missing", kind, lost.tobytes()), []).append((indicator, label))
        for nation in nations:
            missing = due[nation] & ~given & ~lost
            if missing.any() and (due[nation] & given).sum() >= SHARE_OF_A_WHOLE_FILE * due[nation].sum():
                absent.setdefault(("areas_not_given", kind, missing.tobytes()), []).append((indicator, label))
    if not absent:
        return nothing_found()
    found = [
        (rule, _sentence(kind, known.codes_of(mask), where, context), None, None, None, None, None)
        for (rule, kind, mask), where in absent.items()
    ]
    return pl.DataFrame(found, schema=FOUND, orient="row")


@dataclass(frozen=True)
class _Known:
    """The areas that the registers or the files have, in one order, so that a set of them is an array of Booleans.

    Sets of codes would take gigabytes where a file has a hundred thousand areas over hundreds of periods.
    """

    registers: Registers
    codes: pl.Series

    @cached_property
    def nowhere(self) -> Mask:
        """No area."""
        return np.zeros(len(self.codes), dtype=bool)

    @cached_property
    def _registered(self) -> dict[str, np.ndarray]:
        areas = [self.registers.areas.get(code) for code in self.codes]
        return {
            "kind": np.array([area.area_type if area else None for area in areas], dtype=object),
            "nation": np.array([area.nation if area else None for area in areas], dtype=object),
            "from": np.array([area.valid_from if area else date.max for area in areas], dtype="datetime64[D]"),
            "to": np.array([area.valid_to if area else date.min for area in areas], dtype="datetime64[D]"),
        }

    @cached_property
    def _asked(self) -> dict[tuple[str, date, date, str | None], Mask]:
        return {}

    def in_force(self, kind: str, start: date, end: date, nation: str | None) -> Mask:
        """Areas of a kind and nation in force over the whole period; services with a member on any day of it."""
        asked = (kind, start, end, nation)
        if asked not in self._asked:
            if kind == "youth_justice_service":
                services = self.registers.services_in_force(start, end).items()
                its = [service for service, of in services if of == nation]
                self._asked[asked] = self.codes.is_in(its).to_numpy()
            else:
                known = self._registered
                over = (known["from"] <= np.datetime64(start)) & (known["to"] >= np.datetime64(end))
                self._asked[asked] = over & (known["kind"] == kind) & (known["nation"] == nation)
        return self._asked[asked]

    def given(
        self, rows: pl.LazyFrame, placed: pl.DataFrame | None = None
    ) -> list[tuple[tuple[str, str, str, date, date, str], Mask]]:
        """Each indicator, version, kind and period of the rows, with a label of it and the areas that are there."""
        heads = (
            rows.select(*_GROUP, "period_label", group_of_kind().alias("of_kind"))
            .unique("of_kind", keep="any")
            .collect(engine="streaming")
            .with_columns(pl.struct(_GROUP).rank("dense").cast(pl.Int64).alias("number") - 1)
        )
        number = pl.col("of_kind").replace_strict(heads["of_kind"], heads["number"], return_dtype=pl.Int64)
        order = pl.Enum(self.codes)
        cells = rows.select(
            group_of_kind().alias("of_kind"), pl.col("area_code").cast(order).to_physical().alias("place")
        ).select(number.alias("number"), "place").collect(engine="streaming")  # fmt: skip
        labelled = heads.sort("number", "period_label").unique("number", keep="first", maintain_order=True)
        there = np.zeros((labelled.height, len(self.codes)), dtype=bool)
        there[cells["number"].to_numpy(), cells["place"].to_numpy()] = True
        if placed is not None and placed.height:
            aside = placed.filter(_AREA).join(labelled, on=_GROUP)
            there[aside["number"].to_numpy(), aside["area_code"].cast(order).to_physical().to_numpy()] = True
        return list(zip(labelled.select(*_GROUP, "period_label").iter_rows(), there, strict=True))

    def last_given(self, rows: pl.LazyFrame) -> dict[tuple[str, str, str], Mask]:
        """Areas of the last period that the rows have of each indicator, version and kind of area."""
        return {(indicator, version, kind): mask for (indicator, version, kind, *_), mask in self.given(rows)}

    def codes_of(self, mask: bytes) -> list[str]:
        """The codes of a mask."""
        return self.codes.filter(pl.Series(np.frombuffer(mask, dtype=bool))).to_list()


def _codes(
    rows: pl.LazyFrame, placed: pl.DataFrame | None, previous: pl.LazyFrame | None, registers: Registers
) -> pl.Series:
    """Every code that the registers or the rows have, of whatever kind."""
    frames = [rows, *([previous] if previous is not None else []), *([placed.lazy()] if placed is not None else [])]
    there = pl.concat([frame.select("area_code") for frame in frames]).unique().collect(engine="streaming")
    known = [code for code, area in registers.areas.items() if area.area_type in KINDS]
    registered = pl.Series("area_code", [*known, *registers.services], dtype=pl.String)
    return pl.concat([there["area_code"].drop_nulls(), registered]).unique().sort()


def _sentence(kind: str, codes: list[str], where: list[tuple[str, str]], context: Context) -> str:
    areas = context.registers.areas
    names = sorted(f"{areas[code].shown} ({code})" if code in areas else code for code in codes)
    listed = ", ".join(names[:NAMES_SHOWN]) + (f" and {len(names) - NAMES_SHOWN} more" if names[NAMES_SHOWN:] else "")
    labels = list(dict.fromkeys(label for _, label in where))
    indicators = list(dict.fromkeys(indicator for indicator, _ in where))
    span = labels[0] if len(labels) == 1 else f"{len(labels)} periods, {labels[0]} to {labels[-1]}"
    of = indicators[0] if len(indicators) == 1 else f"{len(indicators)} indicators, {indicators[0]} among them"
    noun = context.catalogue.area_types[kind].label.lower()
    return f"{len(codes)} of kind {noun} not in the file for {of} ({span}): {listed}"
