"""A small pair of tidy data about invented places, and ways to break it."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.problems import Problem
from pipelines.intake.tidy import References, Writing, screen
from pipelines.readers import Table, read, tabulate

GOOD = Path(__file__).parents[3] / "fixtures" / "good" / "tidy"
NAME = "norrow_absence"


@dataclass
class Editable:
    """The pair as rows of text, to be changed: the header comes first. `raw` changes the text at the end."""

    data: list[list[str]]
    meta: list[list[str]]
    data_name: str = f"{NAME}.csv"
    meta_name: str | None = f"{NAME}.meta.csv"
    writings: tuple[Writing, Writing] | None = None
    raw: list[tuple[str, str]] = field(default_factory=list)

    def put(self, row: int, column: str, value: str) -> None:
        """Set a cell of the data file, its row as a person counts."""
        self.data[row - 1][self.data[0].index(column)] = value

    def say(self, row: int, column: str, value: str) -> None:
        """Set a cell of the metadata file."""
        self.meta[row - 1][self.meta[0].index(column)] = value

    def rename(self, column: str, name: str) -> None:
        """Rename a column of the data and what the metadata says of it."""
        self.data[0][self.data[0].index(column)] = name
        self.meta[:] = [[name if cell == column else cell for cell in row] for row in self.meta]

    def add(self, name: str, *values: str) -> None:
        """Add a column to the data; the last value fills what is left."""
        self.data[0].append(name)
        for place, row in enumerate(self.data[1:]):
            row.append(values[min(place, len(values) - 1)])

    def drop(self, name: str) -> None:
        """Take a column out of the data."""
        place = self.data[0].index(name)
        for row in self.data:
            del row[place]

    def repeat(self, row: int, **cells: str) -> int:
        """Add a row like one that is there, with other cells; its row as a person counts."""
        new = list(self.data[row - 1])
        for column, value in cells.items():
            new[self.data[0].index(column)] = value
        self.data.append(new)
        return len(self.data)


@pytest.fixture
def editable() -> Editable:
    """The good pair, to be broken."""

    def rows(path: Path) -> list[list[str]]:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    return Editable(rows(GOOD / f"{NAME}.csv"), rows(GOOD / f"{NAME}.meta.csv"))


REFERENCES = References(
    {
        "National": pl.DataFrame({"country_code": ["FE9000001"], "country_name": ["Norrow"]}),
        "Regional": pl.DataFrame({"region_code": ["FE1200001"], "region_name": ["Quillmarsh"]}),
        "Local authority": pl.DataFrame(
            {
                "new_la_code": ["FE0000001", "FE0000002"],
                "la_name": ["Vellow", "Oxterby, City of"],
                "old_la_code": ["901", "902"],
            }
        ),
        "Local authority district": pl.DataFrame({"lad_code": ["FE0700001"], "lad_name": ["Lower Vellow"]}),
    }
)


@pytest.fixture
def table_of(tmp_path):
    """Write rows as CSV and read them as any file is read."""

    def one(rows: list[list[str]], raw: list[tuple[str, str]] | None = None) -> Table:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        text = out.getvalue()
        for old, new in raw or []:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        (sheet,) = read(path)
        return tabulate(sheet, sheet.first_row)

    return one


@pytest.fixture
def screened(table_of):
    """Screen an edited pair against the invented references."""

    def one(pair: Editable, references: References | None = REFERENCES) -> list[Problem]:
        data = table_of(pair.data, pair.raw)
        meta = table_of(pair.meta) if pair.meta_name else None
        return screen(data, meta, pair.data_name, pair.meta_name, references=references, writings=pair.writings)

    return one
