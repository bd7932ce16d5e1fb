"""An indicator's definition, version by version. Not how a file spells it: that is the dataset's business."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from sources.models.base import Cited, Declared, Identifier, Text

Nation = Literal["England", "Wales"]


class ExposureWindow(Cited):
    """The days over which structure must hold still for the indicator, around the published period.

    Whole months before the first and after the last day of the period.
    """

    months_before: int = Field(0, ge=0)
    months_after: int = Field(0, ge=0)


class Bounds(Declared):
    """Least and greatest value the definition allows, inclusive, in the indicator's own unit.

    `typical_minimum` and `typical_maximum` are far limits for the median of many areas in one period: a median beyond
    them means another unit, such as a rate per 10,000 where one per 1,000 is due.
    """

    minimum: float | None = None
    maximum: float | None = None
    typical_minimum: float | None = None
    typical_maximum: float | None = None


class Companion(Declared):
    """An indicator that says how far this one can be trusted, such as 'activity not known' beside NEET."""

    indicator: Identifier
    definition_version: Text
    maximum: float


class Parts(Declared):
    """Indicators, of the same definition version, that add up to this one within `tolerance` (for rounding)."""

    indicators: tuple[Identifier, ...] = Field(min_length=2)
    tolerance: float = Field(ge=0)


class BreakdownParts(Declared):
    """Breakdowns that add up to another (to the whole unless said otherwise) within `tolerance`; counts only.

    `of` says which figure adds up: the numerator (of every kind of measure) or the denominator.
    """

    breakdowns: tuple[Text, ...] = Field(min_length=2)
    total: Text = "all"
    of: Literal["numerator", "denominator"] = "numerator"
    tolerance: float = Field(0, ge=0)


class AtMost(Cited):
    """A figure that cannot exceed a figure of another indicator of the same place and period (same breakdown)."""

    figure: Literal["numerator", "denominator"]
    indicator: Identifier
    definition_version: Text
    its: Literal["numerator", "denominator"]


class SeriesBreak(Cited):
    """A day from which values are not comparable with those before it."""

    on: date
    title: Text


class Definition(Cited):
    """One version of what an indicator means.

    `may_exceed_base` says why a numerator may rightly exceed its denominator (a child counted twice), where it may.
    `counts_twice` says how a child may stand more than once in a sum over areas or parts, where it may by design.
    `shown` is false for a reading kept beside the one that is shown, such as a publisher's own arithmetic with a
    known defect: it lands and can be queried, and is not compared.
    """

    version: Text
    counts: Text
    numerator: Text | None = None
    denominator: Text | None = None
    counted_by: Literal["residence", "service_caseload", "school", "offence_place", "not_applicable"]
    unit: Identifier
    measure: Literal["proportion", "rate", "count", "ratio", "ordinal"]
    additive: bool = False
    period_type: Identifier
    window: ExposureWindow
    nations: tuple[Nation, ...]
    bounds: Bounds = Bounds()
    companion: Companion | None = None
    parts: Parts | None = None
    breakdown_parts: tuple[BreakdownParts, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    may_exceed_base: Text | None = None
    counts_twice: Text | None = None
    shown: bool = True
    breaks: tuple[SeriesBreak, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _count_is_additive(self) -> "Definition":
        if self.additive and self.measure != "count":
            raise ValueError("only a count may be additive: rates are never summed")
        return self


class Indicator(Declared):
    """An indicator and all versions of its definition."""

    id: Identifier
    title: Text
    polarity: Literal["high", "low", "none"]
    programme: Literal["PSA 14", "youth justice KPI", "older youth justice KPI", "context"]
    official_number: Text | None = None
    impact_level: Literal[1, 2, 3, 4]
    compared: bool = True
    definitions: tuple[Definition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_are_unique(self) -> "Indicator":
        versions = [definition.version for definition in self.definitions]
        if len(set(versions)) != len(versions):
            raise ValueError(f"definition versions are not unique: {', '.join(versions)}")
        return self
