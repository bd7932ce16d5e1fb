"""What became of one dataset of a delivered file, as every command, page and document that tells of it reads it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.intake.problems import FINDINGS, SETS_ASIDE, sentence


@dataclass
class Outcome:
    """What became of one dataset of a delivered file.

    `findings` are rows of FINDINGS, `places_aside` how many of them refuse or set aside, `notes` what else to say.
    """

    path: Path
    verdict: str
    source_id: str | None
    reason: str | None
    delivery_id: str | None = None
    rows_landed: int = 0
    cells_in: int = 0
    cells_landed: int = 0
    cells_quarantined: int = 0
    cells_out_of_scope: int = 0
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS))
    notes: list[str] = field(default_factory=list)
    places_aside: int = 0

    @property
    def set_aside(self) -> pl.DataFrame:
        """The findings that refuse or set aside; the others are warnings and notes of numbers that landed."""
        return self.findings.filter(pl.col("severity").is_in(SETS_ASIDE))

    @property
    def problems(self) -> list[str]:
        """What was refused or set aside, a sentence each."""
        return self.sentences()

    def sentences(self, most: int | None = None) -> list[str]:
        """What was refused or set aside, a sentence each, the first `most` of them."""
        shown = self.set_aside if most is None else self.set_aside.head(most)
        return [sentence(finding, self.path.name) for finding in shown.iter_rows(named=True)]

    def plain(self, most: int | None = None) -> dict[str, Any]:
        """The outcome as JSON can hold it, with the first `most` findings, what was set aside before what was told."""
        shown = self.findings if most is None else self.set_aside.head(most)
        fields = {name: value for name, value in vars(self).items() if name != "findings"}
        return {**fields, "path": self.path.as_posix(), "findings": shown.to_dicts()}

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> "Outcome":
        """The outcome that `plain` was made of, with as many findings as were kept."""
        found = pl.DataFrame(plain["findings"], schema=FINDINGS, orient="row")
        return cls(**{**plain, "path": Path(plain["path"]), "findings": found})
