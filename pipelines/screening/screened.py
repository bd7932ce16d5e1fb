"""A file that was checked: what it is, what became of it, and its findings by stage and rule with first examples.

Not here: judging (pipelines.deliveries) and any form of showing it (text, JSON, page).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.ledger.originals import fingerprint_of
from pipelines.outcome import Outcome
from pipelines.screening.words import PROBLEM
from pipelines.screening.words import SEVERITIES as WORDS
from sources.catalogue import Catalogue
from sources.models.vocabulary import STAGES

SEVERITIES = ("refuse", "error", "warning", "note")
"""From the gravest to the least."""


@dataclass(frozen=True)
class Group:
    """All findings of one rule in one dataset of a file: `examples` are the first of `count`, in the file's order."""

    stage: str
    severity: str
    rule: str
    title: str
    remedy: str
    count: int
    cells: int
    examples: pl.DataFrame

    @property
    def word(self) -> str:
        """What became of what it names: refused, set aside, problem, warning or note."""
        return PROBLEM if self.severity == "error" and not self.cells else WORDS[self.severity]

    @property
    def more(self) -> int:
        """How many findings are not among the examples."""
        return self.count - self.examples.height


@dataclass(frozen=True)
class Part:
    """One dataset of a file, with its title (None where the file was not recognised) and groups in order."""

    outcome: Outcome
    title: str | None
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Screened:
    """One file: its bytes told by size and SHA-256, and what came of each dataset in it."""

    path: Path
    size: int
    sha256: str | None
    parts: tuple[Part, ...]

    @property
    def verdict(self) -> str:
        """The gravest verdict of its datasets."""
        order = ("refused", "accepted_in_part", "accepted", "unchanged")
        return min((part.outcome.verdict for part in self.parts), key=order.index)

    @property
    def is_whole(self) -> bool:
        """Whether everything in it would land: nothing refused, nothing set aside. Warnings do not count."""
        return all(p.outcome.verdict != "refused" and p.outcome.set_aside.is_empty() for p in self.parts)

    def count(self, *severities: str) -> int:
        """How many findings are of these severities."""
        return sum(group.count for part in self.parts for group in part.groups if group.severity in severities)


def screened(path: Path, outcomes: Iterable[Outcome], catalogue: Catalogue, examples: int | None = 5) -> Screened:
    """Group what was found in one file.

    Args:
        path: The file.
        outcomes: What came of it, one a dataset.
        catalogue: Gives rules and datasets their titles.
        examples: How many findings of a rule to keep as examples; None keeps all.
    """
    parts = []
    for outcome in outcomes:
        dataset = catalogue.datasets.get(outcome.source_id or "")
        title = dataset.title if dataset else None
        parts.append(Part(outcome, title, grouped(outcome.findings, catalogue, examples)))
    is_file = path.is_file()
    return Screened(path, path.stat().st_size if is_file else 0, fingerprint_of(path), tuple(parts))


def grouped(findings: pl.DataFrame, catalogue: Catalogue, examples: int | None = 5) -> tuple[Group, ...]:
    """Findings by rule: the stages in the order they are taken, within a stage the gravest first."""
    groups = []
    for (rule,), of_rule in findings.group_by("rule", maintain_order=True):
        first = of_rule.row(0, named=True)
        declared = catalogue.rules.get(str(rule))
        groups.append(
            Group(
                first["stage"],
                first["severity"],
                str(rule),
                declared.title if declared else first["reason"],
                first["remedy"],
                of_rule.height,
                int(of_rule["cells"].sum()),
                of_rule if examples is None else of_rule.head(examples),
            )
        )
    return tuple(sorted(groups, key=lambda g: (STAGES.index(g.stage), SEVERITIES.index(g.severity), g.rule)))
