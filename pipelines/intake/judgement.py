"""What a judged delivery came to: landed rows, findings, and the three counts of cells that must balance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
class Judgement:
    """Landed rows, findings (FINDINGS), and cells by what became of them."""

    landed: list[Landed]
    findings: pl.DataFrame
    rows_read: int
    cells_in: int
    cells_landed: int
    cells_out_of_scope: int
    notes: list[str] = field(default_factory=list)

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
    return Judgement(
        landed=[landed for judgement in judgements for landed in judgement.landed],
        findings=pl.concat([pl.DataFrame(schema=FINDINGS), *(judgement.findings for judgement in judgements)]),
        rows_read=sum(judgement.rows_read for judgement in judgements),
        cells_in=sum(judgement.cells_in for judgement in judgements),
        cells_landed=sum(judgement.cells_landed for judgement in judgements),
        cells_out_of_scope=sum(judgement.cells_out_of_scope for judgement in judgements),
        notes=list(dict.fromkeys(note for judgement in judgements for note in judgement.notes)),
    )
