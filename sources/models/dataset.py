"""A dataset: one YAML, everything the house knows about one producer's file layout."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from sources.models.base import DatasetId, Declared, Identifier, Text
from sources.models.indicator import Indicator

Shape = Literal[
    "observations",
    "authorities",
    "authority_changes",
    "authority_parents",
    "service_memberships",
    "structure_assertions",
    "decisions",
]


class Origin(Declared):
    """Where the file comes from and on what terms."""

    publisher: Text
    title: Text
    found_at: Text
    licence: Text
    fictional: bool = False


class Signature(Declared):
    """The header that gives a dataset away. Names are exact; `pattern` names are regular expressions.

    `required` must all be there, in any order; `absent` must not, and a `closed` header has no other column at all
    (for signatures so small that they would fit anything). Columns beyond `required`, the keys, the measures
    and the declared out of scope are undeclared: they are set aside and counted, and the file still loads.
    """

    required: tuple[Text, ...] = Field(min_length=1)
    patterns: tuple[Text, ...] = ()
    absent: tuple[Text, ...] = ()
    closed: bool = False


class NameHints(Declared):
    """What a file's name may tell where its content cannot, each a regular expression searched ignoring case.

    `tells_apart` settles a tie between datasets of one signature; `period` and `published` capture one group.
    A sidecar or an option always wins, and the delivery records that a hint was used.
    """

    tells_apart: Text | None = None
    period: Text | None = None
    published: Text | None = None


class ReaderSettings(Declared):
    """What the reader must know. Everything else it finds."""

    sheet: Text | None = None
    header_rows: int = Field(1, ge=1, le=4)


class Place(Declared):
    """Which columns say where.

    `area_type` is fixed, or read from `level_column` through `levels` (published level -> area type).
    With `level_from_register`, and under the dfe scheme, the register that knows the code says what it is.
    `codes` and `names` give the column for each area type; a name may be a regular expression over the header.
    `fixed_codes` turn published codes into register codes, `variants` published names into register names.
    """

    area_type: Identifier | None = None
    level_column: Text | None = None
    levels: dict[str, Identifier] = {}
    codes: dict[Identifier, Text] = {}
    names: dict[Identifier, Text] = {}
    scheme: Literal["gss", "dfe", "service_name"] = "gss"
    level_from_register: bool = False
    fixed_codes: dict[str, str] = {}
    variants: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_where(self) -> "Place":
        ways = (self.area_type is not None, self.level_column is not None, self.level_from_register)
        if sum(ways) != 1 and not (self.scheme == "dfe" and not any(ways)):
            raise ValueError("give one of area_type, level_column with levels, and level_from_register")
        if not self.codes and not self.names:
            raise ValueError("name at least one code or name column")
        return self


class PeriodSource(Declared):
    """Where the period stands: in a column, fixed, captured from a header name, or from the name hint or sidecar.

    `suffixes` are words after a label that say something of the value, such as '(Rev)', each with its marker.
    """

    column: Text | None = None
    fixed: Text | None = None
    header_pattern: Text | None = None
    type: Identifier | None = None
    suffixes: dict[str, Text] = {}


class Measure(Declared):
    """A column (or a sum of columns, or a cell of a long file or template) that is one indicator.

    Lines of a template are join keys: they keep their trailing spaces and misspellings.
    """

    indicator: Identifier
    definition_version: Text
    breakdown: Text = "all"
    value: Text | tuple[Text, ...] | None = None
    numerator: Text | tuple[Text, ...] | None = None
    denominator: Text | tuple[Text, ...] | None = None
    name: Text | None = None
    period_type: Identifier | None = None
    numerator_lines: tuple[str, ...] = ()
    denominator_lines: tuple[str, ...] = ()
    categories: dict[str, float] = {}


class OutOfScope(Declared):
    """Columns (globs) or, in a long file, measure names (globs) that are not loaded, and why."""

    columns: tuple[Text, ...] = ()
    names: tuple[Text, ...] = ()
    lines: tuple[str, ...] = ()
    reason: Text


class Correction(Declared):
    """A declared repair of a producer's defect. It must match exactly `expect` cells or the delivery says so."""

    column: Text
    found: Text
    use: Text
    expect: int | None = None
    reason: Text
    citation: Text


class Calendar(Declared):
    """When returns are due and from whom; makes absent returns visible."""

    from_every: Literal["youth_justice_service", "authority"]
    due_days_after_period_end: int | None = None
    citation: Text
    verified: bool = True


class Dataset(Declared):
    """One producer's file layout and what its cells mean.

    Of a register: `fields` give the landed field -> the file's column, `constants` what every row has, `defaults`
    what an empty cell stands for, `value_maps` published values -> ours. A first day listed in `open_starts` is the
    day a code was introduced for an area that existed before: the default of valid_from is used instead.
    """

    id: DatasetId
    title: Text
    origin: Origin
    shape: Shape
    layout: Literal["wide", "long", "template", "register"]
    signature: Signature
    reader: ReaderSettings = ReaderSettings()
    name_hints: NameHints = NameHints()
    published: date | None = None
    place: Place | None = None
    period: PeriodSource | None = None
    keys: tuple[Text, ...] = ()
    name_column: Text | None = None
    value_column: Text | None = None
    numerator_column: Text | None = None
    denominator_column: Text | None = None
    thousands_separator: Text | None = None
    markers: dict[str, Text] = {}
    absent_area_markers: Literal["quarantine", "out_of_scope"] = "quarantine"
    measures: tuple[Measure, ...] = ()
    out_of_scope: tuple[OutOfScope, ...] = ()
    corrections: tuple[Correction, ...] = ()
    fields: dict[str, Text] = {}
    constants: dict[str, Text] = {}
    defaults: dict[str, Text] = {}
    open_starts: tuple[Text, ...] = ()
    value_maps: dict[str, dict[str, str]] = {}
    row_scope: dict[str, tuple[str, ...]] = {}
    end_dates: Literal["last_day", "either"] = "last_day"
    calendar: Calendar | None = None
    priority: int = Field(50, ge=1, le=99)
    indicators: tuple[Indicator, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "Dataset":
        if self.shape == "observations":
            if self.place is None or self.period is None or not self.measures:
                raise ValueError("a dataset of observations needs place, period and measures")
        elif self.layout != "register":
            raise ValueError(f"shape {self.shape} needs layout: register")
        if self.layout == "long" and not (self.name_column and self.value_column):
            raise ValueError("layout long needs name_column and value_column")
        return self
