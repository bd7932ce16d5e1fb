"""A data file and what its metadata file says of its columns.

What belongs here: reading the metadata's rows as they stand. What does not: judging them.
"""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipelines.readers import ROW, Table
from sources.models.tidy import GeographicLevel
from sources.tidy import TidyStandard


@dataclass(frozen=True)
class Pair:
    """A data table and its metadata table, with the names of their files.

    `filters`, `groups` and `indicators` are columns that both files have: the groups are the filter grouping columns.
    """

    data: Table
    meta: Table
    data_name: str
    meta_name: str
    standard: TidyStandard

    @cached_property
    def described(self) -> pl.DataFrame:
        """The metadata: `__row`, then every column it may have, as text without outer space, "" for blank or NA."""
        conventions = self.standard.conventions
        columns = (*conventions.meta_columns, *conventions.meta_columns_optional)
        return self.meta.frame.select(
            ROW,
            *(
                (pl.col(c).fill_null("").str.strip_chars() if c in self.meta.columns else pl.lit("")).alias(c)
                for c in columns
            ),
        ).with_columns(
            pl.exclude(ROW, "col_name", "label").replace(dict.fromkeys(conventions.symbols.missing_words, ""))
        )

    @cached_property
    def filter_rows(self) -> pl.DataFrame:
        """The rows of the metadata that describe filters."""
        return self.described.filter(pl.col("col_type") == self.standard.conventions.column_types.filter)

    @cached_property
    def indicator_rows(self) -> pl.DataFrame:
        """The rows of the metadata that describe indicators."""
        return self.described.filter(pl.col("col_type") == self.standard.conventions.column_types.indicator)

    @cached_property
    def filters(self) -> tuple[str, ...]:
        """Filters, in the order of the metadata."""
        return self._in_data(self.filter_rows["col_name"])

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Grouping columns of filters, in the order of the metadata."""
        return self._in_data(self.filter_rows["filter_grouping_column"])

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Indicators, in the order of the metadata."""
        return self._in_data(self.indicator_rows["col_name"])

    @cached_property
    def filters_and_groups(self) -> tuple[str, ...]:
        """Every column that holds filter items, once each."""
        return tuple(dict.fromkeys((*self.filters, *self.groups)))

    @cached_property
    def is_whole(self) -> bool:
        """Whether each row of the data can be told from the others by what the metadata and the standard name.

        It cannot where a column that a level needs is missing, or metadata is of neither filter nor indicator.
        """
        needed = (
            column
            for level in self.data.frame["geographic_level"].unique()
            if level in self.standard.levels and self.standard.levels[level].columns_required
            for column in self.standard.levels[level].columns
        )
        typed = self.filter_rows.height + self.indicator_rows.height == self.described.height
        return typed and all(column in self.data.columns for column in needed)

    @cached_property
    def defaults(self) -> dict[str, str]:
        """The item of each filter and grouping column that stands for its whole: the declared one, if on a row."""
        whole = self.standard.conventions.default_item
        declared = dict(self.filter_rows.select("col_name", "filter_default").iter_rows())
        return {
            column: item if (item := declared.get(column)) and item in self.data.frame[column] else whole
            for column in self.filters_and_groups
        }

    def names_only_a_unit(self, name_column: str) -> bool:
        """Whether the one filter is this name of a school or provider, or is grouped by it: then it may hold totals."""
        if self.filter_rows.height != 1:
            return False
        return name_column in (self.filter_rows["col_name"][0], self.filter_rows["filter_grouping_column"][0])

    def _in_data(self, names: pl.Series) -> tuple[str, ...]:
        taken = self.standard.observational_units - {level.name for level in self._units_as_filters}
        return tuple(dict.fromkeys(n for n in names if n in self.data.columns and n not in taken))

    @cached_property
    def _units_as_filters(self) -> tuple[GeographicLevel, ...]:
        levels = (level for level in self.standard.levels.values() if level.table_tool == "alone")
        return tuple(level for level in levels if self.names_only_a_unit(level.name))
