"""A dataset: one YAML, everything the house knows about one producer's file layout."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from sources.models.base import DatasetId, Declared, Identifier, Text
from sources.models.indicator import Indicator

Shape = Literal[
    "observations",
    "authorities",
    "authority_changes",
    "authority_parents",
    "service_memberships",
    "structure_assertions",
    "gap_evidence",
    "contributions",
    "statistical_neighbours",
    "area_hexes",
    "decisions",
    "none",
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
    `lines` tell tables of one header apart by what stands in the name column: one of them must.
    """

    required: tuple[Text, ...] = ()
    patterns: tuple[Text, ...] = ()
    absent: tuple[Text, ...] = ()
    closed: bool = False
    lines: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _asks_for_something(self) -> "Signature":
        if not self.required and not self.patterns:
            raise ValueError("a signature needs required columns or patterns")
        return self


class NameHints(Declared):
    """What a file's name may tell where its content cannot, each a regular expression searched ignoring case.

    `tells_apart` settles a tie between datasets of one signature; `period` and `published` capture one group.
    A sidecar or an option always wins, and the delivery records that a hint was used.
    """

    tells_apart: Text | None = None
    period: Text | None = None
    published: Text | None = None


class ReaderSettings(Declared):
    r"""What the reader must know. Everything else it finds.

    `header` are regular expressions for headers that only a pattern can name (a footnote number glued to a word, a
    4,000-character question): the first column each of them fits is called by the name it stands under.
    `across` is a regular expression over the header for figures that lie across: each column it fits becomes rows,
    its named groups columns (`(?P<period>\d{4})`), and the figure the column `value`.
    """

    sheet: Text | None = None
    header_rows: int = Field(1, ge=1, le=5)
    header: dict[Text, Text] = {}
    across: Text | None = None


class Place(Declared):
    """Which columns say where.

    `area_type` is fixed, or read from `level_column` through `levels` (published level -> area type).
    With `level_from_register`, and under the dfe and name schemes, the register that knows the area says what it is.
    Under the name scheme a file gives names and no codes: the area of that name in force in the period is meant.
    `codes` and `names` give the column for each area type; a name may be a regular expression over the header.
    Where nothing says the level, it is that of the first of `codes` and `names` whose cell is filled.
    `fixed_codes` turn published codes, or names that come without a code, into register codes, `variants` published
    names into register names. With an `area_type`, `names` and `fixed_codes` alone the YAML itself is the closed list
    of areas (regions of a producer that no register holds). With `recoded` a code that was not in force stands for
    the area that carried its department code then: producers put old figures under present codes, and the other way.
    """

    area_type: Identifier | None = None
    level_column: Text | None = None
    levels: dict[str, Identifier] = {}
    codes: dict[Identifier, Text] = {}
    names: dict[Identifier, Text] = {}
    scheme: Literal["gss", "dfe", "name", "service_name"] = "gss"
    level_from_register: bool = False
    fixed_codes: dict[str, str] = {}
    recoded: bool = False
    variants: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_where(self) -> "Place":
        ways = (self.area_type is not None, self.level_column is not None, self.level_from_register)
        if sum(ways) != 1 and not (self.scheme in ("dfe", "name") and not any(ways)):
            raise ValueError("give one of area_type, level_column with levels, and level_from_register")
        if not self.codes and not self.names:
            raise ValueError("name at least one code or name column")
        return self


class PeriodSource(Declared):
    """Where the period stands: in a column, fixed, told, or captured from a note above the header or a header name.

    `type` says how labels are read, `types` says it row by row by what stands in `type_column`.
    `suffixes` are words after a label that say something of the value, such as '(Rev)', each with its marker.
    """

    column: Text | None = None
    fixed: Text | None = None
    note_pattern: Text | None = None
    header_pattern: Text | None = None
    type: Identifier | None = None
    type_column: Text | None = None
    types: dict[Text, Identifier] = {}
    suffixes: dict[str, Text] = {}


class Term(Declared):
    """Cells of a template that are added up: these columns (globs) in these lines, or in rows that hold these values.

    Without `lines` and `rows` every row of the return counts.
    """

    columns: Text | tuple[Text, ...]
    lines: tuple[str, ...] = ()
    rows: dict[Text, tuple[str, ...]] = {}


class Measure(Declared):
    """A column (or a sum of columns, or a cell of a long file or template) that is one indicator.

    Lines of a template are join keys: they keep their trailing spaces and misspellings. `numerator_terms` and
    `denominator_terms` are sums of different columns in different lines. With `each` (breakdown -> text) the measure
    stands for one measure a breakdown, `{}` in its columns, lines and name being that text.
    With `published_from` or `published_before` it is the measure of those vintages alone: a producer may change a unit
    under one name. Where the day of publication is not known, the vintages before any `published_from` are meant.
    """

    indicator: Identifier
    definition_version: Text
    breakdown: Text = "all"
    each: dict[Text, str] = {}
    value: Text | tuple[Text, ...] | None = None
    numerator: Text | tuple[Text, ...] | None = None
    denominator: Text | tuple[Text, ...] | None = None
    name: Text | None = None
    period_type: Identifier | None = None
    numerator_lines: tuple[str, ...] = ()
    denominator_lines: tuple[str, ...] = ()
    numerator_terms: tuple[Term, ...] = ()
    denominator_terms: tuple[Term, ...] = ()
    categories: dict[str, float] = {}
    published_from: date | None = None
    published_before: date | None = None

    def is_of_vintage(self, published: date | None) -> bool:
        """Whether the measure stands in a file published on this day (None: nobody knows)."""
        if published is None:
            return self.published_from is None
        since, until = self.published_from or date.min, self.published_before or date.max
        return since <= published < until

    def expanded(self) -> "tuple[Measure, ...]":
        """This measure, or one measure for each breakdown of `each`."""
        if not self.each:
            return (self,)
        plain = self.model_dump(exclude={"each", "breakdown"}, exclude_defaults=True)
        return tuple(
            Measure.model_validate({**_filled(plain, text), "breakdown": breakdown})
            for breakdown, text in self.each.items()
        )


def _filled(part: Any, text: str) -> Any:
    """A declaration with `{}` replaced by the text wherever it stands; categories and ids hold no braces."""
    if isinstance(part, str):
        return part.replace("{}", text)
    if isinstance(part, dict):
        return {key: _filled(value, text) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return tuple(_filled(value, text) for value in part)
    return part


class OutOfScope(Declared):
    """What is not loaded, and why: columns, measure names of a long file, lines of a template, sheets (all globs).

    `rows` are column -> globs: a row that fits in every named column is not loaded.
    """

    columns: tuple[Text, ...] = ()
    names: tuple[Text, ...] = ()
    lines: tuple[str, ...] = ()
    sheets: tuple[Text, ...] = ()
    rows: dict[Text, tuple[str, ...]] = {}
    reason: Text


def _expanded(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    return tuple(single for measure in measures for single in measure.expanded())


class Correction(Declared):
    """A declared repair of a producer's defect, in the vintage it was seen in.

    In a delivery published on `published` (or on no known day) it must match exactly `expect` cells, or the delivery
    is refused: the file is not the one that was looked at. In another vintage it is not applied.
    """

    column: Text
    found: Text
    use: Text
    expect: int = Field(ge=1)
    published: date
    reason: Text
    citation: Text


class Calendar(Declared):
    """When returns are due and from whom; makes absent returns visible. `chase` says whom to ask for a missing one.

    With `every_months` the periods go on after the last that anyone reported, that many months apart; without it only
    a period that somebody reported is expected of the others. A `publisher` sends one table for all areas: the table is
    expected, and an area that is not in it is no absent return. `not_from` are areas that never return it.
    """

    from_every: Literal["youth_justice_service", "authority", "publisher"]
    every_months: Literal[3, 6, 12] | None = None
    due_days_after_period_end: int | None = Field(None, ge=0)
    not_from: tuple[Text, ...] = ()
    chase: Text | None = None
    citation: Text
    verified: bool = True


class Dataset(Declared):
    """One producer's file layout and what its cells mean.

    In a long file `name_column` (or several, joined by ' | ') says which measure a row is; a measure's own `value` wins
    over `value_column`; where there is neither, the value is the numerator over the denominator.
    `prefer` (column -> values in order) says which of several rows of one key counts; the others are out of scope.
    A dataset of shape `none` is recognised and not loaded; `out_of_scope` says why.
    `whole_of` says of what a delivery is the whole: of the dataset, or of each topic or indicator that it has. It takes
    the place of what came before of that, for its areas and periods, and what it lacks of that is withdrawn.
    Of a register: `fields` give the landed field -> the file's column, `repeats` further fields of which each entry
    makes a row of its own (its place, from 1, is the field `rank`), `constants` what every row has, `defaults` what an
    empty cell stands for, `value_maps` published values -> ours. A first day listed in `open_starts` is the
    day a code was introduced for an area that existed before: the default of valid_from is used instead.
    """

    id: DatasetId
    title: Text
    origin: Origin
    shape: Shape
    layout: Literal["wide", "long", "template", "register", "tidy"]
    signature: Signature
    reader: ReaderSettings = ReaderSettings()
    name_hints: NameHints = NameHints()
    published: date | None = None
    place: Place | None = None
    period: PeriodSource | None = None
    keys: tuple[Text, ...] = ()
    prefer: dict[Text, tuple[str, ...]] = {}
    whole_of: Literal["dataset", "topic", "indicator"] = "dataset"
    name_column: Text | tuple[Text, ...] | None = None
    value_column: Text | None = None
    numerator_column: Text | None = None
    denominator_column: Text | None = None
    thousands_separator: Text | None = None
    markers: dict[str, Text] = {}
    absent_area_markers: Literal["quarantine", "out_of_scope"] = "quarantine"
    measures: Annotated[tuple[Measure, ...], AfterValidator(_expanded)] = ()
    out_of_scope: tuple[OutOfScope, ...] = ()
    corrections: tuple[Correction, ...] = ()
    fields: dict[str, Text] = {}
    repeats: tuple[dict[str, Text], ...] = ()
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
        if self.shape == "none" and not self.out_of_scope:
            raise ValueError("a dataset of shape none says under out_of_scope why it is not loaded")
        if self.shape == "observations":
            if self.place is None or self.period is None or not (self.measures or self.layout == "tidy"):
                raise ValueError("a dataset of observations needs place, period and measures")
        elif self.layout != "register":
            raise ValueError(f"shape {self.shape} needs layout: register")
        if (self.layout == "tidy") != (self.whole_of == "topic"):
            raise ValueError("layout tidy needs whole_of: topic, and no other layout has topics")
        if self.layout == "long" and not self.name_columns:
            raise ValueError("layout long needs name_column")
        whole = self.value_column or self.numerator_column
        if self.layout == "long" and not whole and not all(m.value or m.numerator for m in self.measures):
            raise ValueError("layout long needs value_column, numerator_column, or a value of each measure")
        return self

    def of_vintage(self, published: date | None) -> "Dataset":
        """The dataset with the measures of files published on this day (None: nobody knows)."""
        measures = tuple(measure for measure in self.measures if measure.is_of_vintage(published))
        return self if len(measures) == len(self.measures) else self.model_copy(update={"measures": measures})

    @property
    def name_columns(self) -> tuple[str, ...]:
        """The columns that say which measure a row is."""
        if self.name_column is None:
            return ()
        return (self.name_column,) if isinstance(self.name_column, str) else self.name_column
