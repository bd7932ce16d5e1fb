"""What the standard of DfE tidy data fixes, as declared under sources/vocab/tidy/.

What belongs here: the shape of those files. What does not: any list itself, and any check of a delivered file.
"""

from typing import Literal

from pydantic import Field

from sources.models.base import Declared, Identifier, Text


class TimeIdentifier(Declared):
    """A word of time_identifier. Those with one `mixes_with` may stand in one file.

    `label_names_identifier`: the period type reads "<time_period> <identifier>": the identifier says which week.
    """

    identifier: Text
    digits: Literal[4, 6]
    mixes_with: Identifier
    period_type: Identifier
    label_names_identifier: bool = False


class GeographicLevel(Declared):
    """A geographic level, the columns that identify an area at it, and the levels whose areas lie within it."""

    level: Text
    code: Text | None = None
    name: Text
    other_code: Text | None = None
    may_be_blank: tuple[Text, ...] = ()
    within: tuple[Text, ...] | Literal["all"] = ()
    names_when_absent: bool = False
    one_to_one: bool = False
    table_tool: Literal["shows", "alone", "never"] = "shows"
    columns_required: bool = True
    checked_by: Identifier | None = None
    code_form: Text | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Its code, its name and its other code, those it has."""
        return tuple(column for column in (self.code, self.name, self.other_code) if column)

    def may_stand_on(self, level: str) -> bool:
        """Whether a row of `level` may fill this level's columns."""
        return self.within == "all" or level == self.level or level in self.within


class ColumnTypes(Declared):
    """The two words of col_type."""

    filter: Text
    indicator: Text


class Symbols(Declared):
    """What stands where a number is not."""

    accepted: tuple[Text, ...]
    obsolete: tuple[Text, ...]
    no_data: tuple[Text, ...]
    missing_words: tuple[Text, ...]


class NotAvailable(Declared):
    """How an area that is not known is written."""

    code: Text
    name: Text


class Limits(Declared):
    """Longest texts in characters, and the most items a filter may have."""

    column_name: int = Field(gt=0)
    label: int = Field(gt=0)
    item: int = Field(gt=0)
    location_code: int = Field(gt=0)
    items_in_a_filter: int = Field(gt=0)


class Conventions(Declared):
    """Columns, symbols, units, limits and words of the standard."""

    data_columns: tuple[Text, ...]
    meta_columns: tuple[Text, ...]
    meta_columns_optional: tuple[Text, ...]
    meta_columns_added_later: tuple[Text, ...]
    column_types: ColumnTypes
    units: tuple[Text, ...]
    text_units: tuple[Text, ...]
    default_item: Text
    total_words: tuple[Text, ...]
    symbols: Symbols
    lost_characters: tuple[str, ...]
    not_available: NotAvailable
    universal_code: Text
    universal_names: tuple[Text, ...]
    limits: Limits
    geography_starts: tuple[Text, ...]
    geography_ends: tuple[Text, ...]
    geography_words: tuple[Text, ...]
    several_characteristics: tuple[Text, ...]
    filter_words: tuple[Text, ...]
    words_of_rank: tuple[Text, ...]


class StandardVariable(Declared):
    """A variable with standard names; `shown_by` is a regular expression that a name about it contains."""

    shown_by: Text
    names: tuple[Text, ...] = Field(min_length=1)
    harmonised: bool


class DictionaryColumn(Declared):
    """A filter of the data dictionary, with its items where the list is closed."""

    name: Identifier
    items: tuple[Text, ...] | None = None


class StandardNames(Declared):
    """Names that DfE asks for."""

    variables: tuple[StandardVariable, ...]
    columns: tuple[DictionaryColumn, ...]
    measure_words: tuple[Text, ...]


class EthnicGroup(Declared):
    """A broad ethnic group and the groups in it."""

    group: Text
    minor: tuple[Text, ...]


class EthnicGroups(Declared):
    """The harmonised standard for ethnicity. `labels` are the words for its levels of detail."""

    labels: tuple[Text, ...]
    major: tuple[EthnicGroup, ...]
