"""What people decided, as it bears on a file: is a decision sound, which checks are waived, which names are resolved.

What belongs here: reading rows of the decisions register. What does not: what a decision does to structures and gaps,
which the warehouse says (int_structures).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipelines.intake.names import name_key
from pipelines.intake.problems import Problem
from sources.catalogue import Catalogue

Fault = tuple[str, str | None, str | None, str]
"""(rule, column, value, reason) of what a row breaks."""


@dataclass(frozen=True)
class Decision:
    """One decision of a person. `until` is the last day on which it holds; None where it has no end."""

    decision_id: str
    decision_kind: str
    subject: str
    decided_by: str
    decided_on: date
    reason: str
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it had been taken on that day and had not ended."""
        return self.decided_on <= on and (self.until is None or on <= self.until)

    def said(self) -> str:
        """Who decided it, until when and why, as a finding tells it."""
        until = f" until {self.until}" if self.until else ""
        return f"by {self.decided_by} on {self.decided_on}{until}: {self.reason} ({self.decision_id})"


@dataclass(frozen=True)
class Waivers:
    """The waivers and resolved names that hold on one day."""

    _checks: Mapping[tuple[str, str | None], Decision] = field(default_factory=dict)
    _names: Mapping[str, tuple[str, Decision]] = field(default_factory=dict)

    def of(self, rule: str, dataset_id: str | None) -> Decision | None:
        """The decision that waives a rule for a dataset: one for this dataset wins over one for all."""
        return self._checks.get((rule, dataset_id)) or self._checks.get((rule, None))

    def names(self) -> dict[str, str]:
        """Contested names that a person resolved: name key -> area_code or service_id."""
        return {key: code for key, (code, _) in self._names.items()}

    def rules(self, dataset_id: str | None) -> set[str]:
        """The rules that are waived for a dataset."""
        return {rule for rule, of in self._checks if of in (None, dataset_id)}

    def notes(self, relied_on: Mapping[str, str]) -> list[Problem]:
        """One note for each resolved name that a file was read by (name key -> name): who said what it means."""
        found = []
        for key, name in sorted(relied_on.items()):
            code, decision = self._names[key]
            found.append(Problem("name_decided", f"{name} is read as {code}, decided {decision.said()}", value=name))
        return found


def complete_decision(row: Mapping[str, object], catalogue: Catalogue) -> Fault | None:
    """What is wrong with a row of a decisions file; None when it is sound. Nothing of the row is changed."""
    kind = catalogue.decision_kinds.get(str(row["decision_kind"]))
    if kind is None:
        known = ", ".join(catalogue.decision_kinds)
        value = str(row["decision_kind"])
        return ("decision_kind_unknown", "decision_kind", value, f"no such kind of decision; there are {known}")
    subject = str(row["subject"]).strip()
    found = re.fullmatch(kind.subject, subject)
    if found is None:
        return ("decision_subject_invalid", "subject", subject, f"the subject of {kind.id} is {kind.subject_is}")
    until, decided_on = row.get("until"), row["decided_on"]
    if kind.needs_until and until is None:
        return ("decision_until_invalid", "until", None, f"{kind.id} needs its last day: no check is waived for good")
    if isinstance(until, date) and isinstance(decided_on, date) and until < decided_on:
        return ("decision_until_invalid", "until", str(until), f"it ends before it was taken, on {decided_on}")
    if kind.id == "waive_check":
        return _not_waivable(subject, found["rule"], found["dataset"], catalogue)
    return None


def _not_waivable(subject: str, rule_id: str, dataset_id: str | None, catalogue: Catalogue) -> Fault | None:
    rule = catalogue.rules.get(rule_id)
    if rule is None:
        return ("decision_subject_invalid", "subject", subject, f"no such rule: {rule_id}")
    if not rule.waivable:
        reason = f"{rule_id} ({rule.title.lower()}) speaks of single cells or of the file itself: no one can waive it"
        return ("decision_not_waivable", "subject", subject, reason)
    if dataset_id is not None and dataset_id not in catalogue.datasets:
        return ("decision_subject_invalid", "subject", subject, f"no such dataset: {dataset_id}")
    return None


def waivers(decisions: pl.DataFrame, on: date, catalogue: Catalogue) -> Waivers:
    """The waivers and resolved names that hold on a day, of landed decisions (sources/shapes/decisions.yml).

    Of several decisions on one thing the one taken last holds. A decision that is no longer sound, because its rule
    went or may not be waived any more, waives nothing.
    """
    checks: dict[tuple[str, str | None], Decision] = {}
    names: dict[str, tuple[str, Decision]] = {}
    fields = list(Decision.__dataclass_fields__)
    for row in decisions.sort("decided_on", "decision_id").select(fields).iter_rows(named=True):
        decision = Decision(**row)
        if not decision.holds(on) or complete_decision(row, catalogue) is not None:
            continue
        found = re.fullmatch(catalogue.decision_kinds[decision.decision_kind].subject, decision.subject.strip())
        assert found is not None
        if decision.decision_kind == "waive_check":
            checks[found["rule"], found["dataset"]] = decision
        if decision.decision_kind == "resolve_name":
            names[name_key(found["name"])] = (found["code"], decision)
    return Waivers(checks, names)


def applied(findings: pl.DataFrame, dataset_id: str | None, waived: Waivers) -> pl.DataFrame:
    """Findings (pipelines.intake.problems.FINDINGS) with those of a waived check turned into notes, never dropped.

    A note sets no cells aside and says who waived the check, until when and why.
    """
    for rule in findings["rule"].unique().sort():
        decision = waived.of(rule, dataset_id)
        if decision is None:
            continue
        is_waived = (pl.col("rule") == rule) & pl.col("severity").is_in(["error", "warning"])
        findings = findings.with_columns(
            pl.when(is_waived).then(pl.lit("note")).otherwise("severity").alias("severity"),
            pl.when(is_waived)
            .then(pl.concat_str(pl.col("reason"), pl.lit(f"; waived {decision.said()}")))
            .otherwise("reason")
            .alias("reason"),
            pl.when(is_waived).then(0).otherwise("cells").alias("cells"),
        )
    return findings
