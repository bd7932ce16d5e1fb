"""Hand-made outcomes for the screener: what the engine gives, without a file being judged."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.intake.problems import Problem, findings
from pipelines.outcome import Outcome
from sources.catalogue import load_catalogue

SOURCE = "dfe__participation_16_to_17"


def found(*problems: Problem) -> pl.DataFrame:
    """Problems as findings."""
    return findings(problems, load_catalogue())


def in_part(path: Path) -> Outcome:
    """An outcome with a warning, many cells of one rule and a row of another, told out of order."""
    problems = [
        Problem("value_jumped", "Vellow, 2022: 9.1 after 1.2 in 2021", None, 7, "NEET_percent", "9.1"),
        *(
            Problem("number_not_numeric", "Text in a number column", "Data", n, "NEET_percent", "<b>th&ree</b>", 1)
            for n in range(2, 10)
        ),
        Problem("area_unknown", "no register knows the area code FE0000099", "Data", 5, None, "FE0000099", 6),
    ]
    return Outcome(path, "accepted_in_part", SOURCE, None, None, 80, 100, 80, 14, 6, found(*problems), ["one note"])


def accepted(path: Path) -> Outcome:
    """An outcome with nothing but a warning."""
    warning = Problem("areas_missing", "1 of kind region not in the file")
    return Outcome(path, "accepted", SOURCE, None, None, 90, 90, 90, 0, 0, found(warning))


def refused(path: Path) -> Outcome:
    """A file that nobody recognises."""
    return Outcome(path, "refused", None, "…", findings=found(Problem("file_unknown", "no dataset has this header")))
