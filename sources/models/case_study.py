"""Real, anonymised case studies of source reports: what each document of a report says of a service, and where.

What belongs here: the form of a declaration under sources/case_studies and what must hold of it alone. What does not:
any site, and how claims become intervals (dbt).
"""

from datetime import date
from typing import Literal, Self

from pydantic import StrictFloat, StrictInt, field_validator, model_validator

from sources.models.base import Cited, Declared, Identifier, Text

QUOTE_WORDS = 25
"""A quotation stays under this many words: evidence, not a copy."""
PLANS = ("planned", "cancelled")

Precision = Literal["day", "month", "year", "unknown", "open"]


class Document(Declared):
    """One part of a report that speaks for itself; where two parts of one report disagree, that is a conflict.

    `as_of` is the day to which its words are held to speak, and `as_of_note` how that day was set.
    """

    id: Identifier
    source: Text
    as_of: date
    as_of_note: Text


class CaseService(Declared):
    """An anonymised service (or authority) of a report, with the parts of it that a table tells apart."""

    key: Identifier
    name: Text
    nation: Literal["England", "Wales"] | None = None
    parts: tuple[Identifier, ...] = ()
    note: Text | None = None


class Evidence(Declared):
    """Where something stands. `page` is a locator a reader can follow; `conflict` an id of the conflicts in sources."""

    document: Identifier
    page: Text
    quote: Text | None = None
    conflict: Text | None = None
    note: Text | None = None

    @field_validator("quote")
    @classmethod
    def _is_short(cls, quote: str | None) -> str | None:
        if quote is not None and len(quote.split()) >= QUOTE_WORDS:
            raise ValueError(f"has {len(quote.split())} words; keep a quotation under {QUOTE_WORDS}")
        return quote


class CaseAssertion(Evidence):
    """One claim that a service was, or was to be, organised in one way. Days are inclusive, at the precision given."""

    service: Identifier
    typology: Identifier
    model: Identifier
    tenure: Literal["planned", "interim", "in_force", "ended", "cancelled"] = "in_force"
    valid_from: date | None = None
    from_precision: Literal["day", "month", "year", "unknown"] = "unknown"
    valid_to: date | None = None
    to_precision: Precision = "open"
    scope_percent: float = 100.0
    coder: Text = "Dovetail"

    @model_validator(mode="after")
    def _days_say_what_their_precision_says(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("ends before it starts")
        for day, precision in ((self.valid_from, self.from_precision), (self.valid_to, self.to_precision)):
            if day is None and precision not in ("unknown", "open"):
                raise ValueError(f"no day is given at the precision of a {precision}")
            if day is not None and precision in ("unknown", "open") and self.note is None:
                raise ValueError("a day of unknown precision needs a note that says where it comes from")
        if self.tenure in PLANS and self.quote is None:
            raise ValueError("a plan needs the words that announce it")
        return self


class CaseFact(Evidence):
    """One thing a report says of a subject that is no structural model: a feature in the report's own words, a value.

    `value` is coded the same way wherever the meaning is the same, so that two documents that differ really disagree.
    """

    subject: Identifier
    feature: Identifier
    value: Text | StrictInt | StrictFloat
    verified: bool = True


class FactTable(Declared):
    """A table of a report: one fact for each cell, by subject and feature. A null cell is one it does not have."""

    document: Identifier
    page: Text
    note: Text | None = None
    conflicts: dict[str, str] = {}
    verified: bool = True
    features: tuple[Identifier, ...]
    rows: dict[Identifier, tuple[Text | StrictInt | StrictFloat | None, ...]]

    @model_validator(mode="after")
    def _rows_are_full(self) -> Self:
        for subject, cells in self.rows.items():
            if len(cells) != len(self.features):
                raise ValueError(f"row {subject} has {len(cells)} cells, and there are {len(self.features)} features")
        return self

    @property
    def facts(self) -> tuple[CaseFact, ...]:
        """Each cell as a fact. `conflicts` is keyed by `subject.feature`."""
        return tuple(
            CaseFact(
                subject=subject, feature=feature, value=value, document=self.document,
                page=f"{self.page}, {subject.replace('_', ' ')}", note=self.note, verified=self.verified,
                conflict=self.conflicts.get(f"{subject}.{feature}"),
            )
            for subject, cells in self.rows.items()
            for feature, value in zip(self.features, cells, strict=True)
            if value is not None
        )  # fmt: skip


class CaseEvidence(Declared):
    """One file of a case study beside its study.yml: claims, facts and whole tables of facts."""

    assertions: tuple[CaseAssertion, ...] = ()
    facts: tuple[CaseFact, ...] = ()
    tables: tuple[FactTable, ...] = ()

    @property
    def all_facts(self) -> tuple[CaseFact, ...]:
        """The facts told singly, then those of the tables."""
        return self.facts + tuple(fact for table in self.tables for fact in table.facts)


class CaseStudy(Cited):
    """A report's case studies: its documents, its anonymised services and (loaded beside it) what they say."""

    id: Identifier
    seed: Text
    title: Text
    documents: tuple[Document, ...]
    services: tuple[CaseService, ...]
    evidence: tuple[CaseEvidence, ...] = ()

    @property
    def assertions(self) -> tuple[CaseAssertion, ...]:
        """Every claim, in the order of the files."""
        return tuple(claim for part in self.evidence for claim in part.assertions)

    @property
    def facts(self) -> tuple[CaseFact, ...]:
        """Every fact, in the order of the files."""
        return tuple(fact for part in self.evidence for fact in part.all_facts)

    @property
    def subjects(self) -> dict[str, str | None]:
        """What a fact may be about, and the service that belongs to: the study, a service or a part of one."""
        parts = {f"{service.key}_{part}": service.key for service in self.services for part in service.parts}
        return {"study": None} | {service.key: service.key for service in self.services} | parts

    def service_id(self, key: str) -> str:
        """Id of a service in the warehouse."""
        return f"{self.id}__{key}"
