"""Figures that reports published, how they are tested, and where the reports disagree with themselves: as declared.

Whether a figure is possible, or agrees with the rows of a warehouse, is no declaration: see pipelines/findings and the
dbt models.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from sources.models.base import Cited, Declared, Text

ValueType = Literal["exact", "rounded", "approx", "bound", "qualitative", "ordinal"]
EvidenceType = Literal["document", "survey", "testimony", "case study", "admin"]
RowsOf = Literal["structures", "case_study_facts", "case_study_assertions"]


class Recipe(Declared):
    """How a figure is recomputed from rows of the warehouse: a filter, and the rows it is a share of.

    Attributes:
        rows: The table that is counted.
        where: Column and values of the rows counted; every column must have one of its values.
        out_of: The same for the base of a percentage; absent for a count.
        in_force_on: For dated rows, the day on which they must be in force.
        sums: The column that is added up, where a row is not one unit.
    """

    rows: RowsOf
    where: dict[Text, tuple[Text, ...]] = Field(min_length=1)
    out_of: dict[Text, tuple[Text, ...]] | None = None
    in_force_on: date | None = None
    sums: Literal["number"] | None = None


class Finding(Cited):
    """One published figure, with the base it stands on and where it stands in the source.

    Attributes:
        id: Stable name; several figures of one statement share a `listing`.
        value: The figure as a number; null where none is printed.
        value_text: The figure exactly as printed, or the words that stand for it.
        bound: Whether the true value is above or below what is printed, where only a limit is.
        decimals: Decimals of the printed figure.
        tolerance: What an approximate share may be away, in percentage points: our reading, not the report's.
        base: The base in the report's words.
        bases: The whole numbers that the base may be; empty where the report names none.
        attribution: How far the report ascribes the figure to integration: none, partial, full.
        impact_level: Level 1 to 4 of the impact model of LARC 2008; null for figures about the study itself.
        claimant: Who says so, where it is not the authors.
        response_rate: Per cent who answered, where the report says it.
        sample_design: How those asked were chosen, where it was neither all of them nor by chance.
        reported_subset: What is missing, where only some of a set is reported.
        is_single_record: Whether the report says that one record hides who contributed.
    """

    id: Text
    listing: Text
    seed: Text
    statement: Text
    measure: Text
    value: float | None = None
    value_text: Text
    value_type: ValueType
    bound: Literal["above", "below"] | None = None
    decimals: int = Field(0, ge=0, le=2)
    tolerance: float | None = None
    unit: Text
    base: Text | None = None
    bases: tuple[int, ...] = ()
    period: Text
    nation: Text
    locator: Text
    evidence_type: EvidenceType
    attribution: Literal["none", "partial", "full"] = "none"
    impact_level: int | None = Field(None, ge=1, le=4)
    claimant: Text | None = None
    response_rate: float | None = None
    sample_design: Text | None = None
    reported_subset: Text | None = None
    is_single_record: bool = False
    recompute: Recipe | None = None
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_listed_under_itself(cls, raw: Any) -> Any:
        return {"listing": raw.get("id"), **raw} if isinstance(raw, dict) else raw

    @model_validator(mode="after")
    def _has_a_number_where_its_type_needs_one(self) -> "Finding":
        if self.value_type in ("exact", "rounded", "bound", "approx") and self.value is None:
            raise ValueError(f"{self.id}: a value of type {self.value_type} needs a number")
        if (self.value_type == "bound") != (self.bound is not None):
            raise ValueError(f"{self.id}: a limit says whether the value is above or below it, and nothing else does")
        if self.tolerance is not None and self.value_type != "approx":
            raise ValueError(f"{self.id}: only an approximate value has a tolerance")
        return self


class FindingFile(Declared):
    """The figures of one report: what they share stands once, each figure may say otherwise."""

    seed: Text
    citation: Text
    defaults: dict[str, Any] = {}
    findings: tuple[Finding, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _shares_what_is_common(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not isinstance(raw.get("findings"), list):
            return raw
        common = {name: raw[name] for name in ("seed", "citation") if name in raw} | (raw.get("defaults") or {})
        return raw | {"findings": [common | one if isinstance(one, dict) else one for one in raw["findings"]]}


class FindingTest(Declared):
    """Figures that are tested together, and on which bases.

    Attributes:
        id: Stable name, that of the conflict it belongs to with a letter.
        kind: share: one figure, or several of one base that need not add up. one_count: figures that print one and the
            same count. partition: figures that share out a base.
            sum_of_rounded: a figure that may be a sum of rounded shares. nested: a share of a group that is itself a
            share. parts_and_whole: groups and all of them together. adds_up: exact counts and their total.
        figures: Findings, in the order in which counts are shown: the parts; for nested the outer one, then the inner.
        wholes: For parts_and_whole and adds_up the findings that the parts make up.
        bases: The bases to try; empty means that none is stated and all up to 200 are tried.
        part_bases: For parts_and_whole the sizes of the groups, once for each attempt.
        times: For adds_up, a whole number that each part counts.
        parts: For sum_of_rounded, how many shares are added.
        sums_allowed: For parts_and_whole, whether a part may be a sum of rounded shares.
        decides: The findings whose feasibility this test settles.
        against: A finding that the 95% interval of the one share tested may or may not hold.
        reading: How the report's words are read.
        is_stated: Whether the report itself says so; false for a reading that is tried to see whether it holds, where
            a failure rules out the reading and no figure.
    """

    id: Text
    conflict: Text | None = None
    title: Text
    kind: Literal["share", "one_count", "partition", "sum_of_rounded", "nested", "parts_and_whole", "adds_up"]
    figures: tuple[Text, ...] = Field(min_length=1)
    wholes: tuple[Text, ...] = ()
    bases: tuple[int, ...] = ()
    part_bases: tuple[tuple[int, ...], ...] = ()
    times: tuple[int, ...] = ()
    parts: int = Field(2, ge=2, le=4)
    sums_allowed: bool = False
    decides: tuple[Text, ...] = ()
    against: Text | None = None
    reading: Text
    is_stated: bool = True

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "FindingTest":
        lengths = {
            "sum_of_rounded": len(self.figures) == 1,
            "nested": len(self.figures) == 2 and bool(self.bases),
            "parts_and_whole": bool(self.wholes and self.part_bases)
            and all(len(sizes) == len(self.figures) for sizes in self.part_bases),
            "adds_up": len(self.wholes) == 1 and len(self.times) in (0, len(self.figures)),
        }
        if not lengths.get(self.kind, True):
            raise ValueError(f"{self.id}: a test of kind {self.kind} lacks figures, wholes or bases")
        return self


class SourceConflict(Cited):
    """Two statements of the source reports that cannot both be taken as they stand, or that look so and agree.

    Attributes:
        id: As in attribution_gaps.md 3.3.
        conflict_kind: arithmetic, textual, definition or wording.
        gap_kind: The kind of gap it is, from the catalogue.
        state: contested until a person decides; consistent where both can be true; explained where the report says why.
        findings: Figures it concerns.
        services: Case-study services it concerns.
        candidate_resolution: What may be so. It is never applied.
    """

    id: Text
    title: Text
    seed: Text
    conflict_kind: Literal["arithmetic", "textual", "definition", "wording"]
    gap_kind: Text
    state: Literal["contested", "consistent", "explained"]
    statement_a: Text
    locator_a: Text
    statement_b: Text
    locator_b: Text
    findings: tuple[Text, ...] = ()
    services: tuple[Text, ...] = ()
    candidate_resolution: Text | None = None
