"""Items of filters on variables that have a standard list: ethnic groups, and columns of the data dictionary.

What belongs here: comparing items with those lists. What does not: names of columns (name_checks.py).
"""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import problems, values_where
from pipelines.intake.tidy.pair import Pair
from pipelines.readers import ROW

_ABOUT_ETHNICITY = "(?i)ethnic"


def ethnicity(pair: Pair) -> Iterator[Problem]:
    """Major and minor groups, each by itself and together."""
    groups, whole = pair.standard.ethnic_groups, pair.standard.conventions.default_item
    majors = {_plain(major.group) for major in groups.major}
    minors = {_plain(name) for major in groups.major for name in major.minor} | {whole}
    within = {(_plain(major.group), _plain(name)) for major in groups.major for name in (*major.minor, whole)}
    columns = [column for column in ("ethnicity_major", "ethnicity_minor") if column in pair.data.columns]
    if not columns:
        return
    found = pair.data.frame.group_by(pl.col(columns).fill_null("")).agg(
        pl.col(ROW).min().alias("row"), pl.len().cast(pl.Int64).alias("cells")
    )
    for items in found.sort("row").iter_rows(named=True):
        plain = tuple(_plain(items[column]) for column in columns)
        known = within if len(columns) == 2 else majors if columns == ["ethnicity_major"] else minors
        if (plain if len(columns) == 2 else plain[0]) not in known:
            reason = f"the harmonised standard has no {', '.join(items[column] for column in columns)}"
            yield Problem("tidy_ethnicity_values", reason, pair.data.sheet, items["row"], columns[-1],
                          items[columns[-1]], items["cells"])  # fmt: skip


def characteristics(pair: Pair) -> Iterator[Problem]:
    """Ethnic groups among several characteristics in one filter."""
    if "characteristic_group" not in pair.data.columns:
        return
    groups, conventions = pair.standard.ethnic_groups, pair.standard.conventions
    group = pl.col("characteristic_group").fill_null("")
    about = group.str.contains(_ABOUT_ETHNICITY)
    labelled = group.str.contains_any(list(groups.labels))
    hits = values_where(pair.data, "characteristic_group", about & ~labelled,
                        "a group on ethnicity has one of the harmonised labels")  # fmt: skip
    yield from problems("tidy_ethnicity_characteristic_group", hits, pair.data.sheet)
    if "characteristic" not in pair.data.columns:
        return
    known = {_plain(name) for major in groups.major for name in (major.group, *major.minor)}
    items = pl.col("characteristic").fill_null("")
    unknown = ~items.str.replace_all(r"\s*/\s*", "/").is_in([*known, conventions.default_item])
    hits = values_where(pair.data, "characteristic", about & unknown, "the harmonised standard has no such group")
    yield from problems("tidy_ethnicity_characteristic_values", hits, pair.data.sheet)


def dictionary(pair: Pair) -> Iterator[Problem]:
    """Items of columns whose list in the data dictionary is closed."""
    for column in pair.standard.names.columns:
        if column.items is not None and column.name in pair.filters_and_groups:
            unknown = ~pl.col(column.name).is_in(list(column.items)).fill_null(True)
            hits = values_where(pair.data, column.name, unknown, "the data dictionary has no such item")
            yield from problems("tidy_check_data_dictionary_filter_item", hits, pair.data.sheet)


def _plain(name: str) -> str:
    return re.sub(r"\s*/\s*", "/", name).strip()
