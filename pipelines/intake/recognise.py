"""Which declared dataset a file is, told by its header and never by its name alone."""

import re
from dataclasses import dataclass
from itertools import pairwise

from pipelines.intake.problems import Problem, Refused
from pipelines.intake.sidecar import Said
from pipelines.readers import RawSheet, Table, tabulate
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

HEADER_WITHIN_ROWS = 40
NEAREST = 3


@dataclass(frozen=True)
class Recognised:
    """A dataset, its tables in the file, and how it was told."""

    dataset: Dataset
    tables: tuple[Table, ...]
    by: str
    period_label: str | None
    published: str | None


def recognise(sheets: list[RawSheet], file_name: str, said: Said, catalogue: Catalogue) -> Recognised:
    """The dataset whose signature the file's header carries.

    Args:
        sheets: The file as its reader gave it.
        file_name: Used only where a dataset declares what a name may tell.
        said: The sidecar or the options, which win over everything.
        catalogue: What is declared.

    Raises:
        Refused: file_empty, file_unknown, column_missing, header_two_rows or file_ambiguous, naming the nearest.
    """
    visible = [sheet for sheet in sheets if not sheet.is_hidden and sheet.cells.height > 0] or sheets
    if not any(sheet.cells.height and sheet.cells.width > 1 for sheet in visible):
        raise Refused(Problem("file_empty", "the file holds no table"))
    candidates = [_said_dataset(said.source, catalogue)] if said.source else list(catalogue.datasets.values())
    found: dict[str, list[Table]] = {}
    headers = [_header_candidates(sheet) for sheet in visible]
    for dataset in candidates:
        sought = zip(visible, headers, strict=True)
        tables = [table for sheet, rows in sought if (table := _table_of(dataset, sheet, rows)) is not None]
        if tables:
            found[dataset.id] = tables
    if not found:
        raise Refused(_nearest(visible, candidates))
    dataset, by = _settle([catalogue.datasets[name] for name in found], file_name, said)
    hints = dataset.name_hints
    return Recognised(
        dataset=dataset,
        tables=tuple(found[dataset.id]),
        by=by,
        period_label=said.period or _captured(hints.period, file_name),
        published=str(said.published) if said.published else _captured(hints.published, file_name),
    )


def _said_dataset(source: str, catalogue: Catalogue) -> Dataset:
    if source not in catalogue.datasets:
        known = ", ".join(sorted(catalogue.datasets))
        raise Refused(Problem("file_unknown", f"no dataset is called {source}; there are: {known}"))
    return catalogue.datasets[source]


def _settle(found: list[Dataset], file_name: str, said: Said) -> tuple[Dataset, str]:
    if said.source:
        return found[0], "sidecar or option"
    # A signature that asks for more columns says more: it wins over one whose columns it holds.
    most = max(len(d.signature.required) + len(d.signature.patterns) for d in found)
    found = [d for d in found if len(d.signature.required) + len(d.signature.patterns) == most]
    if len(found) == 1:
        return found[0], "signature"
    told = [d for d in found if _captured(d.name_hints.tells_apart, file_name) is not None]
    if len(told) == 1:
        return told[0], "signature and name hint"
    names = ", ".join(d.id for d in found)
    raise Refused(Problem("file_ambiguous", f"{len(found)} datasets share this header: {names}"))


def _captured(pattern: str | None, file_name: str) -> str | None:
    match = re.search(pattern, file_name, re.IGNORECASE) if pattern else None
    return None if match is None else (match[1] if match.groups() else match[0])


def _table_of(dataset: Dataset, sheet: RawSheet, headers: list[tuple[int, set[str]]]) -> Table | None:
    settings = dataset.reader
    if settings.sheet and not re.fullmatch(settings.sheet, sheet.sheet or ""):
        return None
    if sheet.header is not None:
        if not fits(dataset, tuple(name.strip() for name in sheet.header)):
            return None
        return _fitting(dataset, sheet, None)
    for row, texts in headers:
        # Several header rows are joined before they can be compared; one row can be compared as it stands.
        if settings.header_rows > 1 or _required_in(dataset, texts):
            table = _fitting(dataset, sheet, row)
            if table is not None:
                return table
    return None


def _fitting(dataset: Dataset, sheet: RawSheet, row: int | None) -> Table | None:
    try:
        table = tabulate(sheet, row, dataset.reader.header_rows)
    except ValueError:
        return None
    return table if fits(dataset, table.columns) else None


def fits(dataset: Dataset, columns: tuple[str, ...]) -> bool:
    """Whether a header carries the dataset's signature: all required, each pattern once, none absent, none over."""
    have = set(columns)
    return (
        _required_in(dataset, have)
        and all(any(re.fullmatch(p, name) for name in columns) for p in dataset.signature.patterns)
        and not have.intersection(dataset.signature.absent)
        and not (dataset.signature.closed and have.difference(dataset.signature.required))
    )


def _required_in(dataset: Dataset, have: set[str]) -> bool:
    return have.issuperset(dataset.signature.required)


def _nearest(sheets: list[RawSheet], datasets: list[Dataset]) -> Problem:
    """What to say of a file that nothing fits: the nearest datasets and the columns that stand between."""
    best: list[tuple[float, Dataset, set[str], set[str]]] = []
    for dataset in datasets:
        required = set(dataset.signature.required)
        for sheet in sheets:
            for _, texts in _header_candidates(sheet):
                if required - texts:
                    best.append((len(required & texts) / len(required), dataset, required - texts, texts))
    best.sort(key=lambda entry: (-entry[0], entry[1].id))
    if best and best[0][0] >= 0.5:
        for _, dataset, _, _ in best:
            if _two_rows(sheets, dataset):
                return Problem("header_two_rows", f"looks like {dataset.id}, with its header over two rows")
        share, dataset, missing, texts = best[0]
        extra = sorted(texts - set(dataset.signature.required) - set(dataset.keys))[:5]
        hint = f"; columns it does not know: {', '.join(extra)}" if extra else ""
        return Problem(
            "column_missing",
            f"looks like {dataset.id} ({share:.0%} of its columns), but lacks {', '.join(sorted(missing))}{hint}",
            column=", ".join(sorted(missing)),
        )
    names: list[str] = []
    for _, dataset, _, _ in best:
        if dataset.id not in names:
            names.append(dataset.id)
    return Problem("file_unknown", f"no declared dataset has this header; the nearest are {', '.join(names[:NEAREST])}")


def _header_candidates(sheet: RawSheet) -> list[tuple[int, set[str]]]:
    """The first rows, each with its number and texts; for a format that carries its header, that."""
    if sheet.header is not None:
        return [(0, {name.strip() for name in sheet.header})]
    rows = sheet.cells.head(HEADER_WITHIN_ROWS).iter_rows()
    texts = ((row[0], {text.strip() for text in row[1:] if text}) for row in rows)
    return [(number, found) for number, found in texts if found]


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
