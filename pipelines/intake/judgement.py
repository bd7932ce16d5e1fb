"""What a judged table came to: landed rows, problems, and the three counts of cells that must balance."""

from dataclasses import dataclass, field

import polars as pl

from pipelines.intake.problems import Problem


class OutOfBalance(AssertionError):
    """Cells in are not landed + quarantined + out of scope: a defect of ours, never of the file's."""


@dataclass
class Judgement:
    """Landed rows by shape (without the delivery's own columns), problems, and cells by what became of them."""

    landed: dict[str, pl.DataFrame]
    problems: list[Problem]
    rows_read: int
    cells_in: int
    cells_landed: int
    cells_out_of_scope: int
    notes: list[str] = field(default_factory=list)

    @property
    def cells_quarantined(self) -> int:
        """Cells set aside, each by one problem."""
        return sum(problem.cells for problem in self.problems)

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
    shapes = {shape for judgement in judgements for shape in judgement.landed}
    return Judgement(
        landed={shape: pl.concat([j.landed[shape] for j in judgements if shape in j.landed]) for shape in shapes},
        problems=[problem for judgement in judgements for problem in judgement.problems],
        rows_read=sum(judgement.rows_read for judgement in judgements),
        cells_in=sum(judgement.cells_in for judgement in judgements),
        cells_landed=sum(judgement.cells_landed for judgement in judgements),
        cells_out_of_scope=sum(judgement.cells_out_of_scope for judgement in judgements),
        notes=[note for judgement in judgements for note in judgement.notes],
    )
