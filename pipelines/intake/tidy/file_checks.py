"""How the two files are named and written.

What belongs here: names, separators, lost characters. What does not: anything inside a well-written table.
"""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import problems, together, values_where
from pipelines.intake.tidy.pair import Pair
from pipelines.intake.tidy.writing import Writing
from pipelines.readers import Table

_META_ENDING = ".meta.csv"
_ENDINGS = re.compile(r"(\.meta)?\.[A-Za-z0-9]+$")
_SPECIAL = re.compile(r"[^A-Za-z0-9_\-\s]")


def named(data_name: str, meta_name: str | None) -> Iterator[Problem]:
    """Spaces and special characters in the names, and whether they make a pair."""
    yield from _one_name("data", data_name, ".csv")
    if meta_name is None:
        return
    yield from _one_name("meta", meta_name, _META_ENDING)
    not_csv = [name for name in (data_name, meta_name) if not name.lower().endswith(".csv")]
    if not_csv:
        yield Problem("tidy_naming_convention", f"{' and '.join(not_csv)}: not saved as CSV", value=not_csv[0])
    elif meta_name != (expected := data_name[: -len(".csv")] + _META_ENDING):
        reason = f"the metadata file of {data_name} should be named {expected}"
        yield Problem("tidy_naming_convention", reason, value=meta_name)


def _one_name(which: str, name: str, ending: str) -> Iterator[Problem]:
    stem = name[: -len(ending)] if name.lower().endswith(ending) else _ENDINGS.sub("", name)
    if " " in name:
        yield Problem(f"tidy_{which}_filename_spaces", "the file's name has spaces", value=name)
    if special := "".join(dict.fromkeys(_SPECIAL.findall(stem))):
        yield Problem(f"tidy_{which}_filename_special_characters", f"the file's name has {special}", value=name)


def written(data_name: str, meta_name: str, writings: tuple[Writing, Writing]) -> Iterator[Problem]:
    """Whether both files are separated by commas, in UTF-8 and end with their last record."""
    for which, name, writing in zip(("data", "meta"), (data_name, meta_name), writings, strict=True):
        if writing.delimiter != ",":
            yield Problem("tidy_file_separator", f"{name} is not separated by commas", value=writing.delimiter)
        if not writing.is_utf8:
            yield Problem("tidy_utf8", f"{name} is not encoded in UTF-8")
        if count := writing.blank_rows_at_end:
            yield Problem(f"tidy_{which}_empty_rows", f"blank rows stand at the end of {name}", cells=count)


def encoded(pair: Pair) -> Iterator[Problem]:
    """Cells in which characters were lost."""
    for table in (pair.data, pair.meta):
        yield from problems("tidy_utf8", _lost(table, pair.standard.conventions.lost_characters), table.sheet)


def _lost(table: Table, signs: tuple[str, ...]) -> pl.DataFrame:
    def lost(column: str) -> pl.Expr:
        return pl.col(column).str.contains_any(list(signs)).fill_null(False)

    if not table.columns:
        return together([])
    found = table.frame.select(lost(column).any() for column in table.columns)
    reason = "characters were lost in another encoding than UTF-8"
    return together(values_where(table, c, lost(c), reason) for c in table.columns if found[c][0])
