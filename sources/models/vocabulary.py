"""Closed lists that the whole house speaks: units, period types, markers, area types, gap kinds, typologies."""

import re
from datetime import date
from typing import Literal, get_args

from pydantic import Field, model_validator

from sources.models.base import Cited, Declared, Identifier, Text


class Unit(Declared):
    """A unit of measurement. `base` is the population a rate is per; 100 for a percentage, null for a count.

    With `of_people` false no count behind a figure of this unit is of people or of what they did.
    """

    id: Identifier
    label: Text
    short: str
    base: float | None = None
    of_people: bool = True
    decimals: int = Field(ge=0, le=6)


class PeriodType(Declared):
    """How a label becomes two days.

    Each format is a regular expression with the named group `year` (and `quarter`, `month`, `day` or `week` where
    the type has them). The period starts on `start_month` of `year + start_year_offset` and lasts
    `months` whole months; a `day` type lasts the one day named, a `week` type the ISO week.
    """

    id: Identifier
    label: Text
    formats: tuple[str, ...] = Field(min_length=1)
    start_month: int = Field(1, ge=1, le=12)
    start_year_offset: int = 0
    months: int = Field(0, ge=0)
    lasts: Literal["months", "day", "quarter", "week"] = "months"
    non_overlapping: bool = True
    citation: Text | None = None


class Marker(Declared):
    """A symbol beside or instead of a value."""

    id: Text
    label: Text
    replaces_value: bool
    disclosure_status: Text | None = None


class AreaType(Declared):
    """A kind of area; `level` orders them, the largest first."""

    id: Identifier
    label: Text
    level: int


class AreaCodePrefix(Declared):
    """What the first characters of an area code say of the area."""

    prefix: Text
    area_type: Identifier
    nation: Text
    authority_class: Text | None = None
    fictional: bool = False


class GapKind(Cited):
    """One kind of attribution gap of the catalogue, and what it does to which status."""

    kind: Text
    test: Literal["unit", "time", "evidence", "measure", "credit", "size", "claim", "return"]
    title: Text
    sets_field: Literal["attribution_status", "comparability_status", "disclosure_status", "none"]
    sets_value: Text | None = None
    is_blocking: bool
    level: Literal["observation", "service", "group", "finding", "claim"]
    detection: Literal["rule", "finding", "evidence", "report", "not_detectable"]
    rule_version: int = Field(1, ge=1)
    shows: Text
    owner: Literal["data team", "performance officer", "publisher", "person who decides", "nobody: it is a fact"]
    resolved_by: Text
    reopens_when: Text
    not_detectable_because: Text | None = None

    @model_validator(mode="after")
    def _says_why_it_cannot_be_detected(self) -> "GapKind":
        if (self.detection == "not_detectable") != (self.not_detectable_because is not None):
            raise ValueError("not_detectable_because belongs to the kinds that nothing detects, and to no other")
        if (self.sets_field == "none") != (self.sets_value is None):
            raise ValueError("a kind that sets a field says the value, and no other does")
        return self


class Model(Cited):
    """One structural model of a typology.

    `order` is its place in a list, and a rank where the typology is ordered. `aliases` are other names that the same
    source uses for it.
    """

    id: Identifier
    label: Text
    order: int
    aliases: tuple[Text, ...] = ()
    definition: Text
    assignable: bool = True


class Typology(Cited):
    """A published scheme of structural models, with the years and nations it may describe.

    `attributed` says whether a number can have one model of it: not so where a service has several at once, or where
    the scheme describes something other than how a service is organised. `ordered` says that the source itself ranks
    the models, so that of several that one document states the highest speaks for all.
    """

    id: Identifier
    title: Text
    valid_from: date
    valid_to: date | None = None
    validity_note: Text
    nations: tuple[Literal["England", "Wales"], ...]
    multi_label: bool = False
    attributed: bool = True
    ordered: bool = False
    models: tuple[Model, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _orders_and_ids_are_unique(self) -> "Typology":
        for name, found in (("id", [m.id for m in self.models]), ("order", [str(m.order) for m in self.models])):
            if len(set(found)) != len(found):
                raise ValueError(f"model {name}s are not unique")
        return self


class Crosswalk(Cited):
    """A model of one typology that may correspond to a model of another. Lossy unless said otherwise."""

    from_typology: Identifier
    from_model: Identifier
    to_typology: Identifier
    to_model: Identifier
    lossy: bool = True
    note: Text


class ClaimWording(Cited):
    """A model that a claim can only rest on if its quote says something: `needs` in words, `says` as patterns."""

    typology: Identifier
    model: Identifier
    needs: Text
    says: tuple[Text, ...] = Field(min_length=1)

    def is_in(self, quote: str) -> bool:
        """Whether one of the patterns is found in the quote, ignoring case."""
        return any(re.search(pattern, quote, re.IGNORECASE) for pattern in self.says)


class Breakdown(Declared):
    """A way a number is broken down; 'all' is the whole."""

    id: Text
    label: Text


class DecisionStage(Cited):
    """A stage of decision, the stage before it (none for the population), and the indicators that count it."""

    id: Identifier
    label: Text
    preceding: Identifier | None = None
    indicators: tuple[Identifier, ...] = Field(min_length=1)


Stage = Literal[
    "file", "structure", "columns", "time", "geography", "filters", "indicators", "identities", "coverage",
    "last_delivery",
]  # fmt: skip
STAGES: tuple[str, ...] = get_args(Stage)
"""The stages of the screener in the order they are taken; a later one makes sense only where earlier ones do."""


class Rule(Declared):
    """A rule a delivered file, row or cell can break, with the remedy its message offers.

    `covers` is how much one finding speaks of. `severity` is what follows: `refuse` the delivery, `error` sets the
    cells aside, `warning` and `note` are told and recorded, and the numbers land. A `waivable` rule looks at a whole
    delivery, and a named person may set it aside until a day; what a single cell says is never waived.
    """

    id: Identifier
    stage: Stage
    covers: Literal["file", "column", "row", "cell", "group"]
    severity: Literal["refuse", "error", "warning", "note"]
    title: Text
    remedy: Text
    waivable: bool = False

    @model_validator(mode="after")
    def _is_waivable_where_a_person_can_judge(self) -> "Rule":
        if self.waivable and self.severity not in ("error", "warning"):
            raise ValueError(f"a rule of severity {self.severity} cannot be waived")
        return self


class DecisionKind(Declared):
    """A kind of decision a person may record: what its subject looks like, and whether it must end on a day.

    `subject` is a regular expression for the whole subject, `subject_is` says the same to a person.
    """

    id: Identifier
    title: Text
    subject: Text
    subject_is: Text
    needs_until: bool = False


class NameVariant(Cited):
    """Another spelling of an area's or service's standard name."""

    standard: Text
    variants: tuple[Text, ...] = Field(min_length=1)
