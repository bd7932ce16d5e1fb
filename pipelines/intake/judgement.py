"""What a judged delivery came to: landed rows, findings, and the three counts of cells that must balance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipelines.intake.problems import FINDINGS


class OutOfBalance(AssertionError):
    """Cells in are not landed + quarantined + out of scope: a defect of ours, never of the file's."""


@dataclass(frozen=True)
class Landed:
    """Rows of one shape, without the delivery's own columns, in one or more pieces; may be gone through many times."""

    shape: str
    rows: int
    pieces: Iterable[pl.DataFrame]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return iter(self.pieces)


@dataclass
class Coverage:
    """What a delivery is for: first and last day, and every area, of the rows whose place and period are sound.

    Whether their cells landed does not matter: a return that was refused was still somebody's, for some period.
    """

    start: date | None = None
    end: date | None = None
    areas: set[tuple[str, str]] = field(default_factory=set)

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows that have a place and period (columns of RESOLVED)."""
        sound = pl.col("where_rule").is_null()
        first, last = rows.select(
            pl.col("period_start").filter(sound).min(), pl.col("period_end").filter(sound).max()
        ).row(0)
        self._reach(first, last)
        area = pl.col("area_code").hash(seed=1) ^ pl.col("area_type").hash(seed=2)
        places = rows.select(pl.when(sound).then(area).arg_unique().alias("place"))["place"]
        self.areas.update(rows[places].filter(sound).select("area_type", "area_code").iter_rows())

    def include(self, other: "Coverage") -> None:
        """Take what another table of the delivery covers."""
        self._reach(other.start, other.end)
        self.areas |= other.areas

    def _reach(self, first: date | None, last: date | None) -> None:
        self.start = min((day for day in (self.start, first) if day), default=None)
        self.end = max((day for day in (self.end, last) if day), default=None)

    def columns(self) -> dict[str, object]:
        """The same as columns of the ledger; the area is named where there is one alone."""
        area_type, area_code = next(iter(self.areas)) if len(self.areas) == 1 else (None, None)
        return {
            "period_start": self.start, "period_end": self.end, "area_type": area_type, "area_code": area_code,
            "areas": len(self.areas),
        }  # fmt: skip


@dataclass
class Judgement:
    """Landed rows, findings (FINDINGS), cells by what became of them, and what the delivery is for."""

    landed: list[Landed]
    findings: pl.DataFrame
    rows_read: int
    cells_in: int
    cells_landed: int
    cells_out_of_scope: int
    notes: list[str] = field(default_factory=list)
    covers: Coverage = field(default_factory=Coverage)

    @property
    def cells_quarantined(self) -> int:
        """Cells set aside, each by one finding."""
        return int(self.findings["cells"].sum())

    @property
    def rows_landed(self) -> int:
        """Landed rows of every shape."""
        return sum(landed.rows for landed in self.landed)

    def assert_balanced(self) -> None:
        """The balance law of a delivery: nothing is lost.

        Raises:
            OutOfBalance: with the four figures.
        """
        accounted = self.cells_landed + self.cells_quarantined + self.cells_out_of_scope
        if accounted != self.cells_in:
            raise OutOfBalance(
                f"{self.cells_in} cells in, {self.cells_landed} landed + {self.cells_quarantined} quarantined"
                f" + {self.cells_out_of_scope} out of scope = {accounted}"
            )


def together(judgements: list[Judgement]) -> Judgement:
    """The judgements of several tables of one delivery as one."""
    covers = Coverage()
    for judgement in judgements:
        covers.include(judgement.covers)
    return Judgement(
        landed=[landed for judgement in judgements for landed in judgement.landed],
        findings=pl.concat([pl.DataFrame(schema=FINDINGS), *(judgement.findings for judgement in judgements)]),
        rows_read=sum(judgement.rows_read for judgement in judgements),
        cells_in=sum(judgement.cells_in for judgement in judgements),
        cells_landed=sum(judgement.cells_landed for judgement in judgements),
        cells_out_of_scope=sum(judgement.cells_out_of_scope for judgement in judgements),
        notes=list(dict.fromkeys(note for judgement in judgements for note in judgement.notes)),
        covers=covers,
    )
