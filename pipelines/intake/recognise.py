"""Which declared dataset a file is, told by its header and never by its name alone."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from pipelines.intake.layouts.reshape import renamed
from pipelines.intake.layouts.tidy import Pair
from pipelines.intake.problems import Problem, Refused
from pipelines.intake.sidecar import Said
from pipelines.readers import ROW, Opened, RawSheet, Table, columns_under, heading, tables, tabulate
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset
from sources.tidy import load_tidy

HEADER_WITHIN_ROWS = 40
MOST_HEADER_ROWS = 5
COLUMNS_OF_PROSE = 2
NEAREST = 3
JOINT = " | "
NUMBER_OR_DAY = re.compile(r"-?[\d.,]+%?|\d{1,4}[-/]\d{1,2}[-/]\d{1,4}")
YEAR = re.compile(r"(?:19|20)\d{2}(?:[-/]\d{2,4})?")


@dataclass(frozen=True)
class Found:
    """A table of a dataset: the sheet and the row its header starts on (None where the format carries it)."""

    sheet: RawSheet
    header_row: int | None


@dataclass(frozen=True)
class Unread:
    """A sheet that is no dataset's table: its name, its filled cells, and why it is not read."""

    sheet: str | None
    cells: int
    is_prose: bool
    is_hidden: bool


@dataclass(frozen=True)
class Recognised:
    """A dataset, its tables in the file, and how it was told.

    A file may hold several datasets, a sheet each; the sheets that are nobody's go with the first.
    """

    dataset: Dataset
    found: tuple[Found, ...]
    by: str
    period_label: str | None
    published: str | None
    unread: tuple[Unread, ...] = ()
    pair: Pair | None = None
    further: Iterator[RawSheet] = field(default_factory=lambda: iter(()))

    def tables(self) -> Iterator[Iterator[Table]]:
        """Each table in its pieces. They can be gone through once."""
        for found in self.found:
            yield tables(found.sheet, self.further, found.header_row, self.dataset.reader.header_rows)


def recognise(opened: Opened, file_name: str, said: Said, catalogue: Catalogue) -> list[Recognised]:
    """The datasets whose signatures the file's headers carry.

    Args:
        opened: The file as its reader gave it.
        file_name: Used only where a dataset declares what a name may tell.
        said: The sidecar or the options, which win over everything.
        catalogue: What is declared.

    Raises:
        Refused: file_empty, file_unknown, column_missing, header_two_rows or file_ambiguous, naming the nearest.
    """
    sheets = opened.sheets
    visible = [sheet for sheet in sheets if not sheet.is_hidden and sheet.cells.height > 0] or sheets
    if not any(sheet.cells.height and sheet.cells.width > 1 for sheet in visible):
        raise Refused(Problem("file_empty", "the file holds no table"))
    candidates = [_said_dataset(said.source, catalogue)] if said.source else list(catalogue.datasets.values())
    by_dataset: dict[str, list[Found]] = {}
    how: dict[str, str] = {}
    unread: list[RawSheet] = [sheet for sheet in sheets if sheet not in visible and sheet.cells.height]
    for sheet in visible:
        found = _found_in(sheet, candidates)
        if not found:
            unread.append(sheet)
            continue
        name, by = _settle(found, file_name, said, catalogue)
        by_dataset.setdefault(name, []).append(found[name])
        how.setdefault(name, by)
    if not by_dataset:
        raise Refused(_nearest(visible, candidates))
    left = tuple(_unread(sheet) for sheet in unread)
    return [
        Recognised(
            dataset=(dataset := catalogue.datasets[name]),
            found=tuple(tables_found),
            by=how[name],
            period_label=said.period or _captured(dataset.name_hints.period, file_name),
            published=str(said.published) if said.published else _captured(dataset.name_hints.published, file_name),
            unread=left if place == 0 else (),
            further=opened.further if place == 0 else iter(()),
        )
        for place, (name, tables_found) in enumerate(by_dataset.items())
    ]


def _said_dataset(source: str, catalogue: Catalogue) -> Dataset:
    if source not in catalogue.datasets:
        known = ", ".join(sorted(catalogue.datasets))
        raise Refused(Problem("file_unknown", f"no dataset is called {source}; there are: {known}"))
    return catalogue.datasets[source]


def _settle(found: dict[str, Found], file_name: str, said: Said, catalogue: Catalogue) -> tuple[str, str]:
    """The one dataset a sheet is, of those whose header it carries, and how it was told.

    Raises:
        Refused: file_ambiguous.
    """
    if said.source:
        return next(iter(found)), "sidecar or option"
    datasets = [catalogue.datasets[name] for name in found]
    # A signature that asks for more columns says more: it wins over one whose columns it holds.
    most = max(_asked(dataset) for dataset in datasets)
    rivals = [dataset for dataset in datasets if _asked(dataset) == most]
    if len(rivals) == 1:
        return rivals[0].id, "signature"
    by_lines = [dataset for dataset in rivals if _has_lines(dataset, found[dataset.id])]
    if len(by_lines) == 1:
        return by_lines[0].id, "signature and lines"
    sheet = found[rivals[0].id].sheet.sheet
    told = [d for d in rivals if _captured(d.name_hints.tells_apart, f"{file_name} {sheet or ''}") is not None]
    if len(told) == 1:
        return told[0].id, "signature and name hint"
    names = ", ".join(dataset.id for dataset in rivals)
    raise Refused(Problem("file_ambiguous", f"{len(rivals)} datasets share this header: {names}", sheet))


def _asked(dataset: Dataset) -> int:
    return len(dataset.signature.required) + len(dataset.signature.patterns)


def _has_lines(dataset: Dataset, found: Found) -> bool:
    """Whether a line of the dataset's own stands in the name column of the table."""
    if not dataset.signature.lines or not dataset.name_columns:
        return False
    table = tabulate(found.sheet, found.header_row, dataset.reader.header_rows)
    column = table.columns[renamed(table.columns, dataset).index(dataset.name_columns[0])]
    return table.frame[column].is_in(list(dataset.signature.lines)).any()


def _captured(pattern: str | None, file_name: str) -> str | None:
    match = re.search(pattern, file_name, re.IGNORECASE) if pattern else None
    return None if match is None else (match[1] if match.groups() else match[0])


def _found_in(sheet: RawSheet, candidates: list[Dataset]) -> dict[str, Found]:
    """The datasets whose header stands in the sheet, each with the row it starts on."""
    headers = _header_candidates(sheet)
    head = sheet.cells.filter(pl.int_range(pl.len()) < HEADER_WITHIN_ROWS + MOST_HEADER_ROWS + 1)
    top = dataclasses.replace(sheet, cells=head)
    found = {}
    columns: dict[tuple[int | None, int], tuple[str, ...] | None] = {}
    for dataset in candidates:
        settings = dataset.reader
        if settings.sheet and not re.fullmatch(settings.sheet, sheet.sheet or ""):
            continue
        for place, (row, texts) in enumerate(headers):
            # Several header rows are joined before they can be compared: what they hold together is looked at first.
            here = texts.union(*(more for _, more in headers[place + 1 : place + settings.header_rows]))
            if _parts_in(dataset, here):
                header_row = None if sheet.header is not None else row
                asked = (header_row, settings.header_rows)
                if asked not in columns:
                    columns[asked] = _columns_under(top, *asked)
                if (names := columns[asked]) is not None and fits(dataset, renamed(names, dataset)):
                    found[dataset.id] = Found(sheet, header_row)
                    break
    return found


def _parts_in(dataset: Dataset, texts: set[str]) -> bool:
    """Whether header texts hold every part of every required column, and, of a header of one row, every pattern."""
    named_otherwise = dataset.reader.header
    plain = [name for name in dataset.signature.required if name not in named_otherwise]
    if not all(part in texts for name in plain for part in name.split(JOINT)):
        return False
    if dataset.reader.header_rows > 1:
        return True
    renamed_ones = [name for name in dataset.signature.required if name in named_otherwise and name not in texts]
    wanted = [*dataset.signature.patterns, *(named_otherwise[name] for name in renamed_ones)]
    return all(any(re.fullmatch(pattern, text, re.DOTALL) for text in texts) for pattern in wanted)


def _columns_under(sheet: RawSheet, row: int | None, header_rows: int) -> tuple[str, ...] | None:
    """The columns under a header of so many rows, or None where the sheet has no such header."""
    try:
        return columns_under(sheet, row, header_rows)
    except ValueError:
        return None


def fits(dataset: Dataset, columns: tuple[str, ...]) -> bool:
    """Whether a header carries the dataset's signature: all required, each pattern once, none absent, none over."""
    have = set(columns)
    return (
        have.issuperset(dataset.signature.required)
        and all(any(re.fullmatch(p, name) for name in columns) for p in dataset.signature.patterns)
        and not have.intersection(dataset.signature.absent)
        and not (dataset.signature.closed and have.difference(dataset.signature.required))
    )


def _unread(sheet: RawSheet) -> Unread:
    """What is in a sheet that nobody reads. One with text in no more than two columns is prose: a cover, notes."""
    filled = sheet.cells.select(pl.exclude(ROW).str.contains(r"\S").fill_null(False).sum())
    counts = [int(count) for count in filled.row(0)] if filled.width else []
    is_prose = sum(1 for count in counts if count) <= COLUMNS_OF_PROSE and sheet.header is None
    return Unread(sheet.sheet, sum(counts), is_prose, sheet.is_hidden)


def meant_for(sheets: list[RawSheet], catalogue: Catalogue) -> Problem | None:
    """What to say of a file that only the header of DfE tidy data fits, and that has no metadata file.

    Every file of that publisher has its columns of time and place. Where most of the other columns are those of a
    dataset of our own, that was meant.
    """
    own = [dataset for dataset in catalogue.datasets.values() if dataset.layout != "tidy"]
    problem = _nearest(sheets, own, load_tidy().observational_units)
    return None if problem.rule == "file_unknown" else problem


def _nearest(sheets: list[RawSheet], datasets: list[Dataset], shared: frozenset[str] = frozenset()) -> Problem:
    """What to say of a file that nothing fits: the nearest datasets and the columns that stand between.

    The columns of `shared` say nothing about what a file is.
    """
    best: list[tuple[float, Dataset, set[str], set[str]]] = []
    for dataset in datasets:
        required = set(dataset.signature.required)
        telling = required - shared
        for sheet in sheets:
            for _, texts in _header_candidates(sheet):
                here = texts | _named_by_pattern(dataset, texts)
                if telling and required - here:
                    best.append((len(telling & here) / len(telling), dataset, required - here, here))
    best.sort(key=lambda entry: (-entry[0], entry[1].id))
    if best and best[0][0] >= 0.5:
        for _, dataset, _, _ in best:
            if _two_rows(sheets, dataset):
                return Problem("header_two_rows", f"looks like {dataset.id}, with its header over two rows")
        share, dataset, missing, texts = best[0]
        extra = sorted(texts - set(dataset.signature.required) - set(dataset.keys) - shared)[:5]
        hint = f"; columns it does not know: {', '.join(extra)}" if extra else ""
        if twice := _standing_twice(sheets, dataset):
            hint += f"; standing twice: {', '.join(twice)}"
        return Problem(
            "column_missing",
            f"looks like {dataset.id} ({share:.0%} of its columns), but lacks {', '.join(sorted(missing))}{hint}",
            column=", ".join(sorted(missing)),
        )
    if any(_begins_with_numbers(sheet) for sheet in sheets):
        return Problem("file_unknown", "its first row holds numbers where the names of the columns should stand")
    names: list[str] = []
    for share, dataset, _, _ in best:
        if share and dataset.id not in names:
            names.append(dataset.id)
    near = f"the nearest are {', '.join(names[:NEAREST])}" if names else "none has a column of it"
    return Problem("file_unknown", f"no declared dataset has this header; {near}")


def _header_candidates(sheet: RawSheet) -> list[tuple[int, set[str]]]:
    """The first rows, each with its number and texts as headings; for a format that carries its header, that."""
    if sheet.header is not None:
        return [(0, {name.strip() for name in sheet.header})]
    rows = sheet.cells.head(HEADER_WITHIN_ROWS).iter_rows()
    texts = ((row[0], {heading(text) for text in row[1:] if text}) for row in rows)
    return [(number, found) for number, found in texts if found]


def _standing_twice(sheets: list[RawSheet], dataset: Dataset) -> list[str]:
    """Required columns whose name stands more than once in one row."""
    rows = [row for sheet in sheets for row in sheet.cells.head(HEADER_WITHIN_ROWS).iter_rows()]
    return sorted({name for row in rows for name in dataset.signature.required if row.count(name) > 1})


def _begins_with_numbers(sheet: RawSheet) -> bool:
    """Whether most of the first row is numbers and days: data without a header. Years alone may well be one."""
    if sheet.header is not None or sheet.cells.is_empty():
        return False
    texts = [text for text in sheet.cells.row(0)[1:] if text]
    numbers = [text for text in texts if NUMBER_OR_DAY.fullmatch(text.strip()) and not YEAR.fullmatch(text.strip())]
    return len(numbers) * 2 > len(texts)


def _named_by_pattern(dataset: Dataset, texts: set[str]) -> set[str]:
    patterns = dataset.reader.header.items()
    return {name for name, pattern in patterns if any(re.fullmatch(pattern, text, re.DOTALL) for text in texts)}


def _two_rows(sheets: list[RawSheet], dataset: Dataset) -> bool:
    """Whether the columns that are missing from one row stand in the row above or below it."""
    required = set(dataset.signature.required)
    for sheet in sheets:
        rows = [texts for _, texts in _header_candidates(sheet)]
        for upper, lower in pairwise(rows):
            together = (upper | lower) & required
            if together == required and not (required <= upper or required <= lower):
                return True
    return False
