"""Declared repairs of a producer's defects: exactly the cells that were looked at, in the vintage they were seen in."""

from collections import Counter

import polars as pl

from pipelines.intake.problems import Problem, Refused
from sources.models.dataset import Correction, Dataset


class Corrections:
    """The corrections of one delivery, applied piece by piece and held to what they expect at its end.

    They belong to a vintage: the day of publication tells it, or, where nobody says that day, that every one of them
    matches exactly. In another vintage none is made, and what is broken there is set aside like anything else.
    """

    def __init__(self, dataset: Dataset, published: str | None) -> None:
        """Take the corrections of the vintage published on a day, YYYY-MM-DD; None where the day is not known."""
        self.is_vintage_known = published is not None
        self.corrections = [c for c in dataset.corrections if published is None or str(c.published) == published[:10]]
        self.found: Counter[Correction] = Counter()

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with every correction made, each counted."""
        if not self.is_vintage_known and any(_count(frame, c) != c.expect for c in self.corrections):
            self.corrections = []
        for correction in self.corrections:
            self.found[correction] += _count(frame, correction)
            if correction.column in frame.columns:
                column = pl.col(correction.column)
                corrected = pl.when(column == correction.found).then(pl.lit(correction.use)).otherwise(column)
                frame = frame.with_columns(corrected.alias(correction.column))
        return frame

    def notes(self) -> list[str]:
        """What was corrected, a sentence each.

        Raises:
            Refused: correction_mismatch, when a correction matched other than the cells it expects.
        """
        for correction in self.corrections:
            count = self.found[correction]
            if count != correction.expect:
                reason = (
                    f"the correction of {correction.found!r} in {correction.column} expects {correction.expect} cells"
                    f" of the vintage published on {correction.published} and finds {count}"
                )
                raise Refused(Problem("correction_mismatch", reason, column=correction.column, value=correction.found))
        return [
            f"{count} {'cell' if count == 1 else 'cells'} of {c.column} corrected, {c.found!r} to {c.use!r}: {c.reason}"
            for c, count in self.found.items()
        ]


def _count(frame: pl.DataFrame, correction: Correction) -> int:
    if correction.column not in frame.columns:
        return 0
    return int((frame[correction.column] == correction.found).sum())
