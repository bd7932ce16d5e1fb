"""One shape for everything set aside, and one sentence for each: file, sheet, row, column, value, rule, remedy."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from sources.catalogue import Catalogue
from sources.shapes import schema


@dataclass(frozen=True)
class Problem:
    """A cell, row, column or file that breaks a rule. `cells` is how many cells it sets aside."""

    rule: str
    reason: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    cells: int = 0

    def sentence(self, file_name: str, catalogue: Catalogue) -> str:
        """The one line a person reads."""
        where = [file_name]
        if self.sheet:
            where.append(f"sheet {self.sheet}")
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        found = f" (found {self.value!r})" if self.value is not None else ""
        rule = catalogue.rules[self.rule]
        return f"{', '.join(where)}: {self.reason}{found}. To mend it: {rule.remedy}. [{self.rule}]"


class Refused(Exception):
    """A whole delivery that is not loaded, with the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def quarantine_frame(problems: Iterable[Problem], catalogue: Catalogue) -> pl.DataFrame:
    """Problems as rows of the quarantined_rows shape, without the delivery's own columns."""
    columns = {
        name: kind
        for name, kind in schema("quarantined_rows").items()
        if name not in ("delivery_id", "source_id", "recorded_at")
    }
    rows = [
        (p.sheet, p.row, p.column, p.value, p.rule, p.reason, catalogue.rules[p.rule].remedy, p.cells) for p in problems
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")
